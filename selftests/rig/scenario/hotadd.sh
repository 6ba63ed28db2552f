# SPDX-License-Identifier: GPL-2.0
#
# A guest with one perf domain gets another vCPU while it runs.

HOTADD_DIR=/run/hotadd

# hotadd_monitor: QEMU options for a monitor that reads from a pipe
hotadd_monitor()
{
	mkdir -p $HOTADD_DIR && mkfifo $HOTADD_DIR/monitor.in $HOTADD_DIR/monitor.out &&
		echo "-chardev pipe,id=monitor,path=$HOTADD_DIR/monitor -mon chardev=monitor"
}

host()
{
	l2_kvm && pv_load kvm_pv || return
	L2_OPTS="$(l2_describe 3) $(hotadd_monitor) -smp 2,sockets=3,cores=1,threads=1,maxcpus=3" ||
		return
	# Without a reader QEMU would block.
	cat $HOTADD_DIR/monitor.out > $HOTADD_DIR/monitor.log &
	l2_start hotadd
	exec 6<> $HOTADD_DIR/monitor.in
	l2_wait attach || return
	pvhost attach --pid "$L2_PID" --vcpus 3 --perf-domains 0,0,0 --table "$RIG_TABLE" || return
	l2_go attach
	l2_wait add || return
	rig_step "host: adding a vCPU"
	echo 'device_add host-x86_64-cpu,id=cpu2,socket-id=2,core-id=0,thread-id=0' >&6
	l2_go add
	l2_session_end || {
		cat $HOTADD_DIR/monitor.log
		return 1
	}
}

guest()
{
	local tries=0

	rig_governors || return
	rig_sync attach
	pv_load vcpufreq || return
	rig_sync add
	until [ -d /sys/devices/system/cpu/cpu2 ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || {
			echo "no CPU 2 appeared"
			return 1
		}
		sleep 0.1
	done
	rig_tests guest-hotadd
}

# SPDX-License-Identifier: GPL-2.0
#
# Devices in BPF: tests that create their own VMs, then a guest with a cpufreq device, and on
# arm64 a real-time clock, that are BPF programs of the host.

OBJECTS=/usr/lib/pvguest
CLOCK_BASE=0x0b900000
MONITOR=/run/monitor
PIDS=

# hold NAME ARG...: attach a BPF device until its pvhost ends; its pid is added to PIDS
hold()
{
	local name=$1 pid

	shift
	pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --bpf "$OBJECTS/$name.bpf.o" "$@" \
		> "/run/$name.said" 2>&1 &
	pid=$!
	l2_printed "/run/$name.said" ' at 0x' $pid || return
	cat "/run/$name.said"
	PIDS="$PIDS $pid"
}

# replaced NAME: wait until its pvhost has replaced the device
replaced()
{
	local tries=0

	until grep -q replaced "/run/$1.said"; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || {
			cat "/run/$1.said"
			return 1
		}
		sleep 0.1
	done
}

# clock_agrees: the guest has printed its clock, and waits
clock_agrees()
{
	local guest host

	host=$(date +%s)
	guest=$(tr -d '\r' < "$L2_DIR/console" | sed -n 's/.*@clock \([0-9]*\).*/\1/p')
	rig_step "host: clock of the host $host, of the guest $guest"
	[ $((host - guest)) -ge -2 ] && [ $((host - guest)) -le 20 ]
}

# ended: the loaders end with the VMM
ended()
{
	local pid tries

	for pid in $PIDS; do
		tries=0
		while kill -0 "$pid" 2>/dev/null; do
			tries=$((tries + 1))
			[ $tries -lt 300 ] || return
			sleep 0.1
		done
		wait "$pid" || return
	done
}

host()
{
	local failed=0 devices device

	case $(l2_arch) in
	x86_64)	devices='vcpufreq' ;;
	arm64)	devices='vcpufreq pl031' ;;
	esac

	l2_kvm && pv_load kvm_pv kvm_pv_bpf || return
	rig_step "host: tests that create their own VMs"
	rig_tests host-bpf || failed=1
	[ -d /sys/module/kvm_pv_bpf ] || pv_load kvm_pv_bpf || return

	rig_step "host: a guest with $devices"
	case $devices in
	*pl031)
		L2_OPTS=$(l2_describe "$RIG_SMP" "$OBJECTS/vcpufreq.bpf.o" \
			"--base $CLOCK_BASE $OBJECTS/pl031.bpf.o") || return ;;
	*)
		L2_OPTS=$(l2_describe "$RIG_SMP" "$OBJECTS/vcpufreq.bpf.o") || return ;;
	esac
	# Linux looks for the clock at boot, so the vCPUs start after the devices are attached.
	mkfifo $MONITOR.in $MONITOR.out
	cat $MONITOR.out > /dev/null &
	L2_OPTS="$L2_OPTS -S -chardev pipe,id=monitor,path=$MONITOR -mon chardev=monitor"
	l2_start bpf
	hold vcpufreq --table "$RIG_TABLE" || return
	case $devices in
	*pl031)	hold pl031 --base $CLOCK_BASE || return ;;
	esac
	echo cont > $MONITOR.in

	l2_wait replace || return
	case $devices in
	*pl031)	clock_agrees || failed=1 ;;
	esac
	rig_step "host: replacing the devices of the running guest"
	# shellcheck disable=SC2086
	kill -HUP $PIDS || return
	for device in $devices; do
		replaced "$device" || failed=1
	done
	l2_go replace
	l2_finish || failed=1

	rig_step "host: unloading"
	ended || failed=1
	l2_unload kvm_pv_bpf && l2_unload kvm_pv || return
	return $failed
}

guest()
{
	local failed=0 policy

	export KHZ=1200000
	rig_governors && pv_load pv_hypervisor vcpufreq || return
	rig_step "guest: the devices"
	rig_tests guest-bpf || failed=1

	for policy in /sys/devices/system/cpu/cpufreq/policy*; do
		echo userspace > "$policy/scaling_governor" &&
			echo $KHZ > "$policy/scaling_setspeed" || failed=1
	done
	cat /sys/bus/amba/devices/b900000.rtc/rtc/rtc*/since_epoch 2>/dev/null | sed 's/^/@clock /'
	rig_sync replace
	rig_step "guest: the devices were replaced"
	rig_tests guest-bpf-again || failed=1
	rmmod vcpufreq || failed=1
	return $failed
}

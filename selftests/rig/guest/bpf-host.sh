# SPDX-License-Identifier: GPL-2.0
#
# Devices in BPF: tests that make their own VMs, then a guest whose cpufreq device, and on
# arm64 a real-time clock, are programs of this host.

TABLE=600000,1200000,1800000,2400000
OBJECTS=/usr/lib/pvguest
CLOCK_BASE=0x0b900000
MONITOR=/run/monitor
failed=0

# hold NAME ARG...: a device in BPF, until its pvhost ends, whose pid is in PIDS then
PIDS=
hold()
{
	local name=$1 pid

	shift
	pvhost attach --pid "$L2_PID" --vcpus "$RIG_SMP" --bpf "$OBJECTS/$name.bpf.o" "$@" \
		> "/run/$name.said" 2>&1 &
	pid=$!
	until grep ' at 0x' "/run/$name.said"; do
		sleep 0.1
		kill -0 $pid 2>/dev/null || {
			cat "/run/$name.said"
			return 1
		}
	done
	PIDS="$PIDS $pid"
}

# replaced NAME: whether it was, since its pvhost was told to
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

# The guest has printed what its clock says, and waits.
clock_is_ours()
{
	local guest host

	host=$(date +%s)
	guest=$(tr -d '\r' < "$L2_DIR/console" | sed -n 's/.*@clock \([0-9]*\).*/\1/p')
	rig_step "host: its clock says $host, that of the guest $guest"
	[ $((host - guest)) -ge -2 ] && [ $((host - guest)) -le 20 ]
}

# Its loaders end with the VMM.
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

case $(l2_arch) in
x86_64)	devices='vcpufreq' ;;
arm64)	devices='vcpufreq pl031' ;;
esac

l2_kvm && pv_load kvm_pv kvm_pv_bpf || exit
rig_step "host: tests that make their own VMs"
rig_tests host-bpf || failed=1
[ -d /sys/module/kvm_pv_bpf ] || pv_load kvm_pv_bpf || exit

rig_step "host: a guest of $devices"
case $devices in
*pl031)
	L2_OPTS=$(l2_describe "$RIG_SMP" "$OBJECTS/vcpufreq.bpf.o" \
		"--base $CLOCK_BASE $OBJECTS/pl031.bpf.o") || exit ;;
*)
	L2_OPTS=$(l2_describe "$RIG_SMP" "$OBJECTS/vcpufreq.bpf.o") || exit ;;
esac
# Linux looks for the clock when it boots: its CPUs run when the devices are there.
mkfifo $MONITOR.in $MONITOR.out
cat $MONITOR.out > /dev/null &
L2_OPTS="$L2_OPTS -S -chardev pipe,id=monitor,path=$MONITOR -mon chardev=monitor"
l2_start bpf-guest.sh
hold vcpufreq --table $TABLE || exit
case $devices in
*pl031)	hold pl031 --base $CLOCK_BASE || exit ;;
esac
echo cont > $MONITOR.in

l2_wait replace || exit
case $devices in
*pl031)	clock_is_ours || failed=1 ;;
esac
rig_step "host: replacing the devices under the guest"
# shellcheck disable=SC2086
kill -HUP $PIDS || exit
for device in $devices; do
	replaced "$device" || failed=1
done
l2_go replace
l2_finish || failed=1

rig_step "host: unloading"
ended || failed=1
l2_unload kvm_pv_bpf && l2_unload kvm_pv || exit
exit $failed

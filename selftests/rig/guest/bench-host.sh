# SPDX-License-Identifier: GPL-2.0
#
# What 'make bench' does on the host: a guest that measures before kvm_pv is loaded, when
# it is, when the guest is attached, when its device is in BPF, and while it is traced.  A
# device that does nothing is there all the time.

TABLE=600000,1200000,1800000,2400000
HELD=/run/held

# held TEXT COMMAND...: runs until it is let go; returns when it has said TEXT
held()
{
	local text=$1

	shift
	"$@" > $HELD 2>&1 &
	HELD_PID=$!
	until grep -q "$text" $HELD; do
		kill -0 $HELD_PID 2>/dev/null || {
			cat $HELD
			return 1
		}
		sleep 0.2
	done
}

let_go()
{
	kill -INT "$HELD_PID" && wait "$HELD_PID"
}

# What is done to come to a state, and to leave it
enter()
{
	case $1 in
	bpf)
		pvhost detach --pid "$L2_PID" && insmod /lib/modules/pv/kvm_pv_bpf.ko &&
			held " at 0x" pvhost attach --bpf /usr/lib/pvguest/vcpufreq.bpf.o \
				--pid "$L2_PID" --vcpus 1 --table $TABLE ;;
	traced|hooked)	held tracing hypertrace calls --pid "$L2_PID" ;;
	full)	held tracing hypertrace calls --full --pid "$L2_PID" ;;
	exits)	held tracing hypertrace exits --pid "$L2_PID" ;;
	esac
}

leave()
{
	let_go || return
	case $1 in
	bpf)	l2_unload kvm_pv_bpf ;;
	hooked)	l2_unload kvm_pv ;;
	esac
}

case $(l2_arch) in
x86_64)	floor=0xfef80000 ;;
arm64)	floor=0x0b880000 ;;
esac
states=hooked,traced,full,exits
[ ! -f /lib/modules/pv/kvm_pv_bpf.ko ] || states=bpf,$states

l2_kvm || exit
L2_OPTS=$(l2_describe 1) || exit
l2_start bench-guest.sh $states
l2_wait bare || exit
/selftests/bench/vmfile "$L2_PID" insmod /lib/modules/pv/pv_floor.ko vm=3 base="$floor" || exit
l2_go bare
l2_wait load || exit
insmod /lib/modules/pv/kvm_pv.ko || exit
l2_go load
l2_wait attach || exit
pvhost attach --pid "$L2_PID" --vcpus 1 --table $TABLE || exit
l2_go attach

last=
for state in $(echo $states | tr , ' '); do
	l2_wait "$state" || exit
	[ -z "$last" ] || leave "$last" || exit
	[ "$state" != hooked ] || [ -n "$last" ] || pvhost detach --pid "$L2_PID" || exit
	enter "$state" || exit
	l2_go "$state"
	last=$state
done
l2_finish || exit
leave "$last" || exit
# It holds the VM.
rmmod pv_floor

# SPDX-License-Identifier: GPL-2.0
#
# 'make bench': the guest measures before kvm_pv is loaded, after, when the guest is
# attached, when it or another VM has telemetry, when its device is a BPF program, and while
# hypertrace(8) traces it.  A device without function (pv_floor) is present all the time.  Then
# the host measures without a guest.

BENCH=/selftests/bench
STATES='hooked traced full exits'
TELEMETRY='counters events other off'
HELD=/run/held

# states: the states after those of 'attached'; a BPF device requires struct_ops of modules
states()
{
	[ ! -f /lib/modules/pv/kvm_pv_bpf.ko ] || echo bpf
	echo "$STATES"
}

# held TEXT COMMAND...: start a command that runs until let_go; wait until it prints TEXT
held()
{
	local text=$1

	shift
	"$@" > $HELD 2>&1 &
	HELD_PID=$!
	l2_printed $HELD "$text" $HELD_PID
}

let_go()
{
	kill -INT "$HELD_PID" && wait "$HELD_PID"
}

# attach [OPTION]...: attach the guest, and report the number of exits to it
attach()
{
	l2_attach --expose-exits "$@"
}

# hook: the hook exists as long as a VM is attached.  The guest does not know of this device.
hook()
{
	pvhost attach --pid "$L2_PID" --base "$HOOK_BASE" --shared none --vcpus 1 --backend none \
		--table "$RIG_TABLE" --expose-exits
}

unhook()
{
	pvhost detach --pid "$L2_PID"
}

# telemetry STATE: enter a state in which the guest is attached, and this or another VM can have
# telemetry
telemetry()
{
	case $1 in
	counters|events)
		pvhost detach --pid "$L2_PID" && attach --telemetry "$1" ;;
	other)	pvhost detach --pid "$L2_PID" && attach &&
			held counts "$BENCH/telemetry" ;;
	off)	let_go ;;
	esac
}

# enter STATE, leave STATE
enter()
{
	case $1 in
	bpf)
		pvhost detach --pid "$L2_PID" && pv_load kvm_pv_bpf &&
			held " at 0x" pvhost attach --bpf /usr/lib/pvguest/vcpufreq.bpf.o \
				--pid "$L2_PID" --vcpus 1 --table "$RIG_TABLE" ;;
	hooked)	hook && held tracing hypertrace calls --pid "$L2_PID" ;;
	traced)	held tracing hypertrace calls --pid "$L2_PID" ;;
	full)	held tracing hypertrace calls --full --pid "$L2_PID" ;;
	exits)	held tracing hypertrace exits --pid "$L2_PID" ;;
	esac
}

leave()
{
	let_go || return
	case $1 in
	bpf)	l2_unload kvm_pv_bpf ;;
	hooked)	unhook && l2_unload kvm_pv ;;
	esac
}

host()
{
	local floor state last=''

	case $(l2_arch) in
	x86_64)	floor=0xfef80000 HOOK_BASE=0xfef90000 ;;
	arm64)	floor=0x0b880000 HOOK_BASE=0x0b890000 ;;
	esac
	l2_kvm || return
	L2_OPTS=$(l2_describe 1) || return
	l2_start bench
	l2_wait bare || return
	$BENCH/vmfile "$L2_PID" insmod /lib/modules/pv/pv_floor.ko vm=3 base="$floor" || return
	l2_go bare
	l2_wait load || return
	pv_load kvm_pv || return
	hook || return
	l2_go load
	l2_wait attach || return
	unhook || return
	attach || return
	l2_go attach
	for state in $TELEMETRY; do
		l2_wait "$state" && telemetry "$state" || return
		l2_go "$state"
	done
	for state in $(states); do
		l2_wait "$state" || return
		[ -z "$last" ] || leave "$last" || return
		[ "$state" != hooked ] || [ -n "$last" ] || pvhost detach --pid "$L2_PID" || return
		enter "$state" || return
		l2_go "$state"
		last=$state
	done
	l2_finish || return
	leave "$last" || return
	# pv_floor holds a reference to the VM.
	rmmod pv_floor || return
	rig_step "host: without a guest"
	"$BENCH/flood" > /results/bench || cat /results/bench
}

# here STATE EXPECTED: whether a row that expects a state is measured in this state.  Exits
# are known only while the guest is attached.
here()
{
	case $1-$2 in
	attached-bare|attached-loaded)	return 0 ;;
	esac
	[ "$1" = "$2" ]
}

# measure STATE: measure each row of the table once, in the order of the table
measure()
{
	local row state by bench floor arch done=''

	rig_step "guest: host is $1"
	# shellcheck disable=SC2034
	while read -r row state by bench floor arch _; do
		case $row in
		\#*|'') continue ;;
		esac
		here "$1" "$state" || continue
		case "$done " in
		*" $by-$bench "*) continue ;;
		esac
		done="$done $by-$bench"
		case $arch-$(uname -m) in
		all-*|x86_64-x86_64|arm64-aarch64) ;;
		*) continue ;;
		esac
		case $by in
		kernel)	set -- "$1" "$(cat "/sys/kernel/debug/pv_bench/$bench")" ;;
		user)	set -- "$1" "$("$BENCH/user" "$bench")" ;;
		esac
		echo "$1 $by $bench ${2:-- - it could not be run}" >> /results/bench
	done < "$BENCH/rows"
}

# measure_driver STATE PARAMETER...: with a governor that sends no requests of its own
measure_driver()
{
	local state=$1

	shift
	insmod /lib/modules/pv/vcpufreq.ko "$@" || return
	echo userspace > /sys/devices/system/cpu/cpufreq/policy0/scaling_governor || return
	measure "$state"
	rmmod vcpufreq
}

# measure_telemetry STATE
measure_telemetry()
{
	local event=/sys/kernel/tracing/events/pv_exits/exit/enable

	insmod /lib/modules/pv/pv_exits.ko || return
	if [ "$1" = events ]; then
		# The module selects all reasons in a work.
		echo 1 > $event && sleep 1 || return
	fi
	measure "$1"
	[ "$1" != events ] || echo 0 > $event || return
	rmmod pv_exits
}

guest()
{
	local state

	pv_load pv_hypervisor pv_hypercall pv_bench && modprobe cpufreq_userspace || return
	rig_step "guest: waiting for the host"
	rig_sync bare
	measure bare
	rig_sync load
	measure loaded
	rig_sync attach
	measure attached
	# With hold=0 the driver defers no decrease, so each increase is a change.
	measure_driver driver shared_mem=1 hold=0 || return
	measure_driver upstream shared_mem=0
	for state in $TELEMETRY; do
		rig_sync "$state"
		case $state in
		counters|events) measure_telemetry "$state" || return ;;
		*)	measure "$state" ;;
		esac
	done
	for state in $(states); do
		rig_sync "$state"
		measure "$state"
	done
}

# judge_scenario RESULTS ARCH KERNEL: a row of the baseline must not have grown
judge_scenario()
{
	local ledger=$BUILD/bench/$2-$3.json

	mkdir -p "$BUILD/bench"
	"$TOP/selftests/bench/ledger" "$TOP/selftests/bench/rows" "$2" "$3" "$1/l2/bench" \
		"$1/bench" > "$ledger" || :
	"$TOP/selftests/bench/compare" "$(baseline "$2" "$3")" "$ledger"
}

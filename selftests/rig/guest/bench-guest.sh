# SPDX-License-Identifier: GPL-2.0
#
# What 'make bench' does in the guest: all rows in each state of the host, into lines
# of STATE, BY, BENCH and what was measured.  States that not every host has are its
# arguments.

BENCH=/selftests/bench

# here STATE WANTED: whether a row of state WANTED is measured in this one.  Exits are known
# once a guest is attached.
here()
{
	case $1-$2 in
	attached-bare|attached-loaded)	return 0 ;;
	esac
	[ "$1" = "$2" ]
}

# measure STATE: in the order of the table, each bench once
measure()
{
	local row state by bench floor arch done=''

	rig_step "guest: host is $1"
	while read -r row state by bench floor arch; do
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

# measure_driver STATE PARAMETER...: under a governor that asks for nothing by itself
measure_driver()
{
	local state=$1

	shift
	insmod /lib/modules/pv/vcpufreq.ko "$@" || return
	echo userspace > /sys/devices/system/cpu/cpufreq/policy0/scaling_governor || return
	measure "$state"
	rmmod vcpufreq
}

pv_load pv_hypervisor pv_hypercall pv_bench && modprobe cpufreq_userspace || exit
rig_step "guest: waiting for the host"
rig_sync bare
measure bare
rig_sync load
measure loaded
rig_sync attach
measure attached
# A rise after a fall that is held back is no change: none is held back here.
measure_driver driver record=1 hold=0 || exit
measure_driver upstream record=0
for state in $RIG_ARG; do
	rig_sync "$state"
	measure "$state"
done

# SPDX-License-Identifier: GPL-2.0
#
# What 'make bench' does in the guest: the rows of each state of the host, into lines
# of STATE, BY, BENCH and what was measured.

BENCH=/selftests/bench

# here STATE WANTED: whether a row of state WANTED is measured in this one.  Exits are known
# once a guest is attached, so all rows are measured then, too.
here()
{
	[ "$1" = "$2" ] || [ "$1" = attached ]
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

pv_load pv_hypervisor pv_hypercall pv_bench || exit
measure bare
rig_sync load
measure loaded
rig_sync attach
measure attached

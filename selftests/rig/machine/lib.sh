# SPDX-License-Identifier: GPL-2.0
#
# For scripts on either machine.

# The second serial line: a PCI device wherever PCI has I/O ports
rig_channel()
{
	local tty

	for tty in /sys/bus/pci/drivers/serial/*/tty/ttyS* \
		   /sys/bus/pci/drivers/serial/*/*/*/tty/ttyS*; do
		[ -e "$tty" ] || continue
		echo "/dev/${tty##*/}"
		return
	done
	# A port without a UART is of type 0.
	case $(cat /sys/class/tty/ttyS1/type 2>/dev/null) in
	''|0)	;;
	*)	echo /dev/ttyS1 ;;
	esac
}

# rig_step TEXT: a line of progress
rig_step()
{
	echo "== $*"
}

# rig_sync NAME: wait on the guest until the host says that it may go on
rig_sync()
{
	local word

	echo "@sync $1"
	while read -r word; do
		[ "$word" = "go-$1" ] && return 0
	done < /dev/console
	return 1
}

# rig_env: into the environment what RIG_ARG has as NAME=VALUE
rig_env()
{
	local word

	for word in $RIG_ARG; do
		export "${word?}"
	done
}

# pv_load MODULE...: modules of ours, in that order
pv_load()
{
	local module

	for module; do
		insmod "/lib/modules/pv/$module.ko" || return
	done
}

# Governors that Debian builds as modules
rig_governors()
{
	local governor

	for governor in powersave userspace ondemand conservative; do
		modprobe "cpufreq_$governor" || return
	done
}

# rig_tests NEED: all tests that name this need on their first lines, output to the
# results folder and to the console; fails where one fails
rig_tests()
{
	local need=$1 test name failed=0 rc

	for test in /selftests/*/*; do
		[ -f "$test" ] || continue
		case $test in
		*.sh)	grep -q "^# needs: $need\$" "$test" || continue ;;
		*)	grep -qx "$need" "$test.needs" 2>/dev/null || continue ;;
		esac
		name=${test#/selftests/}
		echo "# $RIG_ROLE $name"
		cd "${test%/*}" || return
		case $test in
		*.sh)	set -- sh "$test" ;;
		*)	set -- "$test" ;;
		esac
		timeout "${RIG_TEST_TIMEOUT:-600}" "$@" > /run/tap 2>&1 < /dev/null
		rc=$?
		cat /run/tap
		mkdir -p "/results/tap"
		{
			cat /run/tap
			echo "# exit $rc"
		} > "/results/tap/$RIG_ROLE-$need-$(echo "$name" | tr / -)"
		case $rc in
		0|4) ;;
		*)
			echo "# $name: exit status $rc"
			failed=1
			;;
		esac
	done
	return $failed
}

# SPDX-License-Identifier: GPL-2.0
#
# Functions for scenarios, for host and guest.

# The performance table that scenarios attach with, and as tests read it
RIG_TABLE=600000,1200000,1800000,2400000
export PV_TABLE='600000 1200000 1800000 2400000'

# rig_channel [N]: the serial line of the results, or the N-th after it: a PCI device
# wherever PCI has I/O ports
rig_channel()
{
	local tty seen='' skip=${1:-0}

	# More than one path can lead to a line.
	for tty in /sys/bus/pci/drivers/serial/*/tty/ttyS* \
		   /sys/bus/pci/drivers/serial/*/*/*/tty/ttyS*; do
		[ -e "$tty" ] || continue
		tty=${tty##*/}
		case " $seen " in
		*" $tty "*) continue ;;
		esac
		seen="$seen $tty"
		[ "$skip" = 0 ] || {
			skip=$((skip - 1))
			continue
		}
		echo "/dev/$tty"
		return
	done
	# A port without a UART is of type 0.
	case $(cat /sys/class/tty/ttyS1/type 2>/dev/null) in
	''|0)	;;
	*)	echo /dev/ttyS1 ;;
	esac
}

RIG_SERIAL=/proc/tty/driver/serial

# rig_sent LINE: bytes that the driver of a serial line has transmitted, 0 if the kernel does not
# count them (7.3)
rig_sent()
{
	if [ -e $RIG_SERIAL ]; then
		sed -n "s/^${1#/dev/ttyS}: .* tx:\([0-9]*\).*/\1/p" $RIG_SERIAL
	else
		echo 0
	fi
}

# rig_send FILE: send a file over the serial line of the results.  The line stays open until
# the driver has transmitted all bytes, since a close can discard the rest.
rig_send()
{
	local line begin size tenths=0

	line=$(rig_channel 0)
	[ -n "$line" ] || return 0
	size=$(wc -c < "$1")
	stty -F "$line" raw -echo
	exec 5> "$line"
	begin=$(rig_sent "$line")
	cat "$1" >&5
	# Without the counter only the stty below waits for the driver, without a limit.
	[ -e $RIG_SERIAL ] || size=0
	until [ $(($(rig_sent "$line") - begin)) -ge "$size" ]; do
		tenths=$((tenths + 1))
		[ $tenths -lt 300 ] || {
			echo "rig: $line transmitted $(($(rig_sent "$line") - begin)) of $size bytes"
			return 1
		}
		sleep 0.1
	done
	# Wait until the device has the last bytes of its FIFO.
	stty -F "$line" sane
	exec 5>&-
}

# rig_step TEXT: print a line of progress
rig_step()
{
	echo "== $*"
}

# rig_coverage: copy the counters of gcov to the results: those of modules if the kernel has
# CONFIG_GCOV_KERNEL, and those of programs.  Files of debugfs have no size, so cat copies them.
rig_coverage()
{
	local dir file

	for dir in /sys/kernel/debug/gcov "$GCOV_PREFIX"; do
		[ -d "$dir" ] || continue
		find "$dir" -type f -name '*.gcda' | while read -r file; do
			mkdir -p "/results/gcov/$(dirname "${file#"$dir"}")"
			cat "$file" > "/results/gcov/${file#"$dir"}"
		done
	done
}

# rig_sync NAME: wait in the guest until the host calls l2_go NAME
rig_sync()
{
	local word

	echo "@sync $1"
	while read -r word; do
		[ "$word" = "go-$1" ] && return 0
	done < /dev/console
	return 1
}

# rig_never: open file descriptor 7, on which no data arrives
rig_never()
{
	mkfifo /run/never
	exec 7<> /run/never
}

# rig_pause: 20 ms without a new process, which would be a load; needs rig_never
rig_pause()
{
	local _

	# A builtin of busybox
	# shellcheck disable=SC3045
	read -r -t 0.02 _ <&7
}

# pv_load MODULE...: load pvguest modules in this order
pv_load()
{
	local module

	for module; do
		insmod "/lib/modules/pv/$module.ko" ${RIG_FORCE:+force=1} || return
	done
}

# Load the governors that Debian builds as modules
rig_governors()
{
	local governor

	for governor in powersave userspace ondemand conservative; do
		modprobe "cpufreq_$governor" || return
	done
}

# rig_wants NEED: true if the plan of this run has a test with this need
rig_wants()
{
	grep -q "^$1 " /rig/plan
}

# rig_uptime: seconds since boot, with two decimals
rig_uptime()
{
	local up _

	read -r up _ < /proc/uptime
	echo "$up"
}

# rig_tap FILE STATUS BEGIN: end a TAP file as the runner expects it; BEGIN is the uptime at
# which its program started
rig_tap()
{
	echo "# exit $2"
	echo "$3 $(rig_uptime)" | awk '{ printf "# seconds %.1f\n", $2 - $1 }'
} >> "$1"

# rig_faults: print what the kernel has reported since the last call and does not panic for:
# lockdep and the checks for sleeping functions ignore panic_on_warn.  A lockup can be that of the
# build machine.
RIG_FAULTS_SEEN=0
rig_faults()
{
	dmesg | grep -E 'WARNING: |BUG: |UBSAN: ' | grep -v 'lockup' > /run/faults
	tail -n +$((RIG_FAULTS_SEEN + 1)) /run/faults
	RIG_FAULTS_SEEN=$(wc -l < /run/faults)
}

# rig_tests NEED: run all tests of the plan with this need.  Their output goes to the
# results and to the console; fails if a test fails.
rig_tests()
{
	local need=$1 name test failed=0 rc begin

	mkdir -p /results/tap
	while read -r _ name <&3; do
		[ -n "$name" ] || continue
		test=/selftests/$name
		[ -f "$test" ] || {
			echo "# $name is in the plan but not in this image"
			failed=1
			continue
		}
		echo "# $RIG_ROLE $name"
		cd "${test%/*}" || return
		case $test in
		*.sh)	set -- sh "$test" ;;
		*)	set -- "$test" ;;
		esac
		begin=$(rig_uptime)
		timeout "${RIG_TEST_TIMEOUT:-600}" "$@" > /run/tap 2>&1 < /dev/null 3<&-
		rc=$?
		rig_faults > /run/new-faults
		if [ -s /run/new-faults ]; then
			sed 's/^/# the kernel reports: /' /run/new-faults >> /run/tap
			rc=1
		fi
		cat /run/tap
		rig_tap /run/tap $rc "$begin"
		cp /run/tap "/results/tap/$RIG_ROLE-$need-$(echo "$name" | tr / -)"
		case $rc in
		0|4) ;;
		*)
			echo "# $name: exit status $rc"
			failed=1
			;;
		esac
	done 3<<-PLAN
	$(grep "^$need " /rig/plan)
	PLAN
	return $failed
}

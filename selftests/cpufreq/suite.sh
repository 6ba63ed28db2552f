#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The unmodified cpufreq suite of the kernel's selftests
# needs: kselftest full
#
# Its main.sh reports success for most failures, so this script also reads the output.
# Environment:
#
#   PV_SUITE   directory with cpufreq/ and kselftest/ of the kernel's selftests
#   PV_COUNT   maximum number of rounds of its loops; 0: no maximum (default: 2)
#   PV_LOGS    directory for its output

. ./lib.sh
needs_bound

PV_SUITE=${PV_SUITE-/kselftest}
PV_COUNT=${PV_COUNT-2}
PV_LOGS=${PV_LOGS:-/results/suite}
WORK=/run/suite

# Messages of its functions on failure
COMPLAINTS='^not ok|^Warning:|^WARN:|INVALID|Insmod .* failed|rmmod .* failed|not available'
COMPLAINTS="$COMPLAINTS|not present|isn't present|not created|could not|Failed to"

# The loops of the suite call seq(1): a wrapper limits the number of rounds.
helpers()
{
	mkdir -p $WORK/bin "$PV_LOGS" || return
	cp -r "$PV_SUITE"/* $WORK/ || return
	[ "$PV_COUNT" = 0 ] || cat > $WORK/bin/seq <<-SEQ
		#!/bin/sh
		for last; do :; done
		[ "\$last" -le $PV_COUNT ] || last=$PV_COUNT
		[ \$# = 1 ] || first=\$1
		exec busybox seq "\${first:-1}" "\$last"
	SEQ
	[ "$PV_COUNT" = 0 ] || chmod +x $WORK/bin/seq
}

# The suite starts sudo(1) 16,000 times, which root does not need.  bash imports this function
# from the environment, which saves a process each time.
SUDO='BASH_FUNC_sudo%%=() { exec "$@"; }'

# run NAME ARGUMENT...: runs main.sh; stdout goes to $PV_LOGS/NAME, stderr to NAME.err
run()
{
	local name=$1 rc=0 begin

	shift
	begin=$(date +%s)
	(cd $WORK/cpufreq && PATH=$WORK/bin:$PATH exec env "$SUDO" bash ./main.sh "$@") \
		> "$PV_LOGS/$name" 2> "$PV_LOGS/$name.err" || rc=$?
	echo "# $(($(date +%s) - begin)) s, exit status $rc"
	return $rc
}

# passed NAME: main.sh printed no message of a failure
passed()
{
	! grep -E "$COMPLAINTS" "$PV_LOGS/$1"
}

# completed NAME: main.sh reported success, and the shell printed no error but that of
# reading a write-only file
completed()
{
	grep -q '^ok 1 Completed successfully' "$PV_LOGS/$1" &&
		! grep -v stats/reset "$PV_LOGS/$1.err"
}

all_online()
{
	[ "$(cat "$CPUS/online")" = "$(cat "$CPUS/possible")" ]
}

# intact: all policies and CPUs are there and the log is clean; resets the policies
intact()
{
	[ "$(policies | wc -l)" = "$count" ] && all_online && clean &&
		reset_limits && governor schedutil
}

# suite strict|races NAME ARGUMENT...: with races, main.sh can access files of CPUs that
# just went offline.  The shell then prints an error, and main.sh prints no result if that
# was its last write.
suite()
{
	local how=$1 name=$2

	shift 2
	mark
	if run "$name" "$@" && passed "$name" && intact &&
	   { [ "$how" = races ] || completed "$name"; }; then
		ktap_test_pass "main.sh $*"
	else
		tail -n 3 "$PV_LOGS/$name" "$PV_LOGS/$name.err" | sed 's/^/# /'
		ktap_test_fail "main.sh $*"
	fi
}

# slept COMMAND...: the machine suspends once during the command
slept()
{
	local before

	before=$(slept_times)
	"$@"
	[ $(($(slept_times) - before)) = 1 ]
}

# slept_times: older kernels have one debugfs file for all suspend statistics
slept_times()
{
	cat /sys/power/suspend_stats/success 2> /dev/null ||
		sed -n 's/^success: //p' /sys/kernel/debug/suspend_stats
}

# alarm_wakes: the RTC wakes this machine from suspend-to-idle.  The RTC of a PC uses a fixed
# ACPI event, which QEMU supports for S3 only: the machine would never wake up.
alarm_wakes()
{
	[ "$(uname -m)" != x86_64 ]
}

# suite_suspend: uses suspend-to-idle, because the default of "mem" may need firmware.
# Without an alarm, or with limited rounds, pm_test resumes before the last step.
suite_suspend()
{
	local name=suspend

	if ! grep -qs s2idle /sys/power/mem_sleep; then
		ktap_test_skip 'main.sh -t suspend: this kernel does not suspend to idle'
		ktap_test_skip 'The guest suspends once in main.sh: this kernel does not suspend to idle'
		return
	fi
	echo s2idle > /sys/power/mem_sleep
	if [ "$PV_COUNT" != 0 ] || ! alarm_wakes; then
		echo platform > /sys/power/pm_test
		echo 1 > /sys/module/suspend/parameters/pm_test_delay
	else
		name=suspend_rtc
	fi
	check 'The guest suspends once in main.sh' slept suite strict $name -t $name
	echo none > /sys/power/pm_test
}

# suite_module WHAT MODULE...: copies the modules to the directory that main.sh reads, and
# unloads them before it starts
suite_module()
{
	local what=$1 file

	shift
	for file; do
		cp "$file" $WORK/cpufreq/ || return
		rmmod "${file##*/}" 2> /dev/null
	done
	mark
	case $what in
	driver)		set -- -t modtest -d "${1##*/}" ;;
	governor)	set -- -t modtest -g "${1##*/}" ;;
	both)		set -- -t modtest -d "${1##*/}" -g "${2##*/}" ;;
	esac
	check "main.sh $*" eval "run modtest-$what $* && passed modtest-$what &&
		grep -q '^ok 1' '$PV_LOGS/modtest-$what' && all_online && clean"
}

ktap_print_header
if ! command -v bash > /dev/null || [ ! -f "$PV_SUITE/cpufreq/main.sh" ]; then
	ktap_skip_all "this guest has no bash, or no suite in $PV_SUITE"
	exit "$KSFT_SKIP"
fi
ktap_set_plan 13

count=$(policies | wc -l)
ondemand=/lib/modules/$(uname -r)/kernel/drivers/cpufreq/cpufreq_ondemand.ko
check 'The suite of the kernel is copied with its helpers' helpers
reset_limits
governor schedutil
suite strict basic -t basic
suite strict sptest1 -t sptest1
suite strict sptest2 -t sptest2
suite races sptest3 -t sptest3
suite races sptest4 -t sptest4
suite_suspend
governor schedutil
# 'both' covers 'governor' and 'driver'.
if [ "$PV_COUNT" = 0 ]; then
	suite_module governor "$ondemand"
	suite_module driver "$PV_MODULES/vcpufreq.ko"
else
	ktap_test_skip 'main.sh -t modtest -g: modules are tested together only, to save time'
	ktap_test_skip 'main.sh -t modtest -d: modules are tested together only, to save time'
fi
suite_module both "$PV_MODULES/vcpufreq.ko" "$ondemand"
check_is 'No policy is left after main.sh -t modtest' "$(policies)" ''
modprobe cpufreq_ondemand
insmod "$PV_MODULES/vcpufreq.ko"
check_is 'The driver binds to all policies after main.sh -t modtest' "$(policies | wc -l)" "$count"
ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The cpufreq suite of the kernel's own selftests, as it is
# needs: kselftest full
#
# Its main.sh says "Completed successfully" of almost anything, so what it prints is read
# as well.  Told by the environment:
#
#   PV_SUITE   the kernel's selftests, as cpufreq/ and kselftest/
#   PV_COUNT   where its loops end that count farther; 0: they are not cut short
#   PV_LOGS    folder for what it prints

. ./lib.sh
needs_bound

PV_SUITE=${PV_SUITE-/kselftest}
PV_COUNT=${PV_COUNT-2}
PV_LOGS=${PV_LOGS:-/results/suite}
WORK=/run/suite

# What its functions print where something went wrong
COMPLAINTS='^not ok|^Warning:|^WARN:|INVALID|Insmod .* failed|rmmod .* failed|not available'
COMPLAINTS="$COMPLAINTS|not present|isn't present|not created|could not|Failed to"

# Loops count by seq(1).
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

# Root has no need of sudo(1), which the suite starts 16,000 times and only as the end of a
# pipe: a function that bash takes from its environment saves a process each.
SUDO='BASH_FUNC_sudo%%=() { exec "$@"; }'

# run NAME ARGUMENT...: output to $PV_LOGS/NAME, what stderr said to NAME.err
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

# passed NAME: whether nothing that main.sh printed says otherwise
passed()
{
	! grep -E "$COMPLAINTS" "$PV_LOGS/$1"
}

# completed NAME: whether main.sh says so, and the shell complained of nothing but that a
# file which can be written only was not read
completed()
{
	grep -q '^ok 1 Completed successfully' "$PV_LOGS/$1" && ! grep -v stats/reset "$PV_LOGS/$1.err"
}

all_online()
{
	[ "$(cat "$CPUS/online")" = "$(cat "$CPUS/possible")" ]
}

# What a function has to leave behind
intact()
{
	[ "$(policies | wc -l)" = "$count" ] && all_online && clean && reset_limits && governor schedutil
}

# suite strict|races NAME ARGUMENT...: races meet files of CPUs that are just gone; the
# shell says so then, and where it was the last write main.sh says nothing at all
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

# slept COMMAND...: whether the machine went to sleep once in it
slept()
{
	local before

	before=$(slept_times)
	"$@"
	[ $(($(slept_times) - before)) = 1 ]
}

# Of its own file up to 6.12, with others in an older one
slept_times()
{
	cat /sys/power/suspend_stats/success 2> /dev/null ||
		sed -n 's/^success: //p' /sys/kernel/debug/suspend_stats
}

# alarm_wakes: whether the RTC wakes this machine from idle.  That of a PC does so by a fixed
# event of ACPI, which QEMU has for S3 alone: it would sleep for ever.
alarm_wakes()
{
	[ "$(uname -m)" != x86_64 ]
}

# To idle: what "mem" is by default may need firmware.  Without an alarm, or where loops are
# cut short, the kernel's test of it comes back by itself from the last step but one.
suite_suspend()
{
	local name=suspend

	if ! grep -qs s2idle /sys/power/mem_sleep; then
		ktap_test_skip 'main.sh -t suspend: this kernel does not suspend to idle'
		ktap_test_skip 'and it slept: likewise'
		return
	fi
	echo s2idle > /sys/power/mem_sleep
	if [ "$PV_COUNT" != 0 ] || ! alarm_wakes; then
		echo platform > /sys/power/pm_test
		echo 1 > /sys/module/suspend/parameters/pm_test_delay
	else
		name=suspend_rtc
	fi
	check 'it slept' slept suite strict $name -t $name
	echo none > /sys/power/pm_test
}

# suite_module WHAT MODULE...: with these copied to where main.sh looks for them, and
# nothing of it loaded
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
	ktap_skip_all "there is no bash, or no suite at $PV_SUITE"
	exit "$KSFT_SKIP"
fi
ktap_set_plan 13

count=$(policies | wc -l)
ondemand=/lib/modules/$(uname -r)/kernel/drivers/cpufreq/cpufreq_ondemand.ko
check 'its helpers' helpers
reset_limits
governor schedutil
suite strict basic -t basic
suite strict sptest1 -t sptest1
suite strict sptest2 -t sptest2
suite races sptest3 -t sptest3
suite races sptest4 -t sptest4
suite_suspend
governor schedutil
# The last one does what the others do.
if [ "$PV_COUNT" = 0 ]; then
	suite_module governor "$ondemand"
	suite_module driver "$PV_MODULES/vcpufreq.ko"
else
	ktap_test_skip 'main.sh -t modtest -g: modules are tested together only, to save time'
	ktap_test_skip 'main.sh -t modtest -d: likewise'
fi
suite_module both "$PV_MODULES/vcpufreq.ko" "$ondemand"
check_is 'no policy is left by the driver' "$(policies)" ''
modprobe cpufreq_ondemand
insmod "$PV_MODULES/vcpufreq.ko"
check_is 'the driver binds as before' "$(policies | wc -l)" "$count"
ktap_finished

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For all shell tests: kselftest's helpers, and one test to a line.

. ../ktap_helpers.sh

# check NAME COMMAND...: passes where the command succeeds
check()
{
	local name=$1

	shift
	if "$@"; then
		ktap_test_pass "$name"
	else
		ktap_test_fail "$name"
	fi
}

# log_mark: what the kernel's log has so far is of others
LOG_MARK="selftest $0 $$ begins"
log_mark()
{
	echo "$LOG_MARK" > /dev/kmsg
}

# log_clean: since then it has no trouble
log_clean()
{
	dmesg | awk -v mark="$LOG_MARK" '
	marked && /WARNING:|BUG:|Oops|Call [Tt]race|KASAN|refcount_t/ { print "# " $0; bad = 1 }
	index($0, mark) { marked = 1 }
	END { exit bad || !marked }'
}

# check_is NAME IS WANTED: passes where both are the same
check_is()
{
	if [ "$2" = "$3" ]; then
		ktap_test_pass "$1"
	else
		ktap_print_msg "$1: is '$2', not '$3'"
		ktap_test_fail "$1"
	fi
}

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

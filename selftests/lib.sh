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
		ktap_print_msg "failed: $*"
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

# The last mark, and how many there were
MARK='no mark'
MARKS=0

# mark: what the kernel's log has so far is of others
mark()
{
	MARKS=$((MARKS + 1))
	MARK="selftest $0 $$ mark $MARKS."
	echo "$MARK" > /dev/kmsg
}

# since: the kernel's log from the last mark on
since()
{
	dmesg | awk -v mark="$MARK" 'index($0, mark) { marked = 1 } marked'
}

TROUBLE='WARNING:|BUG:|Oops|Call [Tt]race|KASAN|refcount_t|rcu:.*stall|lockup'

# clean: since the last mark the kernel has logged no trouble; the mark has to be there still.
# That kmemleak is there is none.
clean()
{
	since | awk -v trouble="$TROUBLE" '
	/kmemleak: Kernel memory leak detector initialized/ { next }
	NR > 1 && $0 ~ trouble { print "# " $0; bad = 1 }
	END { exit bad || !NR }'
}

# soon COMMAND...: true at one of TRIES tries, PAUSE seconds apart
TRIES=100
PAUSE=0.1
soon()
{
	local tries=0

	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt $TRIES ] || {
			ktap_print_msg "not in $TRIES tries: $*"
			return 1
		}
		sleep $PAUSE
	done
}

# repeat N COMMAND...
repeat()
{
	local i=0 n=$1

	shift
	while [ $i -lt "$n" ]; do
		i=$((i + 1))
		"$@" && continue
		ktap_print_msg "round $i of $n"
		return 1
	done
}

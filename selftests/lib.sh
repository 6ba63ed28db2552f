# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for all shell tests.  Each test result is one line, and its name is a statement.

. ../ktap_helpers.sh

# check NAME COMMAND...: the test passes if COMMAND succeeds
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

# check_with PROGRAM NAME TEST...: skips if PROGRAM is not installed
check_with()
{
	local program=$1

	shift
	if command -v "$program" > /dev/null; then
		check "$@"
	else
		ktap_test_skip "$1: $program is not installed"
	fi
}

# check_is NAME ACTUAL EXPECTED: the test passes if both are equal
check_is()
{
	if [ "$2" = "$3" ]; then
		ktap_test_pass "$1"
	else
		ktap_print_msg "$1: is '$2', not '$3'"
		ktap_test_fail "$1"
	fi
}

# skip_all REASON: skips the whole script
skip_all()
{
	ktap_skip_all "$1"
	exit "$KSFT_SKIP"
}

# says TEXT OUTPUT: OUTPUT contains TEXT
says()
{
	case $2 in
	*"$1"*)	return 0 ;;
	esac
	ktap_print_msg "\"$2\" does not contain \"$1\""
	return 1
}

# What the last command of refuses or prints has printed
OUTPUT=

# refuses TEXT COMMAND...: COMMAND fails with exit status 1 and prints one line, which contains
# TEXT; a second line with a hint at --help is allowed.  The output is in $OUTPUT.
refuses()
{
	local text=$1 status=0

	shift
	OUTPUT=$("$@" 2>&1 < /dev/null) || status=$?
	[ $status = 1 ] || {
		ktap_print_msg "$*: exit status $status: $OUTPUT"
		return 1
	}
	[ "$(echo "$OUTPUT" | grep -vc "^Try '")" = 1 ] || {
		ktap_print_msg "$*: prints more than one line: $OUTPUT"
		return 1
	}
	says "$text" "$OUTPUT"
}

# prints TEXT COMMAND...: COMMAND succeeds, and its output contains TEXT.  The output is in
# $OUTPUT.
prints()
{
	local text=$1 status=0

	shift
	OUTPUT=$("$@" 2>&1 < /dev/null) || status=$?
	[ $status = 0 ] || {
		ktap_print_msg "$*: exit status $status: $OUTPUT"
		return 1
	}
	says "$text" "$OUTPUT"
}

# The previous mark, and the number of marks
MARK='no mark'
MARKS=0

# mark: clean and since ignore the kernel's log up to this point
mark()
{
	MARKS=$((MARKS + 1))
	MARK="selftest $0 $$ mark $MARKS."
	echo "$MARK" > /dev/kmsg
}

# since: prints the kernel's log from the previous mark on
since()
{
	dmesg | awk -v mark="$MARK" 'index($0, mark) { marked = 1 } marked'
}

TROUBLE='WARNING:|BUG:|Oops|Call [Tt]race|KASAN|refcount_t|rcu:.*stall|lockup'

# clean: the kernel has logged no error since the previous mark, which must still be in the
# log.  kmemleak's line at initialization is not an error.
clean()
{
	since | awk -v trouble="$TROUBLE" '
	/kmemleak: Kernel memory leak detector initialized/ { next }
	NR > 1 && $0 ~ trouble { print "# " $0; bad = 1 }
	END { exit bad || !NR }'
}

# soon COMMAND...: COMMAND succeeds within TRIES tries, PAUSE seconds apart
TRIES=100
PAUSE=0.1
soon()
{
	local tries=0

	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt $TRIES ] || {
			ktap_print_msg "failed $TRIES times: $*"
			return 1
		}
		sleep $PAUSE
	done
}

# comm_is PID NAME: the process has this name, as a new program has after exec
comm_is()
{
	[ "$(cat "/proc/$1/comm" 2> /dev/null)" = "$2" ]
}

# appears TEXT FILE PID: FILE contains TEXT within 60 seconds, or fails when process PID ends
appears()
{
	local tries=0

	until grep -qF -e "$1" "$2"; do
		tries=$((tries + 1))
		if [ $tries -ge 600 ] || ! kill -0 "$3" 2> /dev/null; then
			# The process may have written TEXT and ended since.
			grep -qF -e "$1" "$2" && return
			ktap_print_msg "no \"$1\" in: $(cat "$2")"
			return 1
		fi
		sleep 0.1
	done
}

# waits_for TEXT FILE COMMAND...: starts COMMAND in the background with its output in FILE, and
# waits until FILE contains TEXT, as appears does.  The process is $PID.
waits_for()
{
	local text=$1 file=$2

	shift 2
	: > "$file"
	"$@" > "$file" 2>&1 &
	PID=$!
	appears "$text" "$file" $PID
}

# repeat N COMMAND...: COMMAND succeeds N times
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

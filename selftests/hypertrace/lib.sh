# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of hypertrace: VMs that make hypercalls, and traces of them.

. ../lib.sh

DIR=/tmp/hypertrace
OUT=$DIR/out
callers=

# skip REASON
skip()
{
	ktap_skip_all "$1"
	exit "$KSFT_SKIP"
}

# says TEXT SAID
says()
{
	case $2 in
	*"$1"*)	return 0 ;;
	esac
	ktap_print_msg "\"$2\" has no \"$1\" in it"
	return 1
}

# refuses TEXT ARG...: hypertrace fails with one line that has the text in it
refuses()
{
	local text=$1 said

	shift
	if said=$(timeout 20 hypertrace "$@" 2>&1); then
		ktap_print_msg "hypertrace $*: succeeded: $said"
		return 1
	fi
	says "$text" "$said" &&
		[ "$(echo "$said" | grep -vc "^Try 'hypertrace\|: tracing ")" = 1 ]
}

# waits TEXT FILE PID: until the file has the text; false where the process ended before
waits()
{
	local tries=0

	until grep -q "$1" "$2"; do
		tries=$((tries + 1))
		if [ $tries = 600 ] || ! kill -0 "$3" 2> /dev/null; then
			ktap_print_msg "$(cat "$2")"
			return 1
		fi
		sleep 0.1
	done
}

# start NAME COUNT NR...: a VM that stands ready; its process in $pid
start()
{
	local name=$1

	shift
	mkdir -p $DIR
	rm -f "$DIR/$name.in"
	mkfifo "$DIR/$name.in"
	: > "$DIR/$name.said"
	./caller "$@" < "$DIR/$name.in" > "$DIR/$name.said" &
	pid=$!
	callers="$callers $pid"
	# A writer that stays, so that the end of a line is not the end of the file
	sleep 1000 > "$DIR/$name.in" &
	callers="$callers $!"
	waits ready "$DIR/$name.said" $pid
}

# make_calls NAME PID: all of its calls
make_calls()
{
	: > "$DIR/$1.said"
	echo > "$DIR/$1.in"
	waits made "$DIR/$1.said" "$2"
}

end_callers()
{
	[ -z "$callers" ] || {
		# shellcheck disable=SC2086
		kill -9 $callers
		# shellcheck disable=SC2086
		wait $callers
	} 2> /dev/null
	callers=
}
trap end_callers EXIT

# trace ARG...: hypertrace, once it is attached; ends by traced
trace()
{
	mkdir -p $DIR
	: > $DIR/err
	hypertrace "$@" > $OUT 2> $DIR/err &
	tracer=$!
	waits tracing $DIR/err $tracer
}

# traced: what it prints is in $OUT and, without spaces, in $DIR/json
traced()
{
	kill -INT "$tracer"
	wait "$tracer" || {
		ktap_print_msg "exit status $?: $(cat $DIR/err)"
		return 1
	}
	tr -d ' \n' < $OUT > $DIR/json
}

# holds TEXT: the result does
holds()
{
	grep -qF -- "$1" $DIR/json && return 0
	ktap_print_msg "the result has no '$1'"
	return 1
}

# counted NR [VCPU] [PID]: calls of that number in the result
counted()
{
	grep -o "\"pid\":${3:-[0-9]*},\"vcpu\":${2:-[0-9]*},\"nr\":$(($1)),\"name\":[^,]*,\"count\":[0-9]*" \
		$DIR/json | awk -F: '{ n += $NF } END { print n + 0 }'
}

all_counted()
{
	grep -o '"name":[^,]*,"count":[0-9]*' $DIR/json | awk -F: '{ n += $NF } END { print n + 0 }'
}

nothing_lost()
{
	grep -q '"lost":{"threads":0,"numbers":0,"clocks":0,"events":0,"ends":0,"missed":0,"counts":0}' $DIR/json && return 0
	ktap_print_msg "$(grep -o '"lost":{[^}]*}' $DIR/json)"
	return 1
}

# is WHAT IS WANTED
is()
{
	[ "$2" = "$3" ] && return 0
	ktap_print_msg "$1: $2, not $3"
	return 1
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The trace events with perf(1) and bpftrace(8)
#
# needs: tracers full

. ../lib.sh

EVENTS=/sys/kernel/tracing/events/pv_hypercall
ENTER=pv_hypercall:pv_hypercall_enter
EXIT=pv_hypercall:pv_hypercall_exit
out=/tmp/tracers
# The calls of a latency run are made by a worker, so tracing a process misses them.
run=/tmp/run
CALLS=3

# prints PATTERN COMMAND...: the command succeeds and its output matches PATTERN
prints()
{
	local pattern="$1"

	shift
	"$@" > $out 2>&1 && grep -qE -e "$pattern" $out && return
	sed 's/^/# /' $out
	return 1
}

# counted EVENT: by 'perf stat', in lines of COUNT,UNIT,EVENT,...
counted()
{
	awk -F, -v event="$1" '$3 == event { print $1 }' $out.stat
}

# lines EVENT: lines of 'perf script' with all fields of the event.  perf prints %#x of 0
# as 0.
lines()
{
	case $1 in
	"$ENTER")	grep -cE "$1: nr=0x[0-9a-f]+ args=0,0,0,0\$" $out ;;
	"$EXIT")	grep -cE "$1: nr=0x[0-9a-f]+ result=0,.* ns=[1-9][0-9]*\$" $out ;;
	esac
}

# bpftrace -c cannot start a script, so pass it the shell.
printf '#!/bin/sh\n' > $run
for _ in $(seq $CALLS); do
	echo 'vcpuinfo call nop'
done >> $run
chmod +x $run

ktap_print_header
ktap_set_plan 10

check "perf list prints the events" prints $ENTER perf list 'pv_hypercall:*'
check "perf stat runs with both events" prints PV_HC_NOP \
	perf stat -x , -o $out.stat -e $ENTER -e $EXIT $run
check_is "perf stat counts enter events" "$(counted $ENTER)" $CALLS
check_is "perf stat counts exit events" "$(counted $EXIT)" $CALLS
check "perf record takes samples" prints samples perf record -o $out.data -e 'pv_hypercall:*' $run
check "perf script prints the events" prints ns= perf script -i $out.data
check_is "perf script prints all fields of enter" "$(lines $ENTER)" $CALLS
check_is "perf script prints all fields of exit" "$(lines $EXIT)" $CALLS
check "bpftrace reads arguments, results and time" prints "^sums: $CALLS $CALLS 0 [1-9]" \
	bpftrace -c "/bin/sh $run" -e "
tracepoint:$ENTER"' /args->args[0] == 0/ { @enter++; }
'"tracepoint:$EXIT"' { @exit++; @result |= args->result[0]; @ns += args->ns; }
END { printf("sums: %d %d %d %d\n", @enter, @exit, @result, @ns); }'
check_is "The events are disabled after tracing" "$(cat $EVENTS/enable)" 0
ktap_finished

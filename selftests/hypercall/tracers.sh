#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The trace events by the programs that people use: perf(1) and bpftrace(8).
#
# needs: tracers full

. ../lib.sh

EVENTS=/sys/kernel/tracing/events/pv_hypercall
out=/tmp/tracers
# A worker makes the calls of a latency run, which would have to be traced by CPU.
run=/tmp/run
CALLS=3

# says PATTERN COMMAND...: whether what the command printed has it
says()
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
	awk -F, -v event="pv_hypercall:$1" '$3 == event { print $1 }' $out.stat
}

# lines EVENT: of 'perf script', with all that the event has.  perf's %# writes no 0x to a 0.
lines()
{
	case $1 in
	enter)	grep -cE 'pv_hypercall:enter: nr=0x[0-9a-f]+ args=0,0,0,0$' $out ;;
	exit)	grep -cE 'pv_hypercall:exit: nr=0x[0-9a-f]+ result=0,.* ns=[1-9][0-9]*$' $out ;;
	esac
}

# bpftrace starts no scripts, so it is told who does.
printf '#!/bin/sh\n' > $run
for _ in $(seq $CALLS); do
	echo 'vcpuinfo call nop'
done >> $run
chmod +x $run

ktap_print_header
ktap_set_plan 10

check "perf list" says pv_hypercall:enter perf list 'pv_hypercall:*'
check "perf stat" says PV_HC_NOP \
	perf stat -x , -o $out.stat -e pv_hypercall:enter -e pv_hypercall:exit $run
check_is "perf stat: enter" "$(counted enter)" $CALLS
check_is "perf stat: exit" "$(counted exit)" $CALLS
check "perf record" says samples perf record -o $out.data -e 'pv_hypercall:*' $run
check "perf script" says ns= perf script -i $out.data
check_is "perf script: enter" "$(lines enter)" $CALLS
check_is "perf script: exit" "$(lines exit)" $CALLS
check "bpftrace: arguments, results, time" says "^sums: $CALLS $CALLS 0 [1-9]" \
	bpftrace -c "/bin/sh $run" -e '
tracepoint:pv_hypercall:enter /args->args[0] == 0/ { @enter++; }
tracepoint:pv_hypercall:exit { @exit++; @result |= args->result[0]; @ns += args->ns; }
END { printf("sums: %d %d %d %d\n", @enter, @exit, @result, @ns); }'
check_is "nobody listens any more" "$(cat $EVENTS/enable)" 0
ktap_finished

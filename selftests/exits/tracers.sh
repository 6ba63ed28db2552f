#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The trace event pv_exits:exit with unmodified perf(1), bpftrace(8) and trace-cmd(1) of two
# releases of Debian, and with a hist trigger of ftrace.
#
# needs: exits full

. ../lib.sh

EVENTS=/sys/kernel/tracing/events/pv_exits
EVENT=pv_exits:exit
DIR=/tmp/exits
out=$DIR/out
run=$DIR/run
NR=42
CALLS=5

# Each release and the folder with its programs.  Those of another release than the machine's have
# their own loader and libraries.
RELEASES='12: 13:/trixie'

case $(uname -m) in
x86_64)
	if grep -qw svm /proc/cpuinfo || [ -e /sys/module/kvm_amd ] || grep -q AuthenticAMD /proc/cpuinfo; then
		NAME=hypercall
	else
		NAME=VMCALL
	fi ;;
aarch64) NAME=HVC64 ;;
esac

# tool PROGRAM ARG...: a program of the release in $ROOT
tool()
{
	local program=$ROOT/usr/bin/$1

	shift
	if [ -n "$ROOT" ]; then
		set -- "$ROOT/loader" --library-path "$(echo "$ROOT"/usr/lib/*-linux-gnu)" "$program" "$@"
	else
		set -- "$program" "$@"
	fi
	"$@"
}

# prints PATTERN COMMAND...: the command succeeds and its output matches PATTERN
prints()
{
	local pattern="$1"

	shift
	"$@" > $out 2>&1 && grep -qE -e "$pattern" $out && return
	sed 's/^/# /' $out | tail -n 20
	return 1
}

# lines PATTERN FILE
lines()
{
	grep -cE -e "$1" "$2"
}

# at_least NUMBER PATTERN FILE: so many lines match
at_least()
{
	[ "$(lines "$2" "$3")" -ge "$1" ] && return
	sed 's/^/# /' "$3" | tail -n 20
	return 1
}

# hist: makes the calls with a trigger that counts exits by name
hist()
{
	local rc=0

	echo 'hist:keys=name:vals=hitcount,ns:sort=ns.descending' > $EVENTS/exit/trigger || return
	if ! $run || ! grep -qE "name: $NAME .*hitcount: *[1-9][0-9]* .*ns: *[1-9]" $EVENTS/exit/hist; then
		sed 's/^/# /' $EVENTS/exit/hist
		rc=1
	fi
	echo '!hist:keys=name:vals=hitcount,ns:sort=ns.descending' > $EVENTS/exit/trigger || rc=1
	return $rc
}

# recipes RELEASE: the commands of Documentation/exits.rst
recipes()
{
	local name=$1 program

	for program in perf bpftrace trace-cmd; do
		ktap_print_msg "$name: $program: $(tool $program --version 2>&1 | head -n 1)"
	done

	check "$name: perf list prints the event" prints $EVENT tool perf list 'pv_exits:*'
	check "$name: perf record takes samples of exits" prints samples \
		tool perf record -a -o $DIR/perf -e $EVENT $run
	check "$name: perf script prints exits" prints "name=$NAME" tool perf script -i $DIR/perf
	check "$name: perf script prints the number of each hypercall" \
		at_least $CALLS "name=$NAME .*info=0x2a" $out

	check "$name: bpftrace counts exits by reason" prints "^@\[$NAME\]: [1-9]" \
		tool bpftrace -c "/bin/sh $run" -e 'tracepoint:pv_exits:exit { @[args->name] = count(); }'
	check "$name: bpftrace prints the distribution of the time of a reason" \
		prints '^\[[0-9]+K?, [0-9]+K?\)' \
		tool bpftrace -c "/bin/sh $run" \
			-e 'tracepoint:pv_exits:exit { @[args->reason] = hist(args->ns); }'
	check "$name: bpftrace selects one hypercall" prints "^hypercall $NR: " \
		tool bpftrace -c "/bin/sh $run" -e "
tracepoint:pv_exits:exit /args->name == \"$NAME\" && args->info == $NR/ {
	printf(\"hypercall %d: exit %llu, entry %llu\\n\", args->info, args->timestamp,
	       args->timestamp + args->ns + args->halt_ns + args->preempt_ns);
}"
	check_is "$name: bpftrace prints exit and entry of each call" \
		"$(lines "^hypercall $NR: exit [1-9][0-9]*, entry [1-9][0-9]*\$" $out)" $CALLS

	check "$name: trace-cmd records exits" prints . \
		tool trace-cmd record -o $DIR/dat -e $EVENT $run
	check "$name: trace-cmd report prints exits" prints "name=$NAME" \
		tool trace-cmd report -i $DIR/dat
}

mkdir -p $DIR
# The module passes exits to the event after a delay.
cat > $run << END
#!/bin/sh
for _ in $(seq -s ' ' $CALLS); do
	vcpuinfo call $NR > /dev/null
done
sleep 2
END
chmod +x $run

ktap_print_header
[ -d $EVENTS ] || skip_all "no $EVENTS"
ktap_set_plan 22

# Hypercall 42 is not one that the driver admits.
[ "$(cat /sys/module/pv_hypercall/parameters/unsafe_calls)" = Y ] || {
	rmmod pv_hypercall && insmod "/lib/modules/pv/pv_hypercall.ko" unsafe_calls=1
}

for release in $RELEASES; do
	ROOT=${release#*:}
	recipes "Debian ${release%%:*}"
done
check "A hist trigger sums the time by reason" hist
check_is "The event is disabled after tracing" "$(cat $EVENTS/enable)" 0
ktap_finished

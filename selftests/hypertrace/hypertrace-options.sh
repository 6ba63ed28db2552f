#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Arguments that hypertrace(8) rejects before it looks at the kernel, and its help texts.
# needs: native unit

. ../lib.sh

lists_commands()
{
	local command

	prints "COMMAND [OPTION]..." hypertrace --help || return
	for command in calls exits split; do
		echo "$OUTPUT" | grep -q "^  $command  *[a-z]" && continue
		ktap_print_msg "no command $command in: $OUTPUT"
		return 1
	done
}

ktap_print_header
ktap_set_plan 36

check "hypertrace without a command fails" refuses "missing command" hypertrace
check "hypertrace rejects an unknown command" refuses "unknown command \"fly\"" hypertrace fly
check "hypertrace --help lists all commands" lists_commands
check "hypertrace calls --help prints its usage" prints "Usage: hypertrace calls" \
	hypertrace calls --help
check "hypertrace exits --help prints its usage" prints "Usage: hypertrace exits" \
	hypertrace exits --help
check "hypertrace split --help prints its usage" prints "Usage: hypertrace split" \
	hypertrace split --help
check "hypertrace calls rejects an unknown option with the name of the program" \
	refuses "hypertrace: calls: unrecognized option '--fly'" hypertrace calls --fly
check "hypertrace help COMMAND prints the options of the command" prints "Usage: hypertrace exits" \
	hypertrace help exits
check "hypertrace calls rejects an interval in letters" \
	refuses 'interval: invalid duration "fly": expected 0.01..31622400 seconds' hypertrace calls fly
check "hypertrace calls rejects a count of 0" \
	refuses 'count: invalid number "0": expected 1..4294967295' hypertrace calls 1 0
check "hypertrace calls rejects a third operand" refuses 'unexpected argument "3"' \
	hypertrace calls 1 2 3
check "hypertrace calls rejects an operand after --interval and --count" \
	refuses 'unexpected argument "3"' hypertrace calls --interval 1 --count 2 3
check "hypertrace calls rejects --count without an interval" refuses "--count needs --interval" \
	hypertrace calls --count 2
check "hypertrace calls rejects --histogram with --json" refuses "--json always has histograms" \
	hypertrace calls --histogram --json
for command in calls exits; do
	check "hypertrace $command rejects --timestamp with --json" \
		refuses "--timestamp is for tables" hypertrace $command -T --json
done
check "hypertrace split rejects --timestamp" refuses "unrecognized option" \
	hypertrace split --timestamp /dev/null
check "hypertrace calls rejects an unknown order" \
	refuses '--sort: unknown order "fly": expected pid, count' hypertrace calls --sort fly
check "hypertrace calls rejects a vCPU in letters" refuses '--vcpu: invalid list "0,one"' \
	hypertrace calls --vcpu 0,one
check "hypertrace exits rejects an unknown reason" refuses '--reason: unknown reason "fly"' \
	hypertrace exits --reason hlt,fly
check "hypertrace exits rejects more than 64 reasons" refuses "more than 64" \
	hypertrace exits --reason "$(seq -s , 1 65)"
check "hypertrace calls rejects an unknown name of a call" \
	refuses "unknown hypercall \"fly\"" hypertrace calls --call fly
check "hypertrace calls suggests a name for one with two swapped letters" \
	refuses "did you mean query" hypertrace calls --call qurey
check "hypertrace calls rejects an empty name of a call" refuses "unknown hypercall \"\"" \
	hypertrace calls --call 42,
check "hypertrace calls rejects more than 64 numbers" refuses "more than 64" \
	hypertrace calls --call "$(seq -s , 1 65)"
check "hypertrace calls rejects a pid in letters" \
	refuses '--pid: invalid number "one": expected 1..2147483647' hypertrace calls --pid one
check "hypertrace calls rejects pid 0" \
	refuses '--pid: invalid number "0": expected 1..2147483647' hypertrace calls --pid 0
check "hypertrace calls rejects the name of a VM that does not run" \
	refuses "no VM is named \"no VM has this name\"" \
	hypertrace calls --name "no VM has this name"
check "hypertrace calls rejects two processes" refuses "exclude each other" \
	hypertrace calls --pid $$ --pid $$
check "hypertrace calls rejects a duration of 0" \
	refuses '--duration: invalid duration "0": expected 0.01..31622400 seconds' hypertrace calls --duration 0
check "hypertrace calls rejects a minimum time of 0" \
	refuses '--min-us: invalid number "0": expected 1..1000000000' hypertrace calls --min-us 0
check "hypertrace exits rejects --call" refuses "unrecognized option" hypertrace exits --call 42
check "hypertrace exits rejects an interval of 0" refuses 'interval: invalid duration "0"' \
	hypertrace exits 0
check "hypertrace split without a file fails" refuses "missing TAGFILE" hypertrace split
check "hypertrace split rejects two files" refuses "unexpected argument" hypertrace split /dev/null /dev/null
check "hypertrace split rejects --call" refuses "unrecognized option" \
	hypertrace split --call 42 /dev/null

ktap_finished

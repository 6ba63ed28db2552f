#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) split: what came of calls that a guest has tagged, which the rig has traced
# needs: host-split

. ./lib.sh

FACTS=/run/split/facts
TAGS=/run/split/tags

# fact KEY: a number of the result
fact()
{
	tr -d ' \n' < $FACTS | sed -n "s/.*\"$1\":\(-*[0-9]*\)[,}].*/\1/p"
}

# of_stage STAGE KEY
of_stage()
{
	tr -d ' \n' < $FACTS | grep -o "\"stage\":\"$1\"[^}]*}" |
		sed -n "s/.*\"$2\":\(-*[0-9]*\)[,}].*/\1/p"
}

# Of the means, whose sum is as wrong as the division of each makes it; the clocks do not
# matter for it, as what one stage has too much the other has too little.
stages_are_the_whole()
{
	local sum

	sum=$(($(of_stage guesttohost mean_ns) + $(of_stage handler mean_ns) +
		$(of_stage hosttoguest mean_ns) - $(of_stage whole mean_ns)))
	[ "$sum" -ge -20 ] && [ "$sum" -le 20 ] && return 0
	ktap_print_msg "the stages are $sum ns more than the whole"
	return 1
}

# By the clocks no call was answered before it was made.
each_is_within()
{
	local error

	error=$(fact error_ns)
	[ "$(of_stage guesttohost min_ns)" -ge "-$error" ] &&
		[ "$(of_stage hosttoguest min_ns)" -ge "-$error" ] &&
		[ "$(of_stage handler min_ns)" -gt 0 ]
}

# bad NAME TEXT: a file of the guest's that is no good
bad()
{
	mkdir -p "$DIR"
	printf '%s\n' "$2" > "$DIR/bad"
	check "refused: $1" refuses "write it with" split --duration 1 "$DIR/bad"
}

# The host may have moved the vCPU meanwhile.
backwards()
{
	mkdir -p "$DIR"
	echo '{"tag":5139827976333950977,"nr":1,"counter_khz":1000000,"calls":[[2,1]]}' > "$DIR/back"
	refuses "none of the 1 calls was seen" split --duration 1 "$DIR/back"
}

ktap_print_header
[ -s $TAGS ] || skip "no guest has tagged calls"
ktap_set_plan 17

check "all calls of the guest are seen" is seen "$(fact seen)" 200
check "all that it has written" is calls "$(fact calls)" 200
check "none is lost" is lost "$(fact lost)" 0
check "none contradicts the clocks" is wrong "$(fact wrong)" 0
check "the call has its name" grep -q '"name": "PV_HC_NOP"' $FACTS
check "the stages are the whole" stages_are_the_whole
check "the handler is within the call" each_is_within
check "refused: no file" refuses "say in which file" split
check "refused: two files" refuses "what is" split $TAGS $TAGS
check "refused: no such file" refuses "No such file" split --duration 1 /nowhere
check "calls that were not seen" refuses "none of the 200 calls was seen" split --duration 1 $TAGS
bad "no JSON" "tagged"
bad "no calls" '{"tag":5139827976333950977,"nr":1,"counter_khz":1000000,"calls":[]}'
bad "another tag" '{"tag":1,"nr":1,"counter_khz":1000000,"calls":[[1,2]]}'
bad "a counter that is too slow" '{"tag":5139827976333950977,"nr":1,"counter_khz":1,"calls":[[1,2]]}'
bad "a counter that is too fast" \
	'{"tag":5139827976333950977,"nr":1,"counter_khz":100000001,"calls":[[1,2]]}'
check "a call that ends before it begins is no bad file" backwards

ktap_finished

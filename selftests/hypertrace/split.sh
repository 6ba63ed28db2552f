#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) split: the result for calls with a tag that a guest has made.  The rig has
# traced them.
# needs: host-split check

. ./lib.sh

FACTS=/run/split/facts
TAGS=/run/split/tags

# fact KEY: prints a number of the result
fact()
{
	tr -d ' \n' < $FACTS | sed -n "s/.*\"$1\":\(-*[0-9]*\)[,}].*/\1/p"
}

# of_stage STAGE KEY: prints a number of a stage
of_stage()
{
	tr -d ' \n' < $FACTS | grep -o "\"stage\":\"$1\"[^}]*}" |
		sed -n "s/.*\"$2\":\(-*[0-9]*\)[,}].*/\1/p"
}

# The sum of the means is exact but for the divisions.  An error of the clocks does not change
# it: the excess of one stage is missing in the other.
stages_are_the_whole()
{
	local sum

	sum=$(($(of_stage guesttohost mean_ns) + $(of_stage handler mean_ns) +
		$(of_stage hosttoguest mean_ns) - $(of_stage whole mean_ns)))
	[ "$sum" -ge -20 ] && [ "$sum" -le 20 ] && return 0
	ktap_print_msg "the stages are $sum ns more than the whole"
	return 1
}

# Within the error of the clocks no call ends before it begins.
handler_is_within()
{
	local error

	error=$(fact error_ns)
	[ "$(of_stage guesttohost min_ns)" -ge "-$error" ] &&
		[ "$(of_stage hosttoguest min_ns)" -ge "-$error" ] &&
		[ "$(of_stage handler min_ns)" -gt 0 ]
}

ktap_print_header
[ -s $TAGS ] || skip_all "no guest has made calls with a tag"
ktap_set_plan 7

check "hypertrace split sees all calls of the guest" is seen "$(fact seen)" 200
check "hypertrace split reads all calls of the guest's file" is calls "$(fact calls)" 200
check "hypertrace split loses no call" is lost "$(fact lost)" 0
check "no call contradicts the clocks of hypertrace split" is wrong "$(fact wrong)" 0
check "hypertrace split names the call" grep -q '"name": "PV_HC_NOP"' $FACTS
check "the stages of hypertrace split add up to the whole" stages_are_the_whole
check "the handler is within the call in hypertrace split" handler_is_within

ktap_finished

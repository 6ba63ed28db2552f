#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# hypertrace(8) split: files that are valid, with calls that the trace has not seen.
# tagged.c tests the files that it rejects.
# needs: host-split full

. ./lib.sh

TAGS=/run/split/tags

# The host may have moved the vCPU to another CPU during the call.
ends_before_it_begins()
{
	echo '{"tag":5139827976333950977,"nr":1,"counter_khz":1000000,"calls":[[2,1]]}' > "$DIR/tags"
	refuses_traced "none of the 1 calls was seen" split --duration 1 "$DIR/tags"
}

damaged()
{
	echo tagged > "$DIR/tags"
	refuses_traced "write it with" split --duration 1 "$DIR/tags"
}

ktap_print_header
[ -s $TAGS ] || skip_all "no guest has made calls with a tag"
needs_hypertrace
ktap_set_plan 4

check "hypertrace split names a file that does not exist" refuses_traced "No such file" \
	split --duration 1 /nowhere
check "hypertrace split rejects a file that is not JSON after the trace" damaged
check "hypertrace split fails if it has seen no call of the file" \
	refuses_traced "none of the 200 calls was seen" split --duration 1 $TAGS
check "hypertrace split accepts a call that ends before it begins" ends_before_it_begins

ktap_finished

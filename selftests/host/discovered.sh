#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The requests of a guest that found the device by hypercall, after hypervisor/discovered.sh
#
# needs: host-discovered check

. ./lib.sh

# shellcheck disable=SC2086
set -- $PV_TABLE

# requesting KHZ: the number of CPUs with this request
requesting()
{
	pvhost stats --pid "$L2_PID" --json | grep -c "\"request_khz\": $1,"
}

ktap_print_header
ktap_set_plan 1

check_is 'The requests of all CPUs arrive' "$(requesting "$2")" "$RIG_SMP"

ktap_finished

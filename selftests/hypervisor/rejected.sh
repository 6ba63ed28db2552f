#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The host reports a device that the guest cannot have.
#
#   PV_REASON  what pv_hypervisor logs
#
# needs: guest-rejected-used check each-kernel
# needs: guest-rejected-cpus check each-kernel

. ./discover-lib.sh

lines()
{
	since | grep -c "pv_hypervisor: rejected the host's device"
}

ktap_print_header
ktap_set_plan 6

# The periodic query can have been the first one.
check 'rescan fails with EPROTO' rescan_fails 'Protocol error'
check 'The reason is in the log' sh -c "dmesg | grep -qF '$PV_REASON'"
mark
check 'rescan fails again' rescan_fails 'Protocol error'
sleep 3
check_is 'The log has one line per answer' "$(lines)" 0
check 'No device exists' no_device
check_is 'No policy exists' "$(policies)" ''

ktap_finished

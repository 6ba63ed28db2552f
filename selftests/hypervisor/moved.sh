#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The VM was detached and attached again at another address.
#
#   PV_BASE  the new address
#
# needs: guest-moved check

. ./discover-lib.sh

ktap_print_header
ktap_set_plan 6

mark
before=$(device_at)
check 'The device has another address than the host' [ "$before" != "$PV_BASE" ]
check 'rescan succeeds' rescan
check_is 'rescan moves the device' "$(device_at)" "$PV_BASE"
check 'The driver is bound to the new device' is_bound
check_is 'Each CPU has a policy' "$(policies | wc -l)" "$(possible)"
check 'The log is clean' clean

ktap_finished

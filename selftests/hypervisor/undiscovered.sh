#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Discovery of the virtual cpufreq device without a host side
#
# needs: guest-undiscovered check

. ./discover-lib.sh

ktap_print_header
ktap_set_plan 5

mark
check_is 'rescan has mode 0200' "$(stat -c %a "$RESCAN")" 200
check 'rescan fails with ENODEV without a host side' rescan_fails 'No such device'
check 'rescan rejects 0' [ -n "$(sh -c "echo 0 > $RESCAN" 2>&1)" ]
# Several periods of the module parameter rescan_s
sleep 3
check 'No device exists without a host side' no_device
check 'pv_hypervisor logs nothing without a host side' \
	[ -z "$(since | grep 'pv_hypervisor: ')" ]

ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Device tree or ACPI describes the virtual cpufreq device, so the guest does not query the host.
#
# needs: guest check

. ./discover-lib.sh
needs_bound

ktap_print_header
ktap_set_plan 4

check 'The host offers the described device too' offers_device
check 'rescan succeeds with a described device' rescan
check 'No device is created for a described device' no_device
check 'The described device stays bound' [ -n "$(bound)" ]

ktap_finished

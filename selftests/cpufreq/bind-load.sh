#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Many rounds of unbinding and unloading while the CPUs are busy and the governors change
# needs: guest full each-kernel

. ./lib.sh
. ./load.sh
. ./reload.sh
needs_bound

ktap_print_header
ktap_set_plan 4

mark
device=$(bound)
busy performance powersave userspace schedutil
check 'The device unbinds and binds five times under load' repeat 5 rebind
check 'The module unloads and loads twenty times under load' repeat 20 reload
idle
check 'The log is clean after twenty reloads' clean
check_is 'The device is bound after twenty reloads' "$(bound)" "$device"
governor schedutil
ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The version fence of the guest modules: the kernel is newer than the range
# needs: narrow-guest full

. ./lib.sh

ktap_print_header
ktap_set_plan $((4 * FENCE_TESTS + 1))

mark
MARK_ALL=$MARK
fence pv_hypervisor '5.10 to 5.11'
fence pv_hypercall '5.10 to 5.11'
fence vcpufreq '5.10 to 5.11'
fence pv_exits '5.10 to 5.11'
rmmod pv_exits vcpufreq pv_hypercall pv_hypervisor
MARK=$MARK_ALL
check 'the kernel logs no error' clean

ktap_finished

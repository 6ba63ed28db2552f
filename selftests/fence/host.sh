#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The version fence of the host modules: the kernel is older than the range
# needs: narrow-host full

. ./lib.sh

ktap_print_header
ktap_set_plan $((2 * FENCE_TESTS + 1))

mark
MARK_ALL=$MARK
fence kvm_pv '99.0 to 99.9'
fence kvm_pv_bpf '99.0 to 99.9'
rmmod kvm_pv_bpf
rmmod kvm_pv
MARK=$MARK_ALL
check 'the kernel logs no error' clean

ktap_finished

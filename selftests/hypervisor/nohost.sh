#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# /sys/hypervisor/pv/host_* on KVM without a host side
#
# needs: guest-nohost check

. ../lib.sh

dir=/sys/hypervisor/pv

ktap_print_header
ktap_set_plan 2

check_is 'host_abi is absent without a host side' "$(cat $dir/host_abi)" absent
check_is 'host_features is absent without a host side' "$(cat $dir/host_features)" absent

ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# /sys/hypervisor/pv/host_* with a host side
#
# needs: guest check

. ../lib.sh

dir=/sys/hypervisor/pv

ktap_print_header
ktap_set_plan 3

check_is 'host_abi is 1 with a host side' "$(cat $dir/host_abi)" 1
# QUERY, NOP, VCPU_INFO and DEVICE are bits 0 to 3
check_is 'host_features has QUERY, NOP, VCPU_INFO and DEVICE' \
	$(($(cat $dir/host_features) & 15)) 15
check_is 'host_abi has mode 0400' "$(stat -c %a $dir/host_abi)" 400

ktap_finished

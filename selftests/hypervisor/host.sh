#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# /sys/hypervisor/pv/host_*: a host side that is there
#
# needs: guest check

. ../lib.sh

dir=/sys/hypervisor/pv

ktap_print_header
ktap_set_plan 3

check_is host_abi "$(cat $dir/host_abi)" 1
# QUERY, NOP and VCPU_INFO are bits 0 to 2
check_is host_features $(($(cat $dir/host_features) & 7)) 7
check_is mode "$(stat -c %a $dir/host_abi)" 400

ktap_finished

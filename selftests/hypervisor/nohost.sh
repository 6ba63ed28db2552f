#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# /sys/hypervisor/pv/host_*: KVM with no host side
#
# needs: guest-nohost

. ../ktap_helpers.sh

dir=/sys/hypervisor/pv

check()
{
	if [ "$2" = "$3" ]; then
		ktap_test_pass "$1"
	else
		ktap_print_msg "$1: is '$2', not '$3'"
		ktap_test_fail "$1"
	fi
}

ktap_print_header
ktap_set_plan 2

check host_abi "$(cat $dir/host_abi)" absent
check host_features "$(cat $dir/host_features)" absent

ktap_finished

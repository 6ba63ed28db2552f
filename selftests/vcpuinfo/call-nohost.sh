#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest-nohost check
#
# vcpuinfo call and latency in a KVM guest without a host side

. ../lib.sh
. ./call.sh

case $(uname -m) in
x86_64)	plain=vapic_poll_irq; no=KVM_ENOSYS ;;
*)	plain=psci_version; no=NOT_SUPPORTED ;;
esac

ktap_print_header
ktap_set_plan 10

check_is 'call nop exits with status 2 without a host side' "$(status nop)" 2
check 'call nop prints the name of the error without a host side' grep -q "^error: *$no\$" "$out"
check 'call nop prints "no such call" without a host side' grep -q '^meaning: *no such call$' "$out"
check 'call nop suggests to attach a host side' grep -q 'load kvm_pv and attach this VM' "$err"
check_is 'call vcpu_info exits with status 2 without a host side' "$(status vcpu_info 0)" 2
check 'call vcpu_info prints no registers without a host side' grep -q '^registers: -$' "$out"
check_is 'call of a KVM hypercall succeeds without a host side' "$(status $plain)" 0
check_is 'call unassigned exits with status 2 without a host side' "$(status unassigned)" 2
check_is 'latency uses the rejected call as the reference without a host side' \
	"$(latency reference,reference_percent --call unassigned --samples 100)" unassigned,100
check 'latency compares a KVM hypercall with the reference' \
	[ "$(latency reference_percent --call $plain --samples 100)" -gt 0 ]

ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: guest-nohost check
#
# vcpuinfo call and latency in a KVM guest where the host has nothing attached.

. ../lib.sh
. ./call.sh

case $(uname -m) in
x86_64)	plain=vapic_poll_irq; no=KVM_ENOSYS ;;
*)	plain=psci_version; no=NOT_SUPPORTED ;;
esac

ktap_print_header
ktap_set_plan 10

check_is "nop is refused" "$(status nop)" 2
check "by name" grep -q "^error: *$no\$" "$out"
check "in words" grep -q '^meaning: *no such call$' "$out"
check "and it is said what to do" grep -q 'load kvm_pv and attach this VM' "$err"
check_is "so is vcpu_info" "$(status vcpu_info 0)" 2
check "which has no record to show" grep -q '^registers: -$' "$out"
check_is "a call of KVM is answered" "$(status $plain)" 0
check_is "nobody answers a number without an owner" "$(status unassigned)" 2
check_is "latency: the yardstick is a refusal" \
	"$(latency yardstick,exit_percent --call unassigned)" unassigned,100
check "latency: of an answer, too" [ "$(latency exit_percent --call $plain)" -gt 0 ]

ktap_finished

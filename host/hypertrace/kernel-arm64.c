// SPDX-License-Identifier: GPL-2.0
/*
 * Names of KVM on arm64, where it is built in.
 */
#include "hypertrace.h"

/* The second is the name before Linux 6.4. */
const char * const kernel_handlers[] = { "kvm_smccc_call_handler", "kvm_hvc_call_handler", NULL };
const char * const kernel_no_kvm = "the kernel has to start at EL2, with no kvm-arm.mode=none";

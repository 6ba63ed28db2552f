// SPDX-License-Identifier: GPL-2.0
/*
 * What KVM is called on x86.
 */
#include "hypertrace.h"

const char * const kernel_handlers[] = { "kvm_emulate_hypercall", NULL };
const char * const kernel_no_kvm = "load kvm-amd or kvm-intel first";

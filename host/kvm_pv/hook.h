/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls by the registers of a vCPU.  All of this is inline, because each hypercall of each
 * VM of the host calls the hook:
 *
 *   kvm_pv_arch_call()		number of the call, counted from PV_HC_BASE
 *   kvm_pv_arch_admits()	whether this vCPU may make a call of pvguest in its present state
 *   kvm_pv_arch_arg()		argument of the call
 *   kvm_pv_arch_answer()	leaves the answer in the registers
 *   kvm_pv_arch_finish()	ends the call as KVM's handler ends one, and returns what it
 *				returns; may sleep
 *   kvm_pv_arch_finisher()	function that does so.  On x86 it is KVM's: a thread that sleeps
 *				in it does not return to this module
 *   KVM_PV_ARCH_ENOSYS		answer of KVM's handler to an unknown number, negated
 */
#ifndef _KVM_PV_HOOK_H
#define _KVM_PV_HOOK_H

#if defined(CONFIG_X86)
#include "hook-x86.h"
#elif defined(CONFIG_ARM64)
#include "hook-arm64.h"
#endif

#endif /* _KVM_PV_HOOK_H */

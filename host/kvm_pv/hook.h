/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls by the registers of a vCPU.  All of this is inline, since every hypercall
 * of every VM goes through the hook, whoever it is for:
 *
 *   kvm_pv_arch_call()		number of the call, counted from PV_HC_BASE
 *   kvm_pv_arch_admits()	may this vCPU, in the state that it is in, make one of
 *				our calls?
 *   kvm_pv_arch_arg()		argument of the call
 *   kvm_pv_arch_answer()	leaves the answer in the registers
 *   kvm_pv_arch_finish()	ends the call as KVM's handler ends one, and returns what it
 *				returns; may sleep
 *   KVM_PV_ARCH_ENOSYS		what the handler answers to a number that it does not know,
 *				negated
 */
#ifndef _KVM_PV_HOOK_H
#define _KVM_PV_HOOK_H

#if defined(CONFIG_X86)
#include "hook-x86.h"
#elif defined(CONFIG_ARM64)
#include "hook-arm64.h"
#endif

#endif /* _KVM_PV_HOOK_H */

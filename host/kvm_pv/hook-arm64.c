// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's handler of hypercalls on arm64.
 */
#include "hook.h"
#include "kvm_pv.h"

/* The second one is the name up to 6.3. */
const char * const kvm_pv_arch_handler[] = {
	"kvm_smccc_call_handler", "kvm_hvc_call_handler", NULL
};

const char *kvm_pv_arch_lost(void)
{
	return NULL;
}

void kvm_pv_arch_prepare(void)
{
}

/* The CPU has already advanced the program counter past the HVC. */
int kvm_pv_arch_finish(struct kvm_vcpu *vcpu)
{
	return 1;
}

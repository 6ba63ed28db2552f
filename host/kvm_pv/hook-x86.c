// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's handler of hypercalls on x86, and what else it takes to stand in for it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "hook.h"
#include "kvm_pv.h"

const char * const kvm_pv_arch_handler[] = { "kvm_emulate_hypercall", NULL };

/* What is not known is not privileged. */
int kvm_pv_cpl_unknown(struct kvm_vcpu *vcpu)
{
	return 3;
}

DEFINE_STATIC_CALL(kvm_pv_get_cpl, kvm_pv_cpl_unknown);

/*
 * They are in kvm-amd and kvm-intel, which can come and go while no VM is there;
 * kvm_pv needs neither to be loaded.
 */
void kvm_pv_arch_prepare(void)
{
	static const char * const names[] = { "svm_get_cpl", "vmx_get_cpl", NULL };
	void *get_cpl = kvm_pv_symbol_find(names);

	if (get_cpl)
		static_call_update(kvm_pv_get_cpl, get_cpl);
	else
		pr_warn_once("no %s or %s: hypercalls are not answered\n",
			     names[0], names[1]);
}

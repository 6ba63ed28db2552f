// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's handler of hypercalls on x86, KVM's function that ends an instruction, and the function
 * of the vendor module that returns the privilege level of a vCPU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "hook.h"
#include "kvm_pv.h"

const char * const kvm_pv_arch_handler[] = { "kvm_emulate_hypercall", NULL };

DEFINE_STATIC_CALL_NULL(kvm_pv_skip_instruction, kvm_pv_vcpu_fn);

const char *kvm_pv_arch_lost(void)
{
	static const char * const names[] = { "kvm_skip_emulated_instruction", NULL };
	void *skip = kvm_pv_symbol_find(names);

	if (!skip)
		return names[0];

	static_call_update(kvm_pv_skip_instruction, skip);
	return NULL;
}

/* An unknown privilege level is user mode, from which no call is answered. */
int kvm_pv_cpl_unknown(struct kvm_vcpu *vcpu)
{
	return 3;
}

DEFINE_STATIC_CALL(kvm_pv_get_cpl, kvm_pv_cpl_unknown);

/* Both vendors can be built into the kernel, so a symbol does not show which vendor is active. */
static const char * const *kvm_pv_get_cpl_names(void)
{
	static const char * const svm[] = { "svm_get_cpl", NULL };
	static const char * const vmx[] = { "vmx_get_cpl", NULL };

	return boot_cpu_has(X86_FEATURE_SVM) ? svm : vmx;
}

/*
 * kvm-amd and kvm-intel define these functions.  An administrator may unload and load the
 * vendor module while no VM exists, and kvm_pv loads without one.  Each attach looks the
 * function up again, because the address that the last attach found may be freed memory.
 */
void kvm_pv_arch_prepare(void)
{
	const char * const *names = kvm_pv_get_cpl_names();
	void *get_cpl = kvm_pv_symbol_find(names);

	if (get_cpl) {
		static_call_update(kvm_pv_get_cpl, get_cpl);
	} else {
		static_call_update(kvm_pv_get_cpl, kvm_pv_cpl_unknown);
		pr_warn_ratelimited("no %s: the host answers no hypercalls of VMs\n", names[0]);
	}
}

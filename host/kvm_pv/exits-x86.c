// SPDX-License-Identifier: GPL-2.0
/*
 * Functions of the vendor module that return why a vCPU has left the guest.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/log2.h>
#include <linux/math64.h>

#include "exits.h"
#include "kvm_pv.h"

u32 kvm_pv_exits_arch_set;
u64 kvm_pv_exits_arch_ratio;
u32 kvm_pv_exits_arch_hypercall;

DEFINE_STATIC_CALL_NULL(kvm_pv_exit_info, kvm_pv_exit_info_fn);
DEFINE_STATIC_CALL_NULL(kvm_pv_cache_reg, kvm_pv_cache_reg_fn);

/**
 * struct kvm_pv_exits_vendor - functions of a vendor module
 * @set: what a reason is
 * @feature: feature of the CPUs of the vendor
 * @bits: bits of the fraction of the TSC scaling ratio
 * @hypercall: reason of a hypercall
 * @info: the function of kvm_x86_ops.get_exit_info
 * @cache_reg: that of kvm_x86_ops.cache_reg, or NULL: KVM reads RIP at each exit
 *
 * Of two names the first one handles TDX.
 */
struct kvm_pv_exits_vendor {
	u32 set;
	u32 feature;
	u32 bits;
	u32 hypercall;
	const char *info[3];
	const char *cache_reg[3];
};

static const struct kvm_pv_exits_vendor kvm_pv_exits_vendors[] = {
	{ PV_EXITS_SVM, X86_FEATURE_SVM, KVM_PV_EXITS_BITS_SVM, KVM_PV_EXITS_VMMCALL,
	  { "svm_get_exit_info" } },
	{ PV_EXITS_VMX, X86_FEATURE_VMX, KVM_PV_EXITS_BITS_VMX, KVM_PV_EXITS_VMCALL,
	  { "vt_get_exit_info", "vmx_get_exit_info" }, { "vt_cache_reg", "vmx_cache_reg" } },
};

/* Not inline: the multiplication would need an aligned stack in the callers. */
u64 kvm_pv_exits_arch_scale(u64 ticks, u64 ratio)
{
	return mul_u64_u64_shr(ticks, ratio, ilog2(kvm_pv_exits_arch_ratio));
}

/**
 * kvm_pv_exits_arch_prepare - look for the functions of the vendor module
 *
 * A VM exists, so the module is loaded.  It can be another one than at the last attach.
 *
 * Return: 0, or -EOPNOTSUPP.
 */
int kvm_pv_exits_arch_prepare(void)
{
	const struct kvm_pv_exits_vendor *vendor;
	void *info;
	int i;

	for (i = 0; i < ARRAY_SIZE(kvm_pv_exits_vendors); i++) {
		vendor = &kvm_pv_exits_vendors[i];
		/* Both vendors can be built into the kernel. */
		if (!boot_cpu_has(vendor->feature))
			continue;
		info = kvm_pv_symbol_find(vendor->info);
		if (info) {
			static_call_update(kvm_pv_exit_info, info);
			static_call_update(kvm_pv_cache_reg,
					   kvm_pv_symbol_find(vendor->cache_reg));
			kvm_pv_exits_arch_set = vendor->set;
			kvm_pv_exits_arch_ratio = 1ULL << vendor->bits;
			kvm_pv_exits_arch_hypercall = vendor->hypercall;
			return 0;
		}
	}

	pr_warn_ratelimited("the KVM of this kernel has no svm_get_exit_info or vmx_get_exit_info: no telemetry\n");
	return -EOPNOTSUPP;
}

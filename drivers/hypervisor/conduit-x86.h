/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls on x86: VMMCALL on AMD and Hygon, VMCALL on the others, and what
 * stands for them in a TDX guest.
 */
#include <asm/cpufeature.h>
#include <asm/kvm_para.h>

static inline const char *pv_conduit_name(void)
{
	if (cpu_feature_enabled(X86_FEATURE_TDX_GUEST))
		return "tdcall";
	return boot_cpu_has(X86_FEATURE_VMMCALL) ? "vmmcall" : "vmcall";
}

static __always_inline void pv_conduit(u32 fn, const u64 args[4], u64 result[4])
{
	result[0] = kvm_hypercall4(fn, args[0], args[1], args[2], args[3]);
	result[1] = 0;
	result[2] = 0;
	result[3] = 0;
}

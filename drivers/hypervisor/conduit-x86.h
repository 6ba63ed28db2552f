/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls on x86: VMMCALL on AMD and Hygon, VMCALL on other CPUs, TDCALL in a TDX guest.
 */
#include <linux/kvm_para.h>
#include <asm/asm.h>
#include <asm/cpufeature.h>
#include <asm/kvm_para.h>
#include <asm/trapnr.h>

#include "../compat.h"

static inline const char *pv_conduit_name(void)
{
	if (pv_compat_tdx_guest())
		return "tdcall";
	return boot_cpu_has(X86_FEATURE_VMMCALL) ? "vmmcall" : "vmcall";
}

/*
 * In an SEV-ES guest the instruction raises #VC.  If the hypervisor answers that with #UD or
 * #GP, the kernel's handler of #VC handles this exception as if the instruction had raised it.
 */
static inline const char *pv_conduit_probe(void)
{
	unsigned long rax = KVM_HC_VAPIC_POLL_IRQ;
	bool raised = true;

	/* TDCALL is defined in every TDX guest. */
	if (pv_compat_tdx_guest())
		return NULL;

	/* The exception table writes the vector to RAX and skips the write to raised. */
	asm volatile("1: " KVM_HYPERCALL "\n\t"
		     "movb $0, %[raised]\n"
		     "2:\n"
		     _ASM_EXTABLE_FAULT(1b, 2b)
		     : "+a"(rax), [raised] "+qm"(raised)
		     : "b"(0), "c"(0), "d"(0), "S"(0)
		     : "memory");
	if (!raised)
		return rax == KVM_HC_VAPIC_POLL_IRQ ? "has no effect" : NULL;

	switch (rax) {
	case X86_TRAP_UD:
		return "raises #UD";
	case X86_TRAP_GP:
		return "raises #GP";
	default:
		return "raises an exception";
	}
}

static __always_inline void pv_conduit(u32 fn, const u64 args[4], u64 result[4])
{
	result[0] = kvm_hypercall4(fn, args[0], args[1], args[2], args[3]);
	result[1] = 0;
	result[2] = 0;
	result[3] = 0;
}

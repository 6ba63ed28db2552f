// SPDX-License-Identifier: GPL-2.0
/*
 * Detection on x86: CPUID.
 */
#include <asm/msr.h>
#include <asm/processor.h>

#include "machine.h"

static void read_leaf(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	cpuid_count(leaf, subleaf, &regs->eax, &regs->ebx, &regs->ecx, &regs->edx);
}

void pv_machine_detect(struct pv_detected *d)
{
	u32 low, high;

	pv_cpuid_detect(read_leaf, NULL, d);
	/* A VMM may show the leaf without the register. */
	if (pv_confidential_sev_open(d) && !rdmsr_safe(PV_MSR_SEV_STATUS, &low, &high))
		pv_confidential_sev_status((u64)high << 32 | low, d);
}

const char *pv_machine_feature(unsigned int bit)
{
	return pv_kvm_feature_x86(bit);
}

const char *pv_machine_hint(unsigned int bit)
{
	return pv_kvm_hint_x86(bit);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Nesting: what CPUID says of hypervisors below the one that shows itself, and of
 * guests that this machine could have.
 *
 * A hypervisor hides what is below it.  The only one to say so is Hyper-V, which
 * recommends its nested guests to behave accordingly.
 */
#include "detect.h"

#define CPUID_FEATURES		0x1U
#define CPUID_VMX		BIT(5)		/* ECX */

#define CPUID_EXTENDED		0x80000000U
#define CPUID_EXTENDED_FEATURES	0x80000001U
#define CPUID_SVM		BIT(2)		/* ECX */

/* Hyper-V: EAX of base + 4, HV_X64_HYPERV_NESTED */
#define HYPERV_NESTED		BIT(12)

static bool has_svm(pv_cpuid_fn read, void *ctx)
{
	struct pv_cpuid_regs regs;

	/* Where there are no extended leaves something else answers. */
	read(ctx, CPUID_EXTENDED, 0, &regs);
	if (regs.eax < CPUID_EXTENDED_FEATURES || regs.eax > (CPUID_EXTENDED | 0xffff))
		return false;
	read(ctx, CPUID_EXTENDED_FEATURES, 0, &regs);
	return regs.ecx & CPUID_SVM;
}

/**
 * pv_nesting_cpuid - what CPUID says of nesting
 * @read: reads a leaf
 * @ctx: handed to @read
 * @d: in and out: what was found; the hypervisor's own leaves have been read
 */
void pv_nesting_cpuid(pv_cpuid_fn read, void *ctx, struct pv_detected *d)
{
	struct pv_nesting *n = &d->nesting;
	struct pv_cpuid_regs regs;

	read(ctx, CPUID_FEATURES, 0, &regs);
	n->extension = "none";
	n->extension_leaf = CPUID_FEATURES;
	if (regs.ecx & CPUID_VMX) {
		n->extension = "vmx";
	} else if (has_svm(read, ctx)) {
		n->extension = "svm";
		n->extension_leaf = CPUID_EXTENDED_FEATURES;
	}

	if (d->hyperv.hints_leaf && d->hyperv.hints & HYPERV_NESTED)
		n->nested_leaf = d->hyperv.hints_leaf;
}

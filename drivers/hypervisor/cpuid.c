// SPDX-License-Identifier: GPL-2.0
/*
 * Hypervisors by CPUID: every 0x100 leaves from 0x40000000 on may begin the leaves
 * of one, which show its signature in EBX, ECX, EDX and their last leaf in EAX.
 */
#include "detect.h"

#define CPUID_HYPERVISOR	0x80000000U	/* leaf 1, ECX */

#define BASE_FIRST		0x40000000U
#define BASE_LAST		0x40010000U
#define BASE_STEP		0x100U

#define KVM_TEXT		"KVMKVMKVM"

/* Returns false where there is no signature at all. */
static bool format_signature(const struct pv_cpuid_regs *regs, char *text)
{
	const __u32 word[3] = { regs->ebx, regs->ecx, regs->edx };
	int i, len = 0;

	for (i = 0; i < PV_SIGNATURE_LEN; i++) {
		unsigned char c = word[i / 4] >> (i % 4 * 8);

		if (c)
			len = i + 1;
		text[i] = c >= 0x20 && c < 0x7f ? c : '.';
	}
	text[len] = '\0';
	return len;
}

/* bhyve answers every leaf of the range with the registers of the first one. */
static bool is_repeat(const struct pv_detected *d, const struct pv_found *f)
{
	int i;

	for (i = 0; i < d->nr; i++)
		if (d->found[i].max_leaf == f->max_leaf &&
		    !strcmp(d->found[i].text, f->text))
			return true;
	return false;
}

/*
 * Intel CPUs, and KVM where it plays one, answer a leaf that is out of range with
 * the highest basic leaf: a string that nobody knows must come with a last leaf
 * that makes sense.
 */
static bool is_noise(const struct pv_found *f)
{
	return !f->known &&
	       (f->max_leaf < f->leaf || f->max_leaf - f->leaf > 0xffff);
}

static void read_kvm(pv_cpuid_fn read, void *ctx, struct pv_found *f,
		     struct pv_detected *d)
{
	struct pv_cpuid_regs regs;

	/* Old hosts leave EAX 0: Documentation/virt/kvm/x86/cpuid.rst */
	if (!f->max_leaf)
		f->max_leaf = f->leaf + 1;
	if (f->max_leaf <= f->leaf)
		return;

	read(ctx, f->leaf + 1, 0, &regs);
	d->kvm_features[0] = regs.eax;
	d->kvm_hints = regs.edx;
}

/**
 * pv_cpuid_detect - what an x86 machine shows of its hypervisors
 * @read: reads a leaf
 * @ctx: handed to @read
 * @d: out: what was found
 */
void pv_cpuid_detect(pv_cpuid_fn read, void *ctx, struct pv_detected *d)
{
	struct pv_cpuid_regs regs;
	__u32 base;

	memset(d, 0, sizeof(*d));
	d->primary = -1;

	/* Without the bit the range belongs to nobody, and whatever is there is noise. */
	read(ctx, 1, 0, &regs);
	d->hypervisor_bit = regs.ecx & CPUID_HYPERVISOR;
	if (!d->hypervisor_bit)
		return;

	for (base = BASE_FIRST; base <= BASE_LAST && d->nr < PV_DETECT_MAX;
	     base += BASE_STEP) {
		struct pv_found *f = &d->found[d->nr];

		read(ctx, base, 0, &regs);
		if (!format_signature(&regs, f->text))
			continue;
		f->leaf = base;
		f->max_leaf = regs.eax;
		f->known = pv_signature_by_text(f->text);
		if (is_repeat(d, f) || is_noise(f))
			continue;

		if (!strcmp(f->text, KVM_TEXT))
			read_kvm(read, ctx, f, d);
		if (f->known)
			d->primary = d->nr;
		d->nr++;
	}
}

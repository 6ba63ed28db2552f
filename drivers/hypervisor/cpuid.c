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
 * that makes sense, or with none and be a string indeed.
 */
static bool is_noise(const struct pv_found *f)
{
	if (f->known)
		return false;
	if (!f->max_leaf)
		return strchr(f->text, '.') || strlen(f->text) < 4;
	return !pv_found_has_leaf(f, 0);
}

/*
 * The signature beside Hyper-V's interface is free to choose (QEMU's hv-vendor-id,
 * VirtualBox), the interface is not: it decides what the leaves mean.
 */
static enum pv_interface find_interface(pv_cpuid_fn read, void *ctx,
					const struct pv_found *f)
{
	if (pv_hyperv_claimed(read, ctx, f))
		return PV_INTERFACE_HYPERV;
	return f->known ? f->known->interface : PV_INTERFACE_UNKNOWN;
}

/* Whose leaves are somebody else's has a name that somebody chose. */
static bool is_borrowed(const struct pv_found *f)
{
	return f->known->interface && f->known->interface != f->interface;
}

static void read_kvm(pv_cpuid_fn read, void *ctx, const struct pv_found *f,
		     struct pv_detected *d)
{
	struct pv_cpuid_regs regs;

	if (!pv_found_has_leaf(f, 1))
		return;

	read(ctx, f->leaf + 1, 0, &regs);
	d->kvm_leaf = f->leaf + 1;
	d->kvm_features[0] = regs.eax;
	d->kvm_hints = regs.edx;
}

static void read_interface(pv_cpuid_fn read, void *ctx, const struct pv_found *f,
			   struct pv_detected *d)
{
	switch (f->interface) {
	case PV_INTERFACE_KVM:
		read_kvm(read, ctx, f, d);
		break;
	case PV_INTERFACE_HYPERV:
		pv_hyperv_detect(read, ctx, f, &d->hyperv);
		break;
	case PV_INTERFACE_XEN:
		pv_xen_detect(read, ctx, f, &d->xen);
		break;
	case PV_INTERFACE_UNKNOWN:
		break;
	}
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
	d->cpuid = true;
	d->hypervisor_bit = regs.ecx & CPUID_HYPERVISOR;
	if (!d->hypervisor_bit) {
		pv_nesting_cpuid(read, ctx, d);
		return;
	}

	for (base = BASE_FIRST; base <= BASE_LAST && d->nr < PV_DETECT_MAX;
	     base += BASE_STEP) {
		struct pv_found *f = &d->found[d->nr];

		read(ctx, base, 0, &regs);
		if (!format_signature(&regs, f->text))
			continue;
		f->leaf = base;
		f->max_leaf = regs.eax;
		f->known = pv_signature_by_text(f->text);
		if (is_noise(f))
			continue;
		/* Old hosts leave EAX 0: Documentation/virt/kvm/x86/cpuid.rst */
		if (f->known && f->known->interface == PV_INTERFACE_KVM && !f->max_leaf)
			f->max_leaf = base + 1;
		if (is_repeat(d, f))
			continue;

		f->interface = find_interface(read, ctx, f);
		read_interface(read, ctx, f, d);
		if (f->known && !is_borrowed(f))
			d->primary = d->nr;
		d->nr++;
	}
	/* The last candidate may have been turned down. */
	if (d->nr < PV_DETECT_MAX)
		memset(&d->found[d->nr], 0, sizeof(d->found[0]));

	pv_confidential_cpuid(read, ctx, d);
	pv_nesting_cpuid(read, ctx, d);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Hypervisors by CPUID: from 0x40000000, each 0x100th leaf can be the base leaf of an
 * interface.  It has a signature in EBX, ECX, EDX and the highest leaf in EAX.
 */
#include "detect.h"

#define CPUID_HYPERVISOR	0x80000000U	/* leaf 1, ECX */

#define BASE_FIRST		0x40000000U
#define BASE_LAST		0x40010000U
#define BASE_STEP		0x100U

/* False if all bytes are NUL. */
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

/* bhyve returns the registers of the first leaf for each leaf of the range. */
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
 * Intel CPUs, and KVM that emulates one, return the highest basic leaf for a leaf that is
 * out of range.  So an unknown signature needs a valid highest leaf, or none and a text.
 */
static bool is_noise(const struct pv_detected *d, const struct pv_found *f)
{
	/* Without the bit the range is not reserved for hypervisors. */
	if (!d->hypervisor_bit)
		return !f->known || f->known->match != PV_MATCH_WHOLE;
	if (f->known)
		return false;
	if (!f->max_leaf)
		return strchr(f->text, '.') || strlen(f->text) < 4;
	return !pv_found_has_leaf(f, 0);
}

/*
 * The user of a VMM can choose the signature beside Hyper-V's interface (hv-vendor-id of
 * QEMU, VirtualBox), so the interface decides on the meaning of the leaves.
 */
static enum pv_interface find_interface(pv_cpuid_fn read, void *ctx,
					const struct pv_found *f)
{
	if (pv_hyperv_claimed(read, ctx, f))
		return PV_INTERFACE_HYPERV;
	return f->known ? f->known->interface : PV_INTERFACE_UNKNOWN;
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

/* Add the signature at @base.  Returns false if @base has no signature, or a repeated one. */
static bool read_base(pv_cpuid_fn read, void *ctx, __u32 base, struct pv_detected *d)
{
	struct pv_cpuid_regs regs;
	struct pv_found f = {};

	read(ctx, base, 0, &regs);
	if (!format_signature(&regs, f.text))
		return false;
	f.leaf = base;
	f.max_leaf = regs.eax;
	f.known = pv_signature_by_text(f.text);
	if (is_noise(d, &f))
		return false;
	/* Old hosts leave EAX 0: Documentation/virt/kvm/x86/cpuid.rst */
	if (f.known && f.known->interface == PV_INTERFACE_KVM && !f.max_leaf)
		f.max_leaf = base + 1;
	if (is_repeat(d, &f))
		return false;

	f.interface = find_interface(read, ctx, &f);
	read_interface(read, ctx, &f, d);
	d->found[d->nr++] = f;
	return true;
}

/**
 * pv_cpuid_detect - detect the hypervisor of an x86 machine
 * @read: reads a leaf
 * @ctx: argument of @read
 * @d: out: the result
 */
void pv_cpuid_detect(pv_cpuid_fn read, void *ctx, struct pv_detected *d)
{
	struct pv_cpuid_regs regs;
	__u32 base;

	memset(d, 0, sizeof(*d));
	read(ctx, 1, 0, &regs);
	d->cpuid = true;
	d->hypervisor_bit = regs.ecx & CPUID_HYPERVISOR;

	/*
	 * A hypervisor moves its interface by one step for each that it offers beside it, so
	 * the interfaces have no gap.  Each further read would be an exit.
	 */
	for (base = BASE_FIRST; base <= BASE_LAST && d->nr < PV_DETECT_MAX; base += BASE_STEP)
		if (!read_base(read, ctx, base, d) && d->nr)
			break;

	pv_vendor_decide(d);
	if (d->hypervisor_bit)
		pv_confidential_cpuid(read, ctx, d);
	pv_nesting_cpuid(read, ctx, d);
}

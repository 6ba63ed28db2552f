// SPDX-License-Identifier: GPL-2.0
/*
 * Xen's interface: xen/include/public/arch-x86/cpuid.h, whose leaf N is base + N - 1.
 * Where Xen plays Hyper-V its own leaves begin 0x100 later.
 */
#include "detect.h"

/* from the base leaf on */
#define LEAF_VERSION		1
#define LEAF_FEATURES		2
#define LEAF_HVM		4

/* XEN_CPUID_FEAT1_*, ECX; from 32 on EDX, of which no bit has a name yet */
static const char * const features[64] = {
	[0] = "mmu_pt_update_preserve_ad",
};

/* XEN_HVM_CPUID_* */
static const char * const hvm_features[32] = {
	[0] = "apic_access_virt",
	[1] = "x2apic_virt",
	[2] = "iommu_mappings",
	[3] = "vcpu_id_present",
	[4] = "domid_present",
	[5] = "ext_dest_id",
	[6] = "upcall_vector",
};

/**
 * pv_xen_detect - what Xen's interface offers
 * @read: reads a leaf
 * @ctx: handed to @read
 * @f: the signature at the base
 * @xen: out: what it offers
 */
void pv_xen_detect(pv_cpuid_fn read, void *ctx, const struct pv_found *f,
		   struct pv_xen *xen)
{
	struct pv_cpuid_regs regs;

	memset(xen, 0, sizeof(*xen));
	xen->leaf = f->leaf;

	if (pv_found_has_leaf(f, LEAF_VERSION)) {
		xen->version_leaf = f->leaf + LEAF_VERSION;
		read(ctx, xen->version_leaf, 0, &regs);
		xen->major = regs.eax >> 16;
		xen->minor = regs.eax & 0xffff;
	}
	if (pv_found_has_leaf(f, LEAF_FEATURES)) {
		xen->features_leaf = f->leaf + LEAF_FEATURES;
		read(ctx, xen->features_leaf, 0, &regs);
		xen->features[0] = regs.ecx;
		xen->features[1] = regs.edx;
	}
	if (pv_found_has_leaf(f, LEAF_HVM)) {
		xen->hvm_leaf = f->leaf + LEAF_HVM;
		read(ctx, xen->hvm_leaf, 0, &regs);
		xen->hvm_features = regs.eax;
	}
}

/**
 * pv_xen_feature - name of a bit of base + 2, ECX and EDX
 * @bit: 0 .. 63
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_xen_feature(unsigned int bit)
{
	return bit < ARRAY_SIZE(features) ? features[bit] : NULL;
}

/**
 * pv_xen_hvm_feature - name of a bit of base + 4, EAX
 * @bit: 0 .. 31
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_xen_hvm_feature(unsigned int bit)
{
	return bit < ARRAY_SIZE(hvm_features) ? hvm_features[bit] : NULL;
}

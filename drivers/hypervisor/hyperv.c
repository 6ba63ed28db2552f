// SPDX-License-Identifier: GPL-2.0
/*
 * Hyper-V's interface: Hypervisor Top Level Functional Specification, "Feature and
 * Interface Discovery".  KVM, Xen and VirtualBox play it for Windows' sake.
 *
 * Names are those of the kernel's asm-generic/hyperv-tlfs.h and asm/hyperv-tlfs.h.
 */
#include "detect.h"

#define HYPERV_INTERFACE	0x31237648U	/* "Hv#1" */

/* from the base leaf on */
#define LEAF_INTERFACE		1
#define LEAF_VERSION		2
#define LEAF_FEATURES		3
#define LEAF_HINTS		4
#define LEAF_LIMITS		5

/* HYPERV_CPUID_FEATURES, EBX: HV_CPU_MANAGEMENT */
#define PRIVILEGE_CPU_MANAGEMENT	BIT(12)

/* HYPERV_CPUID_FEATURES, EAX and from 32 on EBX */
static const char * const privileges[64] = {
	[0] = "vp_runtime",
	[1] = "time_ref_count",
	[2] = "synic",
	[3] = "syntimer",
	[4] = "apic_access",
	[5] = "hypercall",
	[6] = "vp_index",
	[7] = "reset",
	[8] = "stat_pages",
	[9] = "reference_tsc",
	[10] = "guest_idle",
	[11] = "frequency_msrs",
	[13] = "reenlightenment",
	[15] = "tsc_invariant",
	[32] = "create_partitions",
	[33] = "partition_id",
	[34] = "memory_pool",
	[35] = "adjust_message_buffers",
	[36] = "post_messages",
	[37] = "signal_events",
	[38] = "create_port",
	[39] = "connect_port",
	[40] = "stats",
	[43] = "debugging",
	[44] = "cpu_management",
	[52] = "extended_hypercalls",
	[54] = "isolation",
};

/* HYPERV_CPUID_FEATURES, EDX */
static const char * const features[32] = {
	[0] = "mwait",
	[1] = "guest_debugging",
	[2] = "perf_monitor",
	[3] = "cpu_dynamic_partitioning",
	[4] = "hypercall_xmm_input",
	[5] = "guest_idle_state",
	[8] = "frequency_msrs",
	[10] = "guest_crash_msr",
	[11] = "debug_msrs",
	[14] = "ext_gva_ranges_flush",
	[15] = "hypercall_xmm_output",
	[19] = "stimer_direct_mode",
};

/* HYPERV_CPUID_ENLIGHTMENT_INFO, EAX */
static const char * const hints[32] = {
	[0] = "as_switch",
	[1] = "local_tlb_flush",
	[2] = "remote_tlb_flush",
	[3] = "apic_access",
	[4] = "system_reset",
	[5] = "relaxed_timing",
	[9] = "deprecating_aeoi",
	[10] = "cluster_ipi",
	[11] = "ex_processor_masks",
	[12] = "hyperv_nested",
	[14] = "enlightened_vmcs",
	[18] = "no_nonarch_coresharing",
	[21] = "use_mmio_hypercalls",
};

/**
 * pv_hyperv_claimed - do the leaves of a base follow Hyper-V's interface
 * @read: reads a leaf
 * @ctx: handed to @read
 * @f: the signature at the base, which may be any
 *
 * Return: true where base + 1 names the interface, and the leaves go as far as it
 * demands.
 */
bool pv_hyperv_claimed(pv_cpuid_fn read, void *ctx, const struct pv_found *f)
{
	struct pv_cpuid_regs regs;

	if (!pv_found_has_leaf(f, LEAF_LIMITS))
		return false;
	read(ctx, f->leaf + LEAF_INTERFACE, 0, &regs);
	return regs.eax == HYPERV_INTERFACE;
}

/**
 * pv_hyperv_detect - what Hyper-V's interface offers
 * @read: reads a leaf
 * @ctx: handed to @read
 * @f: the signature at the base
 * @hv: out: what it offers
 */
void pv_hyperv_detect(pv_cpuid_fn read, void *ctx, const struct pv_found *f,
		      struct pv_hyperv *hv)
{
	struct pv_cpuid_regs regs;

	memset(hv, 0, sizeof(*hv));
	hv->leaf = f->leaf;

	if (pv_found_has_leaf(f, LEAF_VERSION)) {
		hv->version_leaf = f->leaf + LEAF_VERSION;
		read(ctx, hv->version_leaf, 0, &regs);
		hv->build = regs.eax;
		hv->major = regs.ebx >> 16;
		hv->minor = regs.ebx & 0xffff;
	}
	if (pv_found_has_leaf(f, LEAF_FEATURES)) {
		hv->features_leaf = f->leaf + LEAF_FEATURES;
		read(ctx, hv->features_leaf, 0, &regs);
		hv->privileges[0] = regs.eax;
		hv->privileges[1] = regs.ebx;
		hv->features = regs.edx;
	}
	if (pv_found_has_leaf(f, LEAF_HINTS)) {
		hv->hints_leaf = f->leaf + LEAF_HINTS;
		read(ctx, hv->hints_leaf, 0, &regs);
		hv->hints = regs.eax;
	}
}

/**
 * pv_hyperv_is_root - is this the root partition
 * @hv: what the interface offers
 *
 * The kernel's own test: who may manage CPUs, and is not one of those hypervisors
 * that only play Hyper-V, which the caller has to rule out.
 *
 * Return: true where it is.
 */
bool pv_hyperv_is_root(const struct pv_hyperv *hv)
{
	return hv->privileges[1] & PRIVILEGE_CPU_MANAGEMENT;
}

/**
 * pv_hyperv_privilege - name of a bit of base + 3, EAX and EBX
 * @bit: 0 .. 63
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_hyperv_privilege(unsigned int bit)
{
	return bit < ARRAY_SIZE(privileges) ? privileges[bit] : NULL;
}

/**
 * pv_hyperv_feature - name of a bit of base + 3, EDX
 * @bit: 0 .. 31
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_hyperv_feature(unsigned int bit)
{
	return bit < ARRAY_SIZE(features) ? features[bit] : NULL;
}

/**
 * pv_hyperv_hint - name of a bit of base + 4, EAX
 * @bit: 0 .. 31
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_hyperv_hint(unsigned int bit)
{
	return bit < ARRAY_SIZE(hints) ? hints[bit] : NULL;
}

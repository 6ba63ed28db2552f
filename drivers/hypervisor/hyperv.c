// SPDX-License-Identifier: GPL-2.0
/*
 * Hyper-V's interface: Hypervisor Top Level Functional Specification, "Feature and
 * Interface Discovery".  KVM, Xen, VirtualBox and bhyve implement parts of it for Windows.
 *
 * Names are those of the kernel's asm-generic/hyperv-tlfs.h and asm/hyperv-tlfs.h.
 */
#include "detect.h"

#define HYPERV_INTERFACE	0x31237648U	/* "Hv#1" */

/* Relative to the base leaf */
#define LEAF_INTERFACE		1
#define LEAF_VERSION		2
#define LEAF_FEATURES		3
#define LEAF_HINTS		4
#define LEAF_LIMITS		5

/* HYPERV_CPUID_FEATURES, EBX */
#define PRIVILEGE_POST_MESSAGES		BIT(4)
#define PRIVILEGE_SIGNAL_EVENTS		BIT(5)
#define PRIVILEGE_DEBUGGING		BIT(11)
#define PRIVILEGE_CPU_MANAGEMENT	BIT(12)
#define PRIVILEGE_EXTENDED_HYPERCALLS	BIT(20)

/* VMBus, and so every driver of a Hyper-V guest, needs these. */
#define PRIVILEGES_VMBUS	(PRIVILEGE_POST_MESSAGES | PRIVILEGE_SIGNAL_EVENTS)
/* QEMU sets no other bit of EBX: target/i386/kvm/kvm.c */
#define PRIVILEGES_QEMU		(PRIVILEGES_VMBUS | PRIVILEGE_DEBUGGING | \
				 PRIVILEGE_EXTENDED_HYPERCALLS)

/* HYPERV_CPUID_FEATURES, EAX; from bit 32 EBX */
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
 * pv_hyperv_claimed - whether the leaves of a base follow Hyper-V's interface
 * @read: reads a leaf
 * @ctx: argument of @read
 * @f: the signature at the base, which can be any text
 *
 * Return: true if base + 1 names the interface, and all leaves that it requires exist.
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
 * pv_hyperv_detect - read Hyper-V's interface
 * @read: reads a leaf
 * @ctx: argument of @read
 * @f: the signature at the base
 * @hv: out: the interface
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
 * pv_hyperv_is_complete - whether Hyper-V itself can be the vendor
 * @hv: the interface
 *
 * Return: true if the interface has a version and the privileges of VMBus.
 */
bool pv_hyperv_is_complete(const struct pv_hyperv *hv)
{
	return (hv->major || hv->minor || hv->build) &&
	       (hv->privileges[1] & PRIVILEGES_VMBUS) == PRIVILEGES_VMBUS;
}

/**
 * pv_hyperv_is_microsoft - whether the interface has what only Hyper-V implements
 * @hv: the interface
 *
 * Return: true if it has privileges that no other hypervisor sets.
 */
bool pv_hyperv_is_microsoft(const struct pv_hyperv *hv)
{
	return hv->privileges[1] & ~PRIVILEGES_QEMU;
}

/**
 * pv_hyperv_is_root - whether this is the root partition
 * @hv: the interface
 *
 * As the kernel decides.  The result is valid only if the vendor is Hyper-V.
 *
 * Return: true if the partition can manage CPUs.
 */
bool pv_hyperv_is_root(const struct pv_hyperv *hv)
{
	return hv->privileges[1] & PRIVILEGE_CPU_MANAGEMENT;
}

/**
 * pv_hyperv_privilege - name of a bit of base + 3, EAX and EBX
 * @bit: 0 .. 63
 *
 * Return: the name; NULL if the bit has no name.
 */
const char *pv_hyperv_privilege(unsigned int bit)
{
	return bit < ARRAY_SIZE(privileges) ? privileges[bit] : NULL;
}

/**
 * pv_hyperv_feature - name of a bit of base + 3, EDX
 * @bit: 0 .. 31
 *
 * Return: the name; NULL if the bit has no name.
 */
const char *pv_hyperv_feature(unsigned int bit)
{
	return bit < ARRAY_SIZE(features) ? features[bit] : NULL;
}

/**
 * pv_hyperv_hint - name of a bit of base + 4, EAX
 * @bit: 0 .. 31
 *
 * Return: the name; NULL if the bit has no name.
 */
const char *pv_hyperv_hint(unsigned int bit)
{
	return bit < ARRAY_SIZE(hints) ? hints[bit] : NULL;
}

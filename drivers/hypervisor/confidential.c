// SPDX-License-Identifier: GPL-2.0
/*
 * Confidential guests, as far as CPUID and KVM's feature bits tell.
 *
 * Asked only of what is a guest: an AMD host shows the same SEV leaf as its guests.
 */
#include "detect.h"

#define CPUID_BASIC		0x0U
#define CPUID_TDX		0x21U
#define CPUID_EXTENDED		0x80000000U
#define CPUID_SEV		0x8000001fU

/* CPUID_SEV, EAX: AMD APM volume 3, appendix E */
#define SEV			BIT(1)
#define SEV_ES			BIT(3)
#define SEV_SNP			BIT(4)

/* Hyper-V: EBX of base + 3; EAX and EBX of base + 12 */
#define HYPERV_ISOLATION	BIT(22)
#define HYPERV_LEAF_ISOLATION	12
#define HYPERV_PARAVISOR	BIT(0)
#define HYPERV_ISOLATION_TYPE	0xfU
#define HYPERV_ISOLATION_SNP	2
#define HYPERV_ISOLATION_TDX	3

/* ARM_SMCCC_KVM_FUNC_{HYP_MEMINFO,MEM_SHARE,MEM_UNSHARE} */
#define PKVM_FEATURES		(BIT(2) | BIT(3) | BIT(4))

static const char * const names[] = {
	[PV_CONFIDENTIAL_TDX] = "tdx",
	[PV_CONFIDENTIAL_SEV] = "sev",
	[PV_CONFIDENTIAL_SEV_ES] = "sev-es",
	[PV_CONFIDENTIAL_SEV_SNP] = "sev-snp",
	[PV_CONFIDENTIAL_CCA] = "cca",
	[PV_CONFIDENTIAL_PKVM] = "pkvm",
};

static const char * const state_names[] = {
	[PV_CONFIDENTIAL_UNKNOWN] = "unknown",
	[PV_CONFIDENTIAL_ACTIVE] = "active",
	[PV_CONFIDENTIAL_INACTIVE] = "inactive",
};

/* AMD APM volume 2, "SEV_STATUS MSR": bits 0, 1 and 2 of PV_MSR_SEV_STATUS */
static const struct {
	__u32 bit;
	__u32 status;
	enum pv_confidential_kind kind;
} sev_bits[] = {
	{ SEV, BIT(0), PV_CONFIDENTIAL_SEV },
	{ SEV_ES, BIT(1), PV_CONFIDENTIAL_SEV_ES },
	{ SEV_SNP, BIT(2), PV_CONFIDENTIAL_SEV_SNP },
};

static struct pv_confidential *add(struct pv_detected *d, enum pv_confidential_kind kind,
				   enum pv_confidential_state state,
				   const char *prefix, __u32 leaf)
{
	struct pv_confidential *c;

	if (d->nr_confidential == PV_CONFIDENTIAL_MAX)
		return NULL;
	c = &d->confidential[d->nr_confidential++];
	memset(c, 0, sizeof(*c));
	c->kind = kind;
	c->state = state;
	snprintf(c->source, sizeof(c->source), "%s:0x%x", prefix, leaf);
	return c;
}

/* The TDX module answers this leaf itself, the host has no say in it. */
static void detect_tdx(pv_cpuid_fn read, void *ctx, struct pv_detected *d)
{
	struct pv_cpuid_regs regs;

	/* An extended maximum, 0x8000xxxx, would let everything pass. */
	read(ctx, CPUID_BASIC, 0, &regs);
	if (regs.eax < CPUID_TDX || regs.eax >= CPUID_EXTENDED)
		return;

	/* "IntelTDX    ", in the order of leaf 0: EBX, EDX, ECX */
	read(ctx, CPUID_TDX, 0, &regs);
	if (regs.ebx == 0x65746e49 && regs.edx == 0x5844546c && regs.ecx == 0x20202020)
		add(d, PV_CONFIDENTIAL_TDX, PV_CONFIDENTIAL_ACTIVE, "cpuid", CPUID_TDX);
}

/* CPUID says what could be; what is says PV_MSR_SEV_STATUS, to ring 0 alone. */
static void detect_sev(pv_cpuid_fn read, void *ctx, struct pv_detected *d)
{
	struct pv_cpuid_regs regs;
	size_t i;

	/* Where there are no extended leaves something else answers. */
	read(ctx, CPUID_EXTENDED, 0, &regs);
	if (regs.eax < CPUID_SEV || regs.eax > (CPUID_EXTENDED | 0xffff))
		return;

	read(ctx, CPUID_SEV, 0, &regs);
	for (i = 0; i < ARRAY_SIZE(sev_bits); i++)
		if (regs.eax & sev_bits[i].bit)
			add(d, sev_bits[i].kind, PV_CONFIDENTIAL_UNKNOWN, "cpuid",
			    CPUID_SEV);
}

/*
 * A paravisor may hide the leaves above from its guest.  Hyper-V says the isolation
 * type here, except to the root partition, which manages CPUs and is not isolated.
 */
static void detect_hyperv(pv_cpuid_fn read, void *ctx, struct pv_detected *d,
			  const struct pv_found *f)
{
	__u32 leaf = f->leaf + HYPERV_LEAF_ISOLATION;
	struct pv_confidential *c = NULL;
	struct pv_cpuid_regs regs;

	if (!(d->hyperv.privileges[1] & HYPERV_ISOLATION) || pv_hyperv_is_root(&d->hyperv))
		return;
	if (!pv_found_has_leaf(f, HYPERV_LEAF_ISOLATION))
		return;

	read(ctx, leaf, 0, &regs);
	switch (regs.ebx & HYPERV_ISOLATION_TYPE) {
	case HYPERV_ISOLATION_SNP:
		c = add(d, PV_CONFIDENTIAL_SEV_SNP, PV_CONFIDENTIAL_ACTIVE, "cpuid", leaf);
		break;
	case HYPERV_ISOLATION_TDX:
		c = add(d, PV_CONFIDENTIAL_TDX, PV_CONFIDENTIAL_ACTIVE, "cpuid", leaf);
		break;
	}
	if (c)
		c->paravisor = regs.eax & HYPERV_PARAVISOR;
}

/**
 * pv_confidential_cpuid - what CPUID says of a confidential guest
 * @read: reads a leaf
 * @ctx: handed to @read
 * @d: in and out: what was found; this is a guest, and the hypervisor's own leaves
 *     have been read
 */
void pv_confidential_cpuid(pv_cpuid_fn read, void *ctx, struct pv_detected *d)
{
	int i;

	detect_tdx(read, ctx, d);
	detect_sev(read, ctx, d);
	for (i = 0; i < d->nr; i++)
		if (d->found[i].interface == PV_INTERFACE_HYPERV &&
		    d->found[i].leaf == d->hyperv.leaf)
			detect_hyperv(read, ctx, d, &d->found[i]);
}

/**
 * pv_confidential_smccc - what KVM's feature bits on arm64 say of a confidential guest
 * @d: in and out: what was found; the bits have been read
 *
 * pKVM shows KVM's UID.  Calls that share memory with the host exist for protected
 * guests only.
 */
void pv_confidential_smccc(struct pv_detected *d)
{
	if (d->kvm_leaf == PV_SMCCC_KVM_FEATURES &&
	    (d->kvm_features[0] & PKVM_FEATURES) == PKVM_FEATURES)
		add(d, PV_CONFIDENTIAL_PKVM, PV_CONFIDENTIAL_ACTIVE, "smccc",
		    PV_SMCCC_KVM_FEATURES);
}

static bool is_open(const struct pv_confidential *c, enum pv_confidential_kind kind)
{
	return c->kind == kind && c->state == PV_CONFIDENTIAL_UNKNOWN;
}

/**
 * pv_confidential_sev_open - is there something that PV_MSR_SEV_STATUS can settle
 * @d: what was found
 *
 * Return: true where CPUID says that the guest may be protected by SEV, which also
 * says that the register is there.
 */
bool pv_confidential_sev_open(const struct pv_detected *d)
{
	int i;

	for (i = 0; i < d->nr_confidential; i++)
		if (is_open(&d->confidential[i], PV_CONFIDENTIAL_SEV))
			return true;
	return false;
}

/**
 * pv_confidential_sev_status - what PV_MSR_SEV_STATUS says
 * @status: its value
 * @d: in and out: what was found; each protection that CPUID left open is settled
 */
void pv_confidential_sev_status(__u64 status, struct pv_detected *d)
{
	size_t i;
	int n;

	for (n = 0; n < d->nr_confidential; n++) {
		struct pv_confidential *c = &d->confidential[n];

		for (i = 0; i < ARRAY_SIZE(sev_bits); i++) {
			if (!is_open(c, sev_bits[i].kind))
				continue;
			c->state = status & sev_bits[i].status ?
				PV_CONFIDENTIAL_ACTIVE : PV_CONFIDENTIAL_INACTIVE;
			snprintf(c->source, sizeof(c->source), "msr:0x%x",
				 PV_MSR_SEV_STATUS);
			break;
		}
	}
}

/**
 * pv_confidential_name - name of a protection
 * @kind: which
 *
 * Return: the name, or NULL where @kind is none.
 */
const char *pv_confidential_name(enum pv_confidential_kind kind)
{
	return kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}

/**
 * pv_confidential_state_name - name of a state
 * @state: which
 *
 * Return: the name, or NULL where @state is none.
 */
const char *pv_confidential_state_name(enum pv_confidential_state state)
{
	return state < ARRAY_SIZE(state_names) ? state_names[state] : NULL;
}

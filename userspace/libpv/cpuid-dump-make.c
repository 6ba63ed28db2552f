// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID of this machine as a dump, in the format of "cpuid -r".  cpuid-dump.c parses it.
 */
#include <string.h>

#include "libpv.h"

#define BASIC_FIRST		0x00000000U
#define EXTENDED_FIRST		0x80000000U
#define CENTAUR_FIRST		0xc0000000U
/* More leaves than a CPU has in one of these ranges */
#define RANGE_MAX		0x100U
/* Hyper-V has 13, the others have fewer. */
#define HYPERVISOR_MAX		0x20U

/* drivers/hypervisor/cpuid.c: each of these leaves can begin those of a hypervisor. */
#define BASE_FIRST		0x40000000U
#define BASE_LAST		0x40010000U
#define BASE_STEP		0x100U

/* The serial number of a Pentium III or a Transmeta CPU */
#define CPUID_SERIAL_NUMBER	0x00000003U

/* Levels of topology */
#define CPUID_TOPOLOGY		0x0000000bU
#define CPUID_TOPOLOGY_V2	0x0000001fU
#define CPUID_TOPOLOGY_AMD	0x80000026U

/* Leaves with subleaves, and the highest subleaf that CPUs have */
static const struct subleaves {
	__u32 leaf;
	__u32 last;
} subleaves[] = {
	{ 0x00000004, 15 },
	{ 0x00000007, 3 },
	{ CPUID_TOPOLOGY, 7 },
	{ 0x0000000d, 63 },
	{ 0x0000000f, 1 },
	{ 0x00000010, 5 },
	{ 0x00000012, 7 },
	{ 0x00000014, 3 },
	{ 0x00000017, 3 },
	{ 0x00000018, 15 },
	{ 0x0000001d, 3 },
	{ 0x0000001e, 1 },
	{ CPUID_TOPOLOGY_V2, 7 },
	{ 0x00000020, 3 },
	{ 0x00000023, 5 },
	{ 0x00000024, 2 },
	{ 0x8000001d, 7 },
	{ 0x80000020, 7 },
	{ CPUID_TOPOLOGY_AMD, 7 },
	{}
};

/**
 * pv_cpuid_has_subleaves - does the leaf depend on ECX?
 * @leaf: EAX
 *
 * Return: true if CPUs have more than one subleaf of @leaf.
 */
bool pv_cpuid_has_subleaves(__u32 leaf)
{
	const struct subleaves *s;

	for (s = subleaves; s->last; s++)
		if (s->leaf == leaf)
			return true;
	return false;
}

static bool is_zero(const struct pv_cpuid_regs *r)
{
	return !r->eax && !r->ebx && !r->ecx && !r->edx;
}

/*
 * A subleaf that does not exist has 0 in all registers.  But a level of topology that
 * does not exist has its number in ECX and the APIC id in EDX.
 */
static bool is_absent(__u32 leaf, const struct pv_cpuid_regs *r)
{
	if (leaf == CPUID_TOPOLOGY || leaf == CPUID_TOPOLOGY_V2 || leaf == CPUID_TOPOLOGY_AMD)
		return !r->eax && !r->ebx;
	return is_zero(r);
}

/* A dump that is full stays as it is: the first leaves are the important ones. */
static void add_regs(struct pv_cpuid_dump *dump, __u32 leaf, __u32 subleaf,
		     const struct pv_cpuid_regs *regs)
{
	struct pv_cpuid_leaf *l;

	if (dump->nr == PV_CPUID_DUMP_MAX) {
		dump->error = "too many leaves for one CPU";
		return;
	}
	l = &dump->leaves[dump->nr++];
	l->leaf = leaf;
	l->subleaf = subleaf;
	l->regs = *regs;
}

static void make_leaf(pv_cpuid_fn read, void *ctx, __u32 leaf, struct pv_cpuid_dump *dump)
{
	const struct subleaves *s;
	struct pv_cpuid_regs regs;
	__u32 subleaf;

	if (leaf == CPUID_SERIAL_NUMBER)
		return;
	read(ctx, leaf, 0, &regs);
	add_regs(dump, leaf, 0, &regs);
	for (s = subleaves; s->last; s++) {
		if (s->leaf != leaf)
			continue;
		for (subleaf = 1; subleaf <= s->last; subleaf++) {
			read(ctx, leaf, subleaf, &regs);
			if (!is_absent(leaf, &regs))
				add_regs(dump, leaf, subleaf, &regs);
		}
	}
}

/*
 * The first leaf of a range has the last leaf of the range in EAX, or another value if
 * the CPU does not have the range.  At least @min leaves are read.
 */
static void make_range(pv_cpuid_fn read, void *ctx, __u32 first, __u32 min,
		       struct pv_cpuid_dump *dump)
{
	struct pv_cpuid_regs regs;
	__u32 n, nr;

	read(ctx, first, 0, &regs);
	nr = regs.eax - first < RANGE_MAX ? regs.eax - first + 1 : 0;
	if (nr < min)
		nr = min;
	for (n = 0; n < nr; n++)
		make_leaf(read, ctx, first + n, dump);
}

/* Old KVM hosts have an EAX of 0, and one leaf after the first. */
static void make_hypervisor(pv_cpuid_fn read, void *ctx, __u32 base, struct pv_cpuid_dump *dump)
{
	struct pv_cpuid_regs regs;
	__u32 n, nr = 1;

	read(ctx, base, 0, &regs);
	if (is_zero(&regs))
		return;
	if (!regs.eax)
		nr = 2;
	else if (regs.eax - base <= 0xffff)
		nr = regs.eax - base + 1;
	for (n = 0; n < nr && n < HYPERVISOR_MAX; n++)
		make_leaf(read, ctx, base + n, dump);
}

/**
 * pv_cpuid_dump_make - read all leaves of a CPU, without its serial number
 * @read: reads a leaf
 * @ctx: argument of @read
 * @dump: out: the leaves; @dump->error is set if there are more than PV_CPUID_DUMP_MAX
 *
 * The hypervisor's leaves are included if the hypervisor bit is 0, too.
 */
void pv_cpuid_dump_make(pv_cpuid_fn read, void *ctx, struct pv_cpuid_dump *dump)
{
	__u32 base;

	memset(dump, 0, sizeof(*dump));
	make_range(read, ctx, BASIC_FIRST, 2, dump);
	for (base = BASE_FIRST; base <= BASE_LAST; base += BASE_STEP)
		make_hypervisor(read, ctx, base, dump);
	make_range(read, ctx, EXTENDED_FIRST, 0, dump);
	make_range(read, ctx, CENTAUR_FIRST, 0, dump);
}

/**
 * pv_cpuid_dump_print - print a CPU as "cpuid -r" does, without its serial number
 * @dump: leaves of the CPU
 * @cpu: number of the CPU
 * @file: where to print it
 */
void pv_cpuid_dump_print(const struct pv_cpuid_dump *dump, unsigned int cpu, FILE *file)
{
	const struct pv_cpuid_leaf *l;

	fprintf(file, "CPU %u:\n", cpu);
	for (l = dump->leaves; l < dump->leaves + dump->nr; l++)
		if (l->leaf != CPUID_SERIAL_NUMBER)
			fprintf(file,
				"   0x%08x 0x%02x: eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n",
				l->leaf, l->subleaf, l->regs.eax, l->regs.ebx, l->regs.ecx,
				l->regs.edx);
}

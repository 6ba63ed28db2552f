/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPUID of the machine that this program runs on, or of a recorded one.
 */
#ifndef _LIBPV_CPUID_H
#define _LIBPV_CPUID_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/hypervisor/detect.h"

#define PV_CPUID_DUMP_MAX	512

/**
 * struct pv_cpuid_dump - the leaves of one recorded CPU
 * @nr: entries of @leaves
 * @leaves: in the order of the file
 * @line: where the file was refused, 0: it lacks something
 * @error: why it was refused
 */
struct pv_cpuid_dump {
	size_t nr;
	struct pv_cpuid_leaf {
		__u32 leaf;
		__u32 subleaf;
		struct pv_cpuid_regs regs;
	} leaves[PV_CPUID_DUMP_MAX];
	unsigned int line;
	const char *error;
};

/* cpuid-x86.c, cpuid-arm64.c */
bool pv_cpuid_native(struct pv_detected *d);
bool pv_cpuid_xen(struct pv_detected *d);

/* cpuid-dump.c */
int pv_cpuid_dump_parse(const char *text, size_t len, struct pv_cpuid_dump *dump);
void pv_cpuid_dump_read(void *dump, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs);

#endif /* _LIBPV_CPUID_H */

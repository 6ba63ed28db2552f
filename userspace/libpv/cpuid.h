/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPUID of the machine that this program runs on, or of a recorded machine.
 */
#ifndef _LIBPV_CPUID_H
#define _LIBPV_CPUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "drivers/hypervisor/detect.h"

#define PV_CPUID_DUMP_MAX	512

/**
 * struct pv_cpuid_dump - the leaves of one recorded CPU
 * @nr: entries of @leaves
 * @leaves: in the order of the file
 * @line: line of the error in the file, 0: the error is not in one line
 * @error: why the file was rejected
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

/* arch-x86.c, arch-arm64.c */
bool pv_cpuid_native(struct pv_detected *d);
bool pv_cpuid_xen(struct pv_detected *d);
bool pv_cpuid_native_dump(struct pv_cpuid_dump *dump);
bool pv_cpuid_xen_dump(struct pv_cpuid_dump *dump);

/* cpuid-dump.c */
int pv_cpuid_dump_parse(const char *text, size_t len, struct pv_cpuid_dump *dump);
void pv_cpuid_dump_read(void *dump, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs);

/* cpuid-dump-make.c */
bool pv_cpuid_has_subleaves(__u32 leaf);
void pv_cpuid_dump_make(pv_cpuid_fn read, void *ctx, struct pv_cpuid_dump *dump);
void pv_cpuid_dump_print(const struct pv_cpuid_dump *dump, unsigned int cpu, FILE *file);

#endif /* _LIBPV_CPUID_H */

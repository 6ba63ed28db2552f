/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of CPUs as the kernel writes them: "0-3,5\n".
 */
#ifndef _LIBPV_CPULIST_H
#define _LIBPV_CPULIST_H

#include <limits.h>
#include <stdbool.h>

/* The highest NR_CPUS that an architecture's Kconfig admits. */
#define PV_CPULIST_MAX		8192
#define PV_CPULIST_WORD_BITS	(sizeof(unsigned long) * CHAR_BIT)

/**
 * struct pv_cpulist - a set of CPUs
 * @words: one bit each
 */
struct pv_cpulist {
	unsigned long words[PV_CPULIST_MAX / PV_CPULIST_WORD_BITS];
};

int pv_cpulist_parse(const char *text, struct pv_cpulist *list);
bool pv_cpulist_has(const struct pv_cpulist *list, unsigned int cpu);
int pv_cpulist_next(const struct pv_cpulist *list, int cpu);
void pv_cpulist_add(struct pv_cpulist *list, unsigned int cpu);
bool pv_cpulist_covers(const struct pv_cpulist *list, const struct pv_cpulist *other);
char *pv_cpulist_text(const struct pv_cpulist *list);

#endif /* _LIBPV_CPULIST_H */

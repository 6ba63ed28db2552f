/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls by number and name, and what announces each.
 */
#ifndef _LIBPV_CALLS_H
#define _LIBPV_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#define PV_CALL_UNANNOUNCED	(-1)

/**
 * struct pv_call - one hypercall
 * @nr: number
 * @name: as in the header that defines it
 * @feature: bit that announces it: a KVM feature bit for KVM's calls, a bit of
 *           PV_QUERY_FEATURES for ours; PV_CALL_UNANNOUNCED: nothing does
 * @alias: other names: the short form, and where there is one that of another header
 */
struct pv_call {
	__u64 nr;
	const char *name;
	int feature;
	const char *alias[2];
};

/* calls.c: the calls of pvguest, and all calls by name and number */
const struct pv_call *pv_calls_own(size_t *nr);
const struct pv_call *pv_calls_next(const struct pv_call *call);
const struct pv_call *pv_calls_find(__u64 nr);
const struct pv_call *pv_calls_named(const char *name);
const struct pv_call *pv_calls_near(const char *name, const struct pv_call *call);

/* arch-x86.c, arch-arm64.c: the calls of KVM, and those of a standard */
const struct pv_call *pv_calls_kvm(size_t *nr);
const struct pv_call *pv_calls_standard(size_t *nr);
const char *pv_calls_feature(unsigned int bit);

#endif /* _LIBPV_CALLS_H */

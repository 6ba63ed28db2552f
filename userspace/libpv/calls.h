/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls by number and name, and what announces each.
 */
#ifndef _LIBPV_CALLS_H
#define _LIBPV_CALLS_H

#include <stddef.h>
#include <linux/types.h>

#define PV_CALL_UNANNOUNCED	(-1)

/**
 * struct pv_call - one hypercall
 * @nr: number
 * @name: as in the header that defines it
 * @feature: bit that announces it: a KVM feature bit for KVM's calls, a bit of
 *           PV_QUERY_FEATURES for ours; PV_CALL_UNANNOUNCED: nothing does
 */
struct pv_call {
	__u64 nr;
	const char *name;
	int feature;
};

/* calls.c: the calls of pvguest */
const struct pv_call *pv_calls_own(size_t *nr);

/* calls-x86.c, calls-arm64.c: the calls of KVM */
const struct pv_call *pv_calls_kvm(size_t *nr);
const char *pv_calls_feature(unsigned int bit);

#endif /* _LIBPV_CALLS_H */

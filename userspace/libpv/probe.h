/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All calls that the driver knows.
 */
#ifndef _LIBPV_PROBE_H
#define _LIBPV_PROBE_H

#include <stddef.h>
#include <linux/pv_hypercall.h>

/**
 * struct pv_probe - the calls that the driver knows
 * @calls: ascending by number
 * @nr: how many
 */
struct pv_probe {
	struct pv_hypercall_probe *calls;
	size_t nr;
};

int pv_probe_read(int fd, struct pv_probe *probe);
void pv_probe_free(struct pv_probe *probe);
const struct pv_hypercall_probe *pv_probe_find(const struct pv_probe *probe, __u64 nr);

#endif /* _LIBPV_PROBE_H */

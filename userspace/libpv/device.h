/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctls of /dev/pv_hypercall.
 */
#ifndef _LIBPV_DEVICE_H
#define _LIBPV_DEVICE_H

#include <linux/pv_hypercall.h>

#define PV_DEVICE_PATH	"/dev/pv_hypercall"

int pv_device_open(void);
void pv_device_close(int fd);
int pv_device_query(int fd, struct pv_hypercall_query *q);
int pv_device_vcpu_info(int fd, unsigned int cpu, struct pv_hypercall_vcpu_info *info);
int pv_device_call(int fd, struct pv_hypercall_call *call);
int pv_device_probe(int fd, __u64 nr, __u32 flags, struct pv_hypercall_probe *probe);
int pv_device_latency(int fd, struct pv_hypercall_latency *l);
int pv_device_tagged(int fd, struct pv_hypercall_tagged *t);

#endif /* _LIBPV_DEVICE_H */

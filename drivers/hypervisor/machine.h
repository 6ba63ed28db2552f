/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of pv_hypervisor.ko, as seen by each other.
 */
#ifndef _PV_MACHINE_H
#define _PV_MACHINE_H

#include "detect.h"

/* machine-*.c: what this machine shows, and names of KVM's bits on it */
void pv_machine_detect(struct pv_detected *d);
const char *pv_machine_feature(unsigned int bit);
const char *pv_machine_hint(unsigned int bit);

/* vcpu-*.c */
int pv_vcpu_init(void);
void pv_vcpu_exit(void);

/* sysfs.c */
int pv_sysfs_init(const struct pv_detected *d);
void pv_sysfs_exit(void);

#endif /* _PV_MACHINE_H */

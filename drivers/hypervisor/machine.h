/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that the files of pv_hypervisor.ko share.  Calls go down only: main.c, sysfs.c,
 * discover.c, hypercall.c and vcpu-*.c, kvm.c, machine-*.c, detection.
 */
#ifndef _PV_MACHINE_H
#define _PV_MACHINE_H

#include "detect.h"

/* machine-*.c: the hypervisor of this machine, and names of KVM's bits */
void pv_machine_detect(struct pv_detected *d);
bool pv_machine_kvm(const struct pv_detected *d);
const char *pv_machine_feature(unsigned int bit);
const char *pv_machine_hint(unsigned int bit);

/* The last physical address that is certain to exist */
u64 pv_machine_last_address(void);

/*
 * kvm.c: the result of the detection.  pv_kvm_init() fails with -ENODEV without KVM, unless the
 * module has to load on any machine.
 */
int pv_kvm_init(bool any);
const struct pv_detected *pv_kvm_detected(void);

/* vcpu-*.c */
int pv_vcpu_init(void);
void pv_vcpu_exit(void);

/*
 * discover.c: the device that the host reports.  pv_discover_rescan() returns 0 if a device exists,
 * -ENODEV if the host has none, -EPROTO if its answer is invalid, -EAGAIN if the answer changes.
 */
int pv_discover_init(void);
int pv_discover_rescan(void);
void pv_discover_exit(void);

/* sysfs.c */
int pv_sysfs_init(void);
void pv_sysfs_exit(void);

#endif /* _PV_MACHINE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registers of kfuncs.bpf.c.
 */
#ifndef _SELFTESTS_BPF_KFUNCS_H
#define _SELFTESTS_BPF_KFUNCS_H

#define KFUNCS_FREQ		0x00
#define KFUNCS_FREQ_MAX		0x04
#define KFUNCS_CAPACITY		0x08
#define KFUNCS_VCPU_ID		0x0c
#define KFUNCS_OWN_ID		0x10	/* of the access */
#define KFUNCS_KVM_ID		0x14	/* of KVM's structure */
#define KFUNCS_DEVICE		0x18	/* handle */
#define KFUNCS_INITS		0x1c	/* number of calls of init() */
#define KFUNCS_LEN		0x20	/* length of the access, in each byte */
#define KFUNCS_WIDE		0x28	/* 8 different bytes */

/* A write calls the kfunc with the value, a read returns its result. */
#define KFUNCS_CLAMP_MAX	0x30	/* maximum of the next clamp */
#define KFUNCS_CLAMP		0x34
#define KFUNCS_GPA_LO		0x38
#define KFUNCS_GPA_HI		0x3c
#define KFUNCS_GUEST		0x40	/* writes the value into the memory of the guest, at gpa */
#define KFUNCS_LINE		0x44
#define KFUNCS_FOREIGN		0x48	/* handle of another device */
#define KFUNCS_FILL		0x4c	/* calls of KFUNCS_GUEST, until one fails */

/* Highest number of KFUNCS_FILL */
#define KFUNCS_MAX_FILL		2048

#endif /* _SELFTESTS_BPF_KFUNCS_H */

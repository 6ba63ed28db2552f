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
#define KFUNCS_OWN_ID		0x10	/* as the access has it */
#define KFUNCS_KVM_ID		0x14	/* as KVM's own structure has it */
#define KFUNCS_DEVICE		0x18	/* handle */
#define KFUNCS_INITS		0x1c	/* how often init() was called */
#define KFUNCS_LEN		0x20	/* bytes of the access, in each byte */
#define KFUNCS_WIDE		0x28	/* 8 bytes, different each */

/* Write: call it with that; read: what it returned */
#define KFUNCS_CLAMP_MAX	0x30	/* of the next clamp */
#define KFUNCS_CLAMP		0x34
#define KFUNCS_GPA_LO		0x38
#define KFUNCS_GPA_HI		0x3c
#define KFUNCS_GUEST		0x40	/* that number into the guest's memory, at gpa */
#define KFUNCS_LINE		0x44
#define KFUNCS_FOREIGN		0x48	/* the line of the device of that handle */

#endif /* _SELFTESTS_BPF_KFUNCS_H */

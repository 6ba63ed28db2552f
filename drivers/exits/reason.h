/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of exit reasons, for pv_exits and for libpv: one table for guest and host.
 *
 * This header and reason.c do not depend on the kernel or on user space.
 */
#ifndef _PV_REASON_H
#define _PV_REASON_H

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/types.h>
#else
#include <linux/types.h>
#include <stddef.h>
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#endif
#endif

/* Bytes of the longest name, with the final 0 */
#define PV_REASON_NAME		32

/**
 * enum pv_reason_set - what a reason is a number of
 * @PV_REASON_VMX: basic exit reason of VMX (SDM volume 3, appendix C)
 * @PV_REASON_SVM: EXITCODE of SVM (APM volume 2, appendix C)
 * @PV_REASON_ARM64: exception class of a trap (Arm ARM, ESR_EL2.EC), or PV_REASON_ARM_CODE plus
 *                   ARM_EXCEPTION_* of KVM
 *
 * The first two are the values of "isa" in KVM's trace events.
 */
enum pv_reason_set {
	PV_REASON_VMX = 1,
	PV_REASON_SVM = 2,
	PV_REASON_ARM64 = 3,
};

#define PV_REASON_ARM_CODE	0x100

const char *pv_reason_name(unsigned int set, __u32 reason);

#endif /* _PV_REASON_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reasons of exits, as the programs count them.
 */
#ifndef _HYPERTRACE_REASON_H
#define _HYPERTRACE_REASON_H

/* x86: the reason, and above it the argument "isa" of the event kvm_exit */
#define REASON_ISA_SHIFT	32
#define REASON_ISA_VMX		1
#define REASON_ISA_SVM		2
#define REASON_UNKNOWN		0xffffffffU

/* arm64: an exception class of ESR_ELx, or this plus ARM_EXCEPTION_* of KVM */
#define REASON_CODE		0x100
#define REASON_TRAP		2	/* ARM_EXCEPTION_TRAP */

#endif /* _HYPERTRACE_REASON_H */

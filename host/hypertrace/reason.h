/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reasons of exits, as the programs in BPF count them.
 */
#ifndef _HYPERTRACE_REASON_H
#define _HYPERTRACE_REASON_H

#include "drivers/exits/reason.h"
#include "symbols.h"

/*
 * x86: the argument "isa" of the event kvm_exit in the upper 32 bits, and the reason in the
 * lower 32 bits.  REASON_UNKNOWN has no isa, so that it is not a reason of SVM.
 */
#define REASON_ISA_SHIFT	32
#define REASON_FLAGS_VMX	0xffff0000U	/* SDM volume 3, appendix C */
#define REASON_UNKNOWN		0xffffffffU

/* arm64: an exception class of ESR_ELx, or this plus ARM_EXCEPTION_* of KVM */
#define REASON_CODE		PV_REASON_ARM_CODE
#define REASON_TRAP		2	/* ARM_EXCEPTION_TRAP */
#define REASON_FLAGS_ARM64	0x80000000U	/* ARM_EXIT_WITH_SERROR_BIT */

/* reason-x86.c, reason-arm64.c: the name of a reason, NULL: it has none */
const char *reason_known(__u64 reason);
const char *reason_find(const struct symbols *symbols, __u64 reason);

#endif /* _HYPERTRACE_REASON_H */

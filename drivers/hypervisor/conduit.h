/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypercall instruction of the architecture.  Inline, for code that measures it or is on a
 * hot path; other code calls pv_hypercall().
 */
#ifndef _PV_CONDUIT_H
#define _PV_CONDUIT_H

#include <linux/types.h>

/**
 * pv_conduit - make a hypercall
 * @fn: number of the call
 * @args: arguments, 0 if the call does not use them
 * @result: out: registers of the answer; x86: RAX, the rest is 0; arm64: X0 .. X3
 *
 * As pv_hypercall(), for callers that have checked pv_on_kvm() before.
 */
static __always_inline void pv_conduit(u32 fn, const u64 args[4], u64 result[4]);

/**
 * pv_conduit_probe - make the first hypercall, which may raise an exception
 *
 * A VMM can offer KVM's interface in CPUID and implement no hypercalls.  pv_conduit() has no
 * exception table entry, so that it costs one instruction.  This function has one, and calls a
 * function of KVM that has no effect.
 *
 * Return: NULL if the hypervisor answers, or what the hypercall does instead, as in
 * "a hypercall raises #UD".
 */
static inline const char *pv_conduit_probe(void);

/* "vmcall", "vmmcall", "tdcall" or "hvc" */
static inline const char *pv_conduit_name(void);

#if defined(CONFIG_X86)
#include "conduit-x86.h"
#elif defined(CONFIG_ARM64)
#include "conduit-arm64.h"
#endif

#endif /* _PV_CONDUIT_H */

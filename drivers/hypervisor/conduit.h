/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way out to the hypervisor.  Inline, for those who measure it or go there often;
 * all others call pv_hypercall().
 */
#ifndef _PV_CONDUIT_H
#define _PV_CONDUIT_H

#include <linux/types.h>

/**
 * pv_conduit - call the hypervisor, which is known to be KVM
 * @fn: number of the call
 * @args: arguments, 0 where the call takes none
 * @result: out: registers of the answer; x86: RAX, the rest is 0; arm64: X0 .. X3
 *
 * As pv_hypercall(), for callers that have asked pv_on_kvm() before.
 */
static __always_inline void pv_conduit(u32 fn, const u64 args[4], u64 result[4]);

/* "vmcall", "vmmcall", "tdcall" or "hvc" */
static inline const char *pv_conduit_name(void);

#if defined(CONFIG_X86)
#include "conduit-x86.h"
#elif defined(CONFIG_ARM64)
#include "conduit-arm64.h"
#endif

#endif /* _PV_CONDUIT_H */

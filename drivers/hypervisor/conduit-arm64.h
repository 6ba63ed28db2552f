/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls on arm64: HVC with the SMC Calling Convention 1.1, which preserves all registers
 * except X0 .. X3.
 */
#include <linux/arm-smccc.h>

static inline const char *pv_conduit_name(void)
{
	return "hvc";
}

/*
 * HVC cannot be undefined: KVM is detected only if SMCCC 1.1 uses HVC, and the kernel has
 * requested the versions of PSCI and of SMCCC by HVC to find that out.
 */
static inline const char *pv_conduit_probe(void)
{
	return NULL;
}

static __always_inline void pv_conduit(u32 fn, const u64 args[4], u64 result[4])
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(fn, args[0], args[1], args[2], args[3], &res);
	result[0] = res.a0;
	result[1] = res.a1;
	result[2] = res.a2;
	result[3] = res.a3;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Exit reasons on arm64: the exception class of a trap (Arm ARM, ESR_EL2.EC), or what KVM's
 * hypervisor code returns for another exception, without the flag of a pending SError.
 */
#include "reason.h"

const char *reason_known(__u64 reason)
{
	return pv_reason_name(PV_REASON_ARM64, reason);
}

const char *reason_find(const struct symbols *symbols, __u64 reason)
{
	if (reason >= REASON_CODE)
		return symbols_find(symbols, "ret", 0, reason - REASON_CODE);
	return symbols_find(symbols, "esr_ec", 0, reason);
}

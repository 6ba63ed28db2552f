// SPDX-License-Identifier: GPL-2.0
/*
 * Exit reasons on x86: the number of VMX or SVM, without the flags of VMX.
 */
#include "reason.h"

const char *reason_known(__u64 reason)
{
	return pv_reason_name(reason >> REASON_ISA_SHIFT, reason);
}

const char *reason_find(const struct symbols *symbols, __u64 reason)
{
	return symbols_find(symbols, "exit_reason", reason >> REASON_ISA_SHIFT, reason);
}

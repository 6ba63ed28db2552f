// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons of exits on arm64: exception classes, Arm ARM (DDI 0487), ESR_EL2.EC, and what
 * KVM's hypervisor code returns for other exceptions.
 */
#include "hypertrace.h"
#include "reason.h"

static const struct {
	__u32 reason;
	const char *name;
} reasons[] = {
	{ 0x00, "UNKNOWN" },
	{ 0x01, "WFx" },
	{ 0x03, "CP15_32" },
	{ 0x04, "CP15_64" },
	{ 0x05, "CP14_MR" },
	{ 0x06, "CP14_LS" },
	{ 0x07, "FP_ASIMD" },
	{ 0x08, "CP10_ID" },
	{ 0x09, "PAC" },
	{ 0x0a, "LS64" },
	{ 0x0c, "CP14_64" },
	{ 0x0d, "BTI" },
	{ 0x0e, "ILL" },
	{ 0x11, "SVC32" },
	{ 0x12, "HVC32" },
	{ 0x13, "SMC32" },
	{ 0x15, "SVC64" },
	{ 0x16, "HVC64" },
	{ 0x17, "SMC64" },
	{ 0x18, "SYS64" },
	{ 0x19, "SVE" },
	{ 0x1a, "ERET" },
	{ 0x1c, "FPAC" },
	{ 0x1d, "SME" },
	{ 0x20, "IABT_LOW" },
	{ 0x21, "IABT_CUR" },
	{ 0x22, "PC_ALIGN" },
	{ 0x24, "DABT_LOW" },
	{ 0x25, "DABT_CUR" },
	{ 0x26, "SP_ALIGN" },
	{ 0x27, "MOPS" },
	{ 0x28, "FP_EXC32" },
	{ 0x2c, "FP_EXC64" },
	{ 0x2f, "SERROR" },
	{ 0x30, "BREAKPT_LOW" },
	{ 0x31, "BREAKPT_CUR" },
	{ 0x32, "SOFTSTP_LOW" },
	{ 0x33, "SOFTSTP_CUR" },
	{ 0x34, "WATCHPT_LOW" },
	{ 0x35, "WATCHPT_CUR" },
	{ 0x38, "BKPT32" },
	{ 0x3a, "VECTOR32" },
	{ 0x3c, "BRK64" },
	{ REASON_CODE + 0, "IRQ" },
	{ REASON_CODE + 1, "EL1_SERROR" },
	{ REASON_CODE + 3, "IL" },
};

const char *reason_name(__u64 reason)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (reasons[i].reason == reason)
			return reasons[i].name;
	}

	return NULL;
}

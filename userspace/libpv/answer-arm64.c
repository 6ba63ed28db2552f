// SPDX-License-Identifier: GPL-2.0
/*
 * Answers on arm64: X0 to X3.  X0 is a value or a negative status, by the standard that
 * assigns the call: SMCCC (Arm DEN0028, 7.1), PSCI (Arm DEN0022, 5.2.2), pv/hypercall.h.
 */
#include <linux/psci.h>
#include <pv/hypercall.h>

#include "answer.h"
#include "compiler.h"

/* Arm DEN0028, 2.5: bit 30 of the number is set where registers have 64 bits. */
#define SMC64		0x40000000U

#define OWN_NUMBERS	0x8000U

const unsigned int pv_answer_registers = 4;

static const struct pv_refusal smccc[] = {
	{ -1, "NOT_SUPPORTED", "no such call" },
	{ -2, "NOT_REQUIRED", "not needed on this CPU" },
	{ -3, "INVALID_PARAMETER", "an argument is not valid" },
};

static const struct pv_refusal psci[] = {
	{ PSCI_RET_NOT_SUPPORTED, "NOT_SUPPORTED", "no such call" },
	{ PSCI_RET_INVALID_PARAMS, "INVALID_PARAMETERS", "an argument is not valid" },
	{ PSCI_RET_DENIED, "DENIED", "not allowed" },
	{ PSCI_RET_ALREADY_ON, "ALREADY_ON", "the CPU runs" },
	{ PSCI_RET_ON_PENDING, "ON_PENDING", "the CPU is about to run" },
	{ PSCI_RET_INTERNAL_FAILURE, "INTERNAL_FAILURE", "physical trouble" },
	{ PSCI_RET_NOT_PRESENT, "NOT_PRESENT", "no such component" },
	{ PSCI_RET_DISABLED, "DISABLED", "the component is disabled" },
	{ PSCI_RET_INVALID_ADDRESS, "INVALID_ADDRESS", "no address to start from" },
};

static const struct pv_refusal own[] = {
	{ -PV_ENOSYS_ARM64, "NOT_SUPPORTED", "no such call" },
	{ -PV_ENOENT, "PV_ENOENT", "no such vCPU" },
	{ -PV_EFAULT, "PV_EFAULT", "no address of writable memory" },
	{ -PV_EINVAL, "PV_EINVAL", "an argument is not valid" },
};

/* Function numbers of the standard services, owner 4, that are PSCI's */
static bool is_psci(__u64 nr)
{
	return (nr & ~(__u64)SMC64) >= PSCI_0_2_FN_BASE &&
	       (nr & ~(__u64)SMC64) < PSCI_0_2_FN_BASE + 0x20;
}

/**
 * pv_answer_refusals - the ways to say no to a call
 * @nr: number of the call
 * @nr_refusals: out: how many
 *
 * Return: the table.
 */
const struct pv_refusal *pv_answer_refusals(__u64 nr, size_t *nr_refusals)
{
	if (nr >= PV_HC_BASE && nr < PV_HC_BASE + OWN_NUMBERS) {
		*nr_refusals = ARRAY_SIZE(own);
		return own;
	}
	if (is_psci(nr)) {
		*nr_refusals = ARRAY_SIZE(psci);
		return psci;
	}
	*nr_refusals = ARRAY_SIZE(smccc);
	return smccc;
}

/**
 * pv_answer_status - the first register as a signed number
 * @nr: number of the call
 * @result: the register
 *
 * Return: the number.
 */
__s64 pv_answer_status(__u64 nr, __u64 result)
{
	return nr & SMC64 ? (__s64)result : (__s32)result;
}

static const char * const names[] = {
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7",
	"x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
	"x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
	"x24", "x25", "x26", "x27", "x28", "x29", "x30",
};

/**
 * pv_answer_register - name of a register
 * @n: as in regs[] of struct pv_hypercall_vcpu_info; an answer begins with 0
 *
 * Return: the name, or NULL where there is none to be shown.
 */
const char *pv_answer_register(unsigned int n)
{
	return n < ARRAY_SIZE(names) ? names[n] : NULL;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Answers on x86: RAX, a value or a negative KVM_E* of linux/kvm_para.h.
 */
#include <errno.h>
#include <linux/kvm_para.h>
#include <pv/hypercall.h>

#include "answer.h"
#include "compiler.h"

const unsigned int pv_answer_registers = 1;

static const struct pv_refusal refusals[] = {
	{ -KVM_ENOSYS, "KVM_ENOSYS", "no such call" },
	{ -KVM_EPERM, "KVM_EPERM", "not allowed" },
	{ -PV_ENOENT, "PV_ENOENT", "no such vCPU" },
	{ -KVM_E2BIG, "KVM_E2BIG", "an argument is too big" },
	{ -KVM_EFAULT, "KVM_EFAULT", "no address of writable memory" },
	{ -KVM_EINVAL, "KVM_EINVAL", "an argument is not valid" },
	{ -KVM_EOPNOTSUPP, "KVM_EOPNOTSUPP", "not supported on this host" },
};

/* In the order of their encoding; RSP has a place of its own. */
static const char * const names[] = {
	"rax", "rcx", "rdx", "rbx", NULL, "rbp", "rsi", "rdi",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

/**
 * pv_answer_refusals - the ways to say no to a call
 * @nr: number of the call: they are the same for all here
 * @nr_refusals: out: how many
 *
 * Return: the table.
 */
const struct pv_refusal *pv_answer_refusals(__u64 nr, size_t *nr_refusals)
{
	*nr_refusals = ARRAY_SIZE(refusals);
	return refusals;
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
	return result;
}

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

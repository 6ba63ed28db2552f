// SPDX-License-Identifier: GPL-2.0
/*
 * What a hypervisor answers: is it a refusal, and which.
 */
#include "answer.h"

#define LAST_STATUS	(-4095)

/**
 * pv_answer_refusal - the refusal that a status stands for
 * @nr: number of the call
 * @status: as of pv_answer_refused()
 *
 * Return: the refusal, or NULL where the status has no name.
 */
const struct pv_refusal *pv_answer_refusal(__u64 nr, __s64 status)
{
	const struct pv_refusal *refusals;
	size_t i, n;

	refusals = pv_answer_refusals(nr, &n);
	for (i = 0; i < n; i++)
		if (refusals[i].status == status)
			return &refusals[i];
	return NULL;
}

/**
 * pv_answer_refused - has the hypervisor refused a call
 * @nr: number of the call
 * @result: first register of the answer
 * @status: out: the same as a signed number of the width that the call has
 *
 * A result may have its highest bit set and yet be a value, as a word of a UUID has: no
 * status is below that of the errors of Linux.
 *
 * Return: true where it has.
 */
bool pv_answer_refused(__u64 nr, __u64 result, __s64 *status)
{
	*status = pv_answer_status(nr, result);
	return *status < 0 && *status >= LAST_STATUS;
}

/**
 * pv_answer_unassigned - does a refusal say that there is no such call
 * @nr: number of the call
 * @status: as of pv_answer_refused()
 *
 * Return: true where it does.
 */
bool pv_answer_unassigned(__u64 nr, __s64 status)
{
	size_t n;

	return pv_answer_refusals(nr, &n)[0].status == status;
}

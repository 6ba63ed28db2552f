/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a hypervisor answers: registers, and how it refuses.
 */
#ifndef _LIBPV_ANSWER_H
#define _LIBPV_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/**
 * struct pv_refusal - a way to say no
 * @status: what the first register holds, as a signed number
 * @name: as in the header that defines it
 * @meaning: in words
 */
struct pv_refusal {
	__s64 status;
	const char *name;
	const char *meaning;
};

/* answer.c */
bool pv_answer_refused(__u64 nr, __u64 result, __s64 *status);
const struct pv_refusal *pv_answer_refusal(__u64 nr, __s64 status);
bool pv_answer_unassigned(__u64 nr, __s64 status);

/* arch-x86.c, arch-arm64.c: the first refusal of a table is "no such call" */
extern const unsigned int pv_answer_registers;	/* those that hold an answer */

const struct pv_refusal *pv_answer_refusals(__u64 nr, size_t *nr_refusals);
__s64 pv_answer_status(__u64 nr, __u64 result);
const char *pv_answer_register(unsigned int n);

#endif /* _LIBPV_ANSWER_H */

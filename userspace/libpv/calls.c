// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls: those of pvguest, how a call is found that the user names, and whether a result is a
 * refusal.
 */
#include <assert.h>
#include <string.h>
#include <strings.h>
#include <pv/hypercall.h>

#include "libpv.h"

#define NAME_MAX_LEN	48	/* longer than any name that a header defines */
#define NEAR		2	/* wrong letters that are taken for a slip */

/* Bit n of PV_QUERY_FEATURES says that call n is answered. */
static const struct pv_call calls[] = {
	{ PV_HC_QUERY, "PV_HC_QUERY", 0, { "query" } },
	{ PV_HC_NOP, "PV_HC_NOP", 1, { "nop" } },
	{ PV_HC_VCPU_INFO, "PV_HC_VCPU_INFO", 2, { "vcpu_info" } },
	{ PV_HC_DEVICE, "PV_HC_DEVICE", 3, { "device" } },
};

static_assert(ARRAY_SIZE(calls) == PV_HC_NR, "every call of ours is in the table");

/* No call, but a number that can be called. */
static const struct pv_call unassigned[] = {
	{ PV_HC_UNASSIGNED, "PV_HC_UNASSIGNED", PV_CALL_UNANNOUNCED, { "unassigned" } },
};

static const struct pv_call *get_unassigned(size_t *nr)
{
	*nr = ARRAY_SIZE(unassigned);
	return unassigned;
}

static const struct pv_call *(*const tables[])(size_t *nr) = {
	pv_calls_own,
	get_unassigned,
	pv_calls_kvm,
	pv_calls_standard,
};

/**
 * pv_calls_own - the hypercalls of pvguest
 * @nr: out: how many
 *
 * Return: the table, in the order of the numbers.
 */
const struct pv_call *pv_calls_own(size_t *nr)
{
	*nr = ARRAY_SIZE(calls);
	return calls;
}

/**
 * pv_calls_next - walk all calls of this architecture that have a name
 * @call: where the walk is, NULL to begin
 *
 * Return: the next one, or NULL at the end.
 */
const struct pv_call *pv_calls_next(const struct pv_call *call)
{
	const struct pv_call *table;
	bool here = !call;
	size_t t, nr;

	for (t = 0; t < ARRAY_SIZE(tables); t++) {
		table = tables[t](&nr);
		if (here && nr)
			return table;
		if (here || call < table || call >= table + nr)
			continue;
		if (call + 1 < table + nr)
			return call + 1;
		here = true;
	}
	return NULL;
}

/**
 * pv_calls_find - the call of a number
 * @nr: any
 *
 * Return: the call, or NULL where no table has it.
 */
const struct pv_call *pv_calls_find(__u64 nr)
{
	const struct pv_call *call = NULL;

	while ((call = pv_calls_next(call)))
		if (call->nr == nr)
			break;
	return call;
}

/* In small letters, with "_" for "-", without the ending that Linux gives to some. */
static bool normalise(const char *name, char text[NAME_MAX_LEN])
{
	static const char end[] = "_func_id";
	size_t i, len = strlen(name);

	if (len >= NAME_MAX_LEN)
		return false;
	for (i = 0; i <= len; i++) {
		text[i] = name[i] == '-' ? '_' : name[i];
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] += 'a' - 'A';
	}
	if (len >= sizeof(end) && !strcmp(text + len - (sizeof(end) - 1), end))
		text[len - (sizeof(end) - 1)] = '\0';
	return true;
}

/**
 * pv_calls_named - the call of a name
 * @name: name or alias, in letters of any case
 *
 * Return: the call, or NULL where no table has it.
 */
const struct pv_call *pv_calls_named(const char *name)
{
	const struct pv_call *call = NULL;
	char text[NAME_MAX_LEN];
	size_t i;

	if (!normalise(name, text))
		return NULL;
	while ((call = pv_calls_next(call))) {
		if (!strcasecmp(text, call->name))
			return call;
		for (i = 0; i < ARRAY_SIZE(call->alias) && call->alias[i]; i++)
			if (!strcasecmp(text, call->alias[i]))
				return call;
	}
	return NULL;
}

/* Letters to be changed, added and taken away to make one word the other. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[NAME_MAX_LEN], above, left, best;
	size_t i, k, len = strlen(b);

	for (k = 0; k <= len; k++)
		row[k] = k;
	for (i = 0; a[i]; i++) {
		above = row[0]++;
		for (k = 0; k < len; k++) {
			left = row[k] < row[k + 1] ? row[k] : row[k + 1];
			best = above + (a[i] != b[k]);
			above = row[k + 1];
			row[k + 1] = left + 1 < best ? left + 1 : best;
		}
	}
	return row[len];
}

/**
 * pv_calls_near - calls that may be meant by a name that no call has
 * @name: what was given
 * @call: where the walk is, NULL to begin
 *
 * Return: the next one whose short form holds @name, or is hardly different; NULL at
 * the end.
 */
const struct pv_call *pv_calls_near(const char *name, const struct pv_call *call)
{
	char text[NAME_MAX_LEN];

	if (!normalise(name, text) || !*text)
		return NULL;
	while ((call = pv_calls_next(call)))
		if (strstr(call->alias[0], text) || strstr(text, call->alias[0]) ||
		    distance(text, call->alias[0]) <= NEAR)
			break;
	return call;
}

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

// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of CPUs as the kernel prints them, and the per-CPU counters of vcpufreq.ko.  The text may
 * be from a recorded tree, so all of it is validated.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "libpv.h"

static int parse_number(const char **text, unsigned int *number)
{
	const char *p = *text;
	unsigned int n = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
		if (n >= PV_CPULIST_MAX)
			return -ERANGE;
	}
	*text = p;
	*number = n;
	return 0;
}

static int parse_range(const char **text, unsigned int *first, unsigned int *last)
{
	int err;

	err = parse_number(text, first);
	if (err)
		return err;
	*last = *first;
	if (**text != '-')
		return 0;
	(*text)++;
	err = parse_number(text, last);
	if (err)
		return err;
	return *last < *first ? -EINVAL : 0;
}

static bool at_end(const char *p)
{
	return !*p || (*p == '\n' && !p[1]);
}

/**
 * pv_cpulist_parse - read a list
 * @text: numbers and ranges with commas between them; an empty text is an empty
 *        list, and one newline may end it
 * @list: out: the set; empty where the text is refused
 *
 * Return: 0, -EINVAL (not a list), -ERANGE (a CPU of PV_CPULIST_MAX or above).
 */
int pv_cpulist_parse(const char *text, struct pv_cpulist *list)
{
	struct pv_cpulist l = {};
	unsigned int first, last;
	int err;

	memset(list, 0, sizeof(*list));
	if (at_end(text))
		return 0;
	for (;;) {
		err = parse_range(&text, &first, &last);
		if (err)
			return err;
		for (; first <= last; first++)
			pv_cpulist_add(&l, first);
		if (at_end(text))
			break;
		if (*text++ != ',')
			return -EINVAL;
	}
	*list = l;
	return 0;
}

/**
 * pv_cpulist_has - is a CPU in the list
 * @list: the list
 * @cpu: any number
 *
 * Return: true where it is.
 */
bool pv_cpulist_has(const struct pv_cpulist *list, unsigned int cpu)
{
	return cpu < PV_CPULIST_MAX &&
	       list->words[cpu / PV_CPULIST_WORD_BITS] >> cpu % PV_CPULIST_WORD_BITS & 1;
}

/**
 * pv_cpulist_next - walk a list
 * @list: the list
 * @cpu: where the walk is, -1 to begin
 *
 * Return: the next CPU after @cpu, or -1 at the end.
 */
int pv_cpulist_next(const struct pv_cpulist *list, int cpu)
{
	while (++cpu < PV_CPULIST_MAX)
		if (pv_cpulist_has(list, cpu))
			return cpu;
	return -1;
}

/**
 * pv_cpulist_add - put a CPU into a list
 * @list: the list
 * @cpu: any number; one that no list has room for is left out
 */
void pv_cpulist_add(struct pv_cpulist *list, unsigned int cpu)
{
	if (cpu < PV_CPULIST_MAX)
		list->words[cpu / PV_CPULIST_WORD_BITS] |= 1UL << cpu % PV_CPULIST_WORD_BITS;
}

/**
 * pv_cpulist_covers - are all CPUs of one list in another
 * @list: the list that may have more
 * @other: whose CPUs to look for
 *
 * Return: true where they are.
 */
bool pv_cpulist_covers(const struct pv_cpulist *list, const struct pv_cpulist *other)
{
	int cpu;

	for (cpu = pv_cpulist_next(other, -1); cpu >= 0; cpu = pv_cpulist_next(other, cpu))
		if (!pv_cpulist_has(list, cpu))
			return false;
	return true;
}

/**
 * pv_cpulist_text - write a list as the kernel does
 * @list: the list
 *
 * Return: the text, for free(), or NULL where there is no memory.
 */
char *pv_cpulist_text(const struct pv_cpulist *list)
{
	int first, last, next;
	bool comma = false;
	size_t size;
	char *text;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	for (first = pv_cpulist_next(list, -1); first >= 0; first = next) {
		last = first;
		while ((next = pv_cpulist_next(list, last)) == last + 1)
			last = next;
		fprintf(f, comma ? ",%d" : "%d", first);
		if (last > first)
			fprintf(f, "-%d", last);
		comma = true;
	}
	if (fclose(f))
		return NULL;
	return text;
}

/* A newline may be missing at the end of the text. */
static int parse_counter(const char **text, char end_mark, __u64 *number)
{
	int err = pv_number_scan(text, 10, number);

	if (err)
		return err;
	if (**text == end_mark)
		(*text)++;
	else if (**text || end_mark != '\n')
		return -EINVAL;
	return 0;
}

/**
 * pv_percpu_sum - add up the counters of some CPUs
 * @text: lines "CPU COUNT", ascending; the last newline may be missing
 * @cpus: the CPUs
 * @sum: out: the sum, on success
 *
 * Return: 0, -EINVAL (other text), -ERANGE (more than 64 bits), -ENODATA (a CPU of
 * @cpus has no line: the kernel truncates lists that are longer than a page).
 */
int pv_percpu_sum(const char *text, const struct pv_cpulist *cpus, __u64 *sum)
{
	__u64 cpu, count, least = 0, total = 0;
	int next = pv_cpulist_next(cpus, -1);
	int err;

	while (*text) {
		err = parse_counter(&text, ' ', &cpu);
		if (!err)
			err = parse_counter(&text, '\n', &count);
		if (err)
			return err;
		if (cpu < least || cpu == UINT64_MAX)
			return -EINVAL;
		least = cpu + 1;
		if (next < 0 || cpu != next)
			continue;
		if (__builtin_add_overflow(total, count, &total))
			return -ERANGE;
		next = pv_cpulist_next(cpus, next);
	}
	if (next >= 0)
		return -ENODATA;
	*sum = total;
	return 0;
}

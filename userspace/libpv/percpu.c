// SPDX-License-Identifier: GPL-2.0
/*
 * Per-CPU counters as vcpufreq.ko prints them.  The text may be from a recorded tree, so
 * all of it is validated.
 */
#include <errno.h>
#include <stdint.h>

#include "number.h"
#include "percpu.h"

/* A newline may be missing at the end of the text. */
static int parse_number(const char **text, char end_mark, __u64 *number)
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
		err = parse_number(&text, ' ', &cpu);
		if (!err)
			err = parse_number(&text, '\n', &count);
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

// SPDX-License-Identifier: GPL-2.0
/*
 * Counters by CPU as vcpufreq.ko shows them.  The text may come from a recorded tree,
 * so nothing of it is trusted.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "percpu.h"

static int parse_number(const char **text, char end_mark, __u64 *number)
{
	char *end;

	/* strtoull() would take blanks and a sign. */
	if (**text < '0' || **text > '9')
		return -EINVAL;
	errno = 0;
	*number = strtoull(*text, &end, 10);
	if (errno)
		return -errno;
	if (*end == end_mark)
		end++;
	else if (*end || end_mark != '\n')
		return -EINVAL;
	*text = end;
	return 0;
}

/**
 * pv_percpu_sum - add up what some CPUs have counted
 * @text: lines "CPU COUNT", ascending; the last newline may be missing
 * @cpus: whose counts to add
 * @sum: out: the sum, where there is one
 *
 * Return: 0, -EINVAL (no such lines), -ERANGE (more than 64 bits), -ENODATA (a CPU of
 * @cpus has no line: the kernel cuts lists that are longer than a page).
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

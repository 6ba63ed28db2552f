// SPDX-License-Identifier: GPL-2.0
/*
 * Performance tables: given, or those of the host's CPUs.
 */
#include <err.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

#define GIVE_TABLE	"give a table, as --table 800MHz,1.6GHz"
#define SPACE		" \t\n"

/* Drivers list frequencies in any order, and some list one twice. */
static int by_value(const void *a, const void *b)
{
	const __u32 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static size_t sort(__u32 *table, size_t nr)
{
	size_t i, out = 0;

	qsort(table, nr, sizeof(*table), by_value);
	for (i = 0; i < nr; i++) {
		if (!out || table[out - 1] != table[i])
			table[out++] = table[i];
	}

	return out;
}

static bool read_line(const char *folder, const char *file, char *line, size_t size)
{
	char path[512];
	FILE *in;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	in = fopen(path, "r");
	if (!in)
		return false;
	ok = fgets(line, size, in);
	fclose(in);

	return ok;
}

/* Frequencies of a CPU, or the highest one if its driver has no list. */
static size_t cpu_table(const char *folder, __u32 *table)
{
	char line[4096], *next, *save;
	size_t nr = 0;

	if (!read_line(folder, "scaling_available_frequencies", line, sizeof(line)) &&
	    !read_line(folder, "cpuinfo_max_freq", line, sizeof(line)))
		return 0;

	for (next = strtok_r(line, SPACE, &save); next; next = strtok_r(NULL, SPACE, &save)) {
		__u32 khz = strtoul(next, NULL, 10);

		if (!khz)
			continue;
		if (nr == KVM_PV_MAX_PERF)
			errx(EXIT_FAILURE, "this host has more than %u frequencies: " GIVE_TABLE,
			     KVM_PV_MAX_PERF);
		table[nr++] = khz;
	}

	return sort(table, nr);
}

/* A vCPU can run on any CPU, so all CPUs must offer the same frequencies. */
static __u32 *host_table(size_t *nr)
{
	__u32 *table, other[KVM_PV_MAX_PERF];
	glob_t cpus;
	size_t i;

	table = calloc(KVM_PV_MAX_PERF, sizeof(*table));
	if (!table)
		err(EXIT_FAILURE, "table of the host");

	if (glob(PVHOST_CPU "/cpu[0-9]*/cpufreq", 0, NULL, &cpus))
		errx(EXIT_FAILURE, "this host has no cpufreq driver: " GIVE_TABLE);

	*nr = cpu_table(cpus.gl_pathv[0], table);
	if (!*nr)
		errx(EXIT_FAILURE,
		     "the cpufreq driver of this host reports no frequency: " GIVE_TABLE);

	for (i = 1; i < cpus.gl_pathc; i++) {
		if (cpu_table(cpus.gl_pathv[i], other) != *nr ||
		    memcmp(table, other, *nr * sizeof(*table)))
			errx(EXIT_FAILURE,
			     "the CPUs of this host have different frequencies: " GIVE_TABLE);
	}

	globfree(&cpus);
	return table;
}

/**
 * pvhost_table - a performance table
 * @text: as typed, or "host"
 * @nr: entries
 */
__u32 *pvhost_table(const char *text, size_t *nr)
{
	__u32 *table;
	size_t i;

	if (!strcmp(text, "host"))
		return host_table(nr);

	table = pvhost_freqs("--table", text, nr);
	if (*nr > KVM_PV_MAX_PERF)
		errx(EXIT_FAILURE, "--table: %zu entries are more than %u", *nr, KVM_PV_MAX_PERF);

	for (i = 1; i < *nr; i++) {
		if (table[i] <= table[i - 1])
			errx(EXIT_FAILURE, "--table: %u after %u: entries must ascend",
			     table[i], table[i - 1]);
	}

	return table;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Writes a recording of /dev/pv_exits, from lines of standard input:
 *
 *   info LEVEL SET KHZ EPOCH INVALID        first line
 *   vcpu NOW HALTS TIME PREEMPTIONS TIME    the next vCPU
 *   stat REASON COUNT TIME USERS TIME [BUCKET:COUNT]...
 *   size NAME VALUE                         another size of: info, read, stat; or another number of
 *                                           vCPUs or stats
 *
 * Without buckets the exits are in the one of their mean time.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/pv_exits.h>

#include "userspace/libpv/libpv.h"

#define VCPUS	8
#define STATS	16

static struct pv_exits_info info = { .size = sizeof(info), .nr_reasons = STATS };
static struct pv_exits_read reads[VCPUS];
static struct pv_exits_stat stats[VCPUS][STATS];

/* Sizes and numbers of the recording that can be wrong; 0: the true ones */
static unsigned int info_size, read_size, stat_size, nr_vcpus, nr_stats;

static void add_info(const char *line)
{
	unsigned int level, set, khz, epoch;
	unsigned long long invalid;

	if (sscanf(line, "%u %u %u %u %llu", &level, &set, &khz, &epoch, &invalid) != 5)
		errx(1, "info %s", line);
	info.level = level;
	info.set = set;
	info.khz = khz;
	info.epoch = epoch;
	info.invalid = invalid;
}

static void add_vcpu(const char *line)
{
	struct pv_exits_read *read = &reads[info.nr_vcpus];
	unsigned long long values[5];

	if (info.nr_vcpus == VCPUS || sscanf(line, "%llu %llu %llu %llu %llu", &values[0],
					     &values[1], &values[2], &values[3], &values[4]) != 5)
		errx(1, "vcpu %s", line);
	read->size = sizeof(*read);
	read->stat_size = sizeof(stats[0][0]);
	read->vcpu = info.nr_vcpus++;
	read->vcpu_id = read->vcpu;
	read->now = values[0];
	read->halts = values[1];
	read->halt_time = values[2];
	read->preemptions = values[3];
	read->preempt_time = values[4];
}

static unsigned int bucket(__u64 ticks)
{
	unsigned int n = ticks ? 64 - __builtin_clzll(ticks) : 0;

	return n < PV_EXITS_STAT_BUCKETS ? n : PV_EXITS_STAT_BUCKETS - 1;
}

static void add_stat(char *line)
{
	struct pv_exits_read *read;
	struct pv_exits_stat *stat;
	unsigned long long values[4], count;
	char *word = NULL, *save;
	unsigned int n;
	int reason, used;

	if (!info.nr_vcpus)
		errx(1, "stat before a vCPU: %s", line);
	read = &reads[info.nr_vcpus - 1];
	stat = &stats[info.nr_vcpus - 1][read->nr];
	if (read->nr == STATS ||
	    sscanf(line, "%i %llu %llu %llu %llu%n", &reason, &values[0], &values[1], &values[2],
		   &values[3], &used) != 5)
		errx(1, "stat %s", line);
	read->nr++;
	stat->reason = reason;
	stat->count = values[0];
	stat->time = values[1];
	stat->users = values[2];
	stat->user_time = values[3];
	line[strcspn(line, "\n")] = '\0';
	word = strtok_r(line + used, " ", &save);
	if (!word && stat->count)
		stat->histogram[bucket(stat->time / stat->count)] = stat->count;
	for (; word; word = strtok_r(NULL, " ", &save)) {
		if (sscanf(word, "%u:%llu", &n, &count) != 2 || n >= PV_EXITS_STAT_BUCKETS)
			errx(1, "stat %s", word);
		stat->histogram[n] = count;
	}
}

static void set_size(const char *line)
{
	static const struct {
		const char *name;
		unsigned int *value;
	} sizes[] = {
		{ "info", &info_size }, { "read", &read_size }, { "stat", &stat_size },
		{ "vcpus", &nr_vcpus }, { "stats", &nr_stats },
	};
	char name[16];
	unsigned int value;
	size_t i;

	if (sscanf(line, "%15s %u", name, &value) != 2)
		errx(1, "size %s", line);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		if (!strcmp(name, sizes[i].name))
			*sizes[i].value = value;
}

/* Writes a structure, with zeroes up to a larger size */
static void put(const void *data, size_t len, size_t size)
{
	fwrite(data, len, 1, stdout);
	for (; len < size; len++)
		putchar(0);
}

int main(void)
{
	unsigned int i, n, stored, nr;
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (!strncmp(line, "info ", 5))
			add_info(line + 5);
		else if (!strncmp(line, "vcpu ", 5))
			add_vcpu(line + 5);
		else if (!strncmp(line, "stat ", 5))
			add_stat(line + 5);
		else if (!strncmp(line, "size ", 5))
			set_size(line + 5);
		else
			errx(1, "%s", line);
	}
	nr = info.nr_vcpus;
	if (info_size)
		info.size = info_size;
	if (nr_vcpus)
		info.nr_vcpus = nr_vcpus;
	put(&info, sizeof(info), info.size);
	for (i = 0; i < nr; i++) {
		stored = reads[i].nr;
		if (read_size)
			reads[i].size = read_size;
		if (stat_size)
			reads[i].stat_size = stat_size;
		if (nr_stats)
			reads[i].nr = nr_stats;
		put(&reads[i], sizeof(reads[i]), reads[i].size);
		for (n = 0; n < stored; n++)
			put(&stats[i][n], sizeof(stats[i][0]), reads[i].stat_size);
	}
	return fflush(stdout) ? 1 : 0;
}

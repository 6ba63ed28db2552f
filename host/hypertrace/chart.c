// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms for a terminal.
 */
#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "hypertrace.h"
#include "userspace/libpv/chart.h"

/* Counts of many threads can have more than 32 bits: the largest ones are not exact then. */
static void narrow(const struct row *row, __u32 counts[STATE_BUCKETS])
{
	unsigned int b;

	for (b = 0; b < STATE_BUCKETS; b++)
		counts[b] = row->counts[b] < UINT32_MAX ? row->counts[b] : UINT32_MAX;
}

/**
 * chart_print - print the histogram of a row
 * @row: the row
 * @name: name of the call or of the reason, NULL: it has none
 */
void chart_print(const struct row *row, const char *name)
{
	const bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	struct pv_chart_line lines[PV_CHART_LINES];
	char bar[PV_CHART_BAR_SIZE];
	__u32 counts[STATE_BUCKETS];
	unsigned int i, n;
	__u64 most = 0;

	narrow(row, counts);
	n = pv_chart_lines(counts, lines);
	for (i = 0; i < n; i++)
		most = lines[i].count > most ? lines[i].count : most;

	printf("\nprocess %d, ", row->pid);
	if (row->vcpu_id != STATE_NO_VCPU)
		printf("vCPU %u, ", row->vcpu_id);
	if (name)
		printf("%s:\n", name);
	else
		printf("0x%llx:\n", row->number);
	printf("%10s %10s %10s %6s  DISTRIBUTION\n", "FROM_NS", "TO_NS", "COUNT", "%");
	for (i = 0; i < n; i++) {
		pv_chart_bar(lines[i].count, most, PV_CHART_WIDTH, utf8, bar);
		printf("%10llu %10llu %10llu %6.2f  %s\n", lines[i].low, lines[i].high,
		       lines[i].count, 100.0 * lines[i].count / row->count, bar);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * How the times of sections latency and exits are distributed.
 */
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "userspace/libpv/chart.h"
#include "userspace/libpv/latency.h"
#include "vcpuinfo.h"

static const struct {
	const char *name;
	int flags;
} columns[] = {
	{ "FROM", SCOLS_FL_RIGHT },
	{ "TO", SCOLS_FL_RIGHT },
	{ "COUNT", SCOLS_FL_RIGHT },
	{ "%", SCOLS_FL_RIGHT },
	{ "DISTRIBUTION", 0 },
};

struct json_object *histogram_read(const __u32 *counts, __u32 khz)
{
	struct json_object *list = json_object_new_array(), *o;
	struct pv_chart_line lines[PV_CHART_LINES];
	unsigned int i, n = pv_chart_lines(counts, lines);

	for (i = 0; i < n; i++) {
		o = json_object_new_object();
		fact_u64(o, "low_ns", true, pv_latency_ns(lines[i].low, khz));
		fact_u64(o, "high_ns", true, pv_latency_ns(lines[i].high, khz));
		fact_u64(o, "count", true, lines[i].count);
		json_object_array_add(list, o);
	}
	return list;
}

static __u64 get(struct json_object *o, const char *key)
{
	return json_object_get_uint64(json_object_object_get(o, key));
}

static void print_line(struct libscols_table *table, struct json_object *o, __u64 total,
		       __u64 most)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	char bar[PV_CHART_BAR_SIZE], share[32];

	print_cell(line, 0, json_object_get_string(json_object_object_get(o, "low_ns")));
	print_cell(line, 1, json_object_get_string(json_object_object_get(o, "high_ns")));
	print_cell(line, 2, json_object_get_string(json_object_object_get(o, "count")));
	snprintf(share, sizeof(share), "%.2f", 100.0 * get(o, "count") / total);
	print_cell(line, 3, share);
	pv_chart_bar(get(o, "count"), most, PV_CHART_WIDTH, utf8, bar);
	print_cell(line, 4, bar);
}

void histogram_print(struct json_object *list)
{
	struct libscols_table *table = print_new();
	size_t i, nr = json_object_array_length(list);
	__u64 total = 0, most = 0, count;

	for (i = 0; i < ARRAY_SIZE(columns); i++)
		print_column(table, columns[i].name, columns[i].flags);
	for (i = 0; i < nr; i++) {
		count = get(json_object_array_get_idx(list, i), "count");
		total += count;
		most = count > most ? count : most;
	}
	for (i = 0; i < nr; i++)
		print_line(table, json_object_array_get_idx(list, i), total, most);
	print_end(table);
}

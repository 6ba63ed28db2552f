// SPDX-License-Identifier: GPL-2.0
/*
 * Section exits: the exits of this guest by reason, as the host counts them.
 *
 * The host is not trusted: members that contradict each other are unknown.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/exits/reason.h"
#include "vcpuinfo.h"

const struct column exits_columns[] = {
	{ .key = "vcpu", .flags = COLUMN_RIGHT | COLUMN_SPARSE, .help = "vCPU; --by vcpu" },
	{ .key = "reason", .flags = COLUMN_RIGHT | COLUMN_HEX, .help = "exit reason of KVM" },
	{ .key = "name", .help = "name of the reason" },
	{ .key = "count", .flags = COLUMN_RIGHT, .help = "exits" },
	{ .key = "rate_per_s", .flags = COLUMN_RIGHT | COLUMN_SPARSE,
	  .help = "exits per second; --interval" },
	{ .key = "mean_ns", .flags = COLUMN_RIGHT, .help = "mean time outside the guest" },
	{ .key = "p50_ns", .flags = COLUMN_RIGHT, .help = "half of the exits take no longer" },
	{ .key = "p99_ns", .flags = COLUMN_RIGHT, .help = "99 % of the exits take no longer" },
	{ .key = "user_share", .flags = COLUMN_RIGHT, .help = "part of the time in the VMM" },
	{ .key = "wall_share", .flags = COLUMN_RIGHT | COLUMN_SPARSE,
	  .help = "part of the interval; --interval" },
	{ .key = "share", .flags = COLUMN_RIGHT | COLUMN_BAR,
	  .help = "part of the time of all exits" },
	{}
};

static int take_recorded(struct vcpuinfo *v, struct pv_exits *exits)
{
	size_t len;
	char *bytes = pv_sysfs_read(&v->sysfs, &len, "%s", DUMP_EXITS);
	int err = bytes ? pv_exits_load(bytes, len, exits) : -errno;

	free(bytes);
	return err;
}

static int take_live(struct pv_exits *exits)
{
	int fd = pv_exits_open(), err = fd;

	if (fd >= 0) {
		err = pv_exits_take(fd, exits);
		pv_device_close(fd);
	}
	return err;
}

/**
 * exits_take - read all counters of this or a recorded machine
 * @v: machine
 * @exits: out: the reading, for pv_exits_free() if the result is 0
 *
 * Return: 0 or a negative errno, which exits_trouble() explains.
 */
int exits_take(struct vcpuinfo *v, struct pv_exits *exits)
{
	return v->sysfs.live ? take_live(exits) : take_recorded(v, exits);
}

/**
 * exits_trouble - why there are no counters
 * @v: machine
 * @err: of exits_take()
 *
 * Return: a text with the remedy.
 */
const char *exits_trouble(const struct vcpuinfo *v, int err)
{
	static char text[128];

	if (!v->sysfs.live && err == -ENOENT)
		return "not recorded: record the machine as root while its host counts exits";
	if (!v->sysfs.live)
		return err == -EBADMSG ? DUMP_EXITS ": not a recording of " PV_EXITS_PATH :
		       strerror(-err);
	if ((err == -ENOENT || err == -ENODEV) && note_not_kvm(v)) {
		snprintf(text, sizeof(text), "not available: KVM is needed, and this is %s",
			 note_not_kvm(v));
		return text;
	}
	switch (err) {
	case -ENOENT:
		return PV_EXITS_PATH " does not exist: modprobe pv_exits";
	case -EACCES:
	case -EPERM:
		return PV_EXITS_PATH " needs CAP_SYS_ADMIN: run as root";
	case -ENODEV:
	case -ENODATA:
		return "no counters: on the host, run pvhost attach --telemetry counters";
	}
	snprintf(text, sizeof(text), "%s: %s", PV_EXITS_PATH, strerror(-err));
	return text;
}

/* Converts ticks; false if the result would not fit. */
static bool to_ns(const struct pv_exits *exits, __u64 ticks, __u64 *ns)
{
	const __u32 khz = exits->info.khz;

	return !__builtin_mul_overflow(ticks / khz, NSEC_PER_MSEC, ns) &&
	       !__builtin_add_overflow(*ns, ticks % khz * NSEC_PER_MSEC / khz, ns);
}

static void add_ns(const struct pv_exits *exits, struct json_object *o, const char *key,
		   bool known, __u64 ticks)
{
	__u64 ns = 0;

	known = known && to_ns(exits, ticks, &ns);
	fact_u64(o, key, known, ns);
}

/* In nanoseconds, since a tick can be longer than the rounding of a mean */
static void add_mean(const struct pv_exits *exits, struct json_object *o, bool known,
		     const struct pv_exits_stat *stat, __u64 count)
{
	__u64 ns = 0;

	known = known && count && to_ns(exits, stat->time, &ns);
	fact_u64(o, "mean_ns", known, known ? ns / count : 0);
}

static void add_percentile(const struct pv_exits *exits, struct json_object *o, const char *key,
			   bool known, const struct pv_exits_stat *stat, unsigned int permille)
{
	__u64 ticks = 0;

	known = known && pv_exits_percentile(stat, permille, &ticks);
	add_ns(exits, o, key, known, ticks);
}

static void add_share(struct json_object *o, const char *key, bool known, double part,
		      double whole)
{
	known = known && whole > 0;
	fact_double(o, key, known, 3, known ? part / whole : 0);
}

/* The buckets from the first to the last that is in use */
static struct json_object *make_histogram(const struct pv_exits *exits,
					  const struct pv_exits_stat *stat)
{
	struct json_object *list = json_object_new_array(), *o;
	unsigned int i, first = 0, last = PV_EXITS_STAT_BUCKETS;

	while (first < last && !stat->histogram[first])
		first++;
	while (last > first && !stat->histogram[last - 1])
		last--;
	for (i = first; i < last; i++) {
		o = json_object_new_object();
		add_ns(exits, o, "low_ns", true, i ? 1ULL << (i - 1) : 0);
		add_ns(exits, o, "high_ns", i < PV_EXITS_STAT_BUCKETS - 1, (1ULL << i) - 1);
		fact_u64(o, "count", true, stat->histogram[i]);
		json_object_array_add(list, o);
	}
	return list;
}

static const char *row_name(const struct pv_exits *exits, const struct pv_exits_row *row)
{
	if (row->kind == PV_EXITS_KIND_HALT)
		return "halted";
	if (row->kind == PV_EXITS_KIND_PREEMPTION)
		return "preempted";
	if (row->stat.reason == PV_EXITS_STAT_OTHER)
		return "other";
	return pv_reason_name(exits->info.set, row->stat.reason);
}

static struct json_object *make_row(const struct vcpuinfo *v, const struct pv_exits *exits,
				    const struct pv_exits_row *row, double total)
{
	struct json_object *o = json_object_new_object();
	const struct pv_exits_stat *stat = &row->stat;
	const bool is_exit = row->kind == PV_EXITS_KIND_EXIT, valid = !row->invalid;

	fact_u64(o, "vcpu", v->plan->by_vcpu, row->vcpu);
	fact_u64(o, "reason", is_exit && stat->reason != PV_EXITS_STAT_OTHER, stat->reason);
	fact_string(o, "name", row_name(exits, row));
	fact_u64(o, "count", valid, stat->count);
	fact_double(o, "rate_per_s", valid && row->seconds > 0, 1, stat->count / row->seconds);
	add_mean(exits, o, valid, stat, is_exit ? pv_exits_timed(stat) : stat->count);
	add_percentile(exits, o, "p50_ns", is_exit && valid, stat, 500);
	add_percentile(exits, o, "p99_ns", is_exit && valid, stat, 990);
	add_share(o, "user_share", is_exit && valid, stat->user_time, stat->time);
	add_share(o, "wall_share", valid, stat->time, row->elapsed);
	add_share(o, "share", is_exit && valid, stat->time, total);
	if (v->plan->histogram)
		json_object_object_add(o, "histogram",
				       is_exit && valid ? make_histogram(exits, stat) : NULL);
	return o;
}

static void note_state(struct vcpuinfo *v, const struct pv_exits *exits)
{
	size_t i;

	if (exits->info.level == PV_EXITS_LEVEL_OFF)
		note(v, "exits", "the host counts no exits at present");
	if (exits->info.invalid)
		note(v, "exits", "the module pv_exits found invalid data of the host %llu times",
		     (unsigned long long)exits->info.invalid);
	for (i = 0; i < exits->nr_rows; i++)
		if (exits->rows[i].invalid)
			break;
	if (i < exits->nr_rows)
		note(v, "exits", "some counters of the host contradict each other");
}

/**
 * exits_rows - the rows of a reading, with the longest time first
 * @v: machine
 * @exits: reading; merged unless the rows are those of each vCPU
 *
 * Return: the list.
 */
struct json_object *exits_rows(struct vcpuinfo *v, struct pv_exits *exits)
{
	struct json_object *list = json_object_new_array();
	const struct pv_exits_row *row;
	double total = 0;
	size_t i;

	if (!v->plan->by_vcpu)
		pv_exits_merge(exits);
	pv_exits_sort(exits);
	note_state(v, exits);
	for (i = 0; i < exits->nr_rows; i++)
		if (exits->rows[i].kind == PV_EXITS_KIND_EXIT && !exits->rows[i].invalid)
			total += exits->rows[i].stat.time;
	for (i = 0; i < exits->nr_rows; i++) {
		row = &exits->rows[i];
		if (row->stat.count || row->invalid)
			json_object_array_add(list, make_row(v, exits, row, total));
	}
	return list;
}

struct json_object *exits_read(struct vcpuinfo *v)
{
	struct json_object *list;
	struct pv_exits exits;
	int err;

	err = exits_take(v, &exits);
	if (err) {
		note(v, "exits", "%s", exits_trouble(v, err));
		return NULL;
	}
	list = exits_rows(v, &exits);
	pv_exits_free(&exits);
	return list;
}

/* Prints the histogram of each row that has one. */
void exits_more(struct json_object *facts)
{
	struct json_object *o, *list, *vcpu;
	const char *name;
	size_t i;

	for (i = 0; i < json_object_array_length(facts); i++) {
		o = json_object_array_get_idx(facts, i);
		list = json_object_object_get(o, "histogram");
		if (!list)
			continue;
		vcpu = json_object_object_get(o, "vcpu");
		name = json_object_get_string(json_object_object_get(o, "name"));
		if (name)
			printf("\n%s", name);
		else
			printf("\n0x%llx", (unsigned long long)
			       json_object_get_uint64(json_object_object_get(o, "reason")));
		if (vcpu)
			printf(" of vCPU %s", json_object_get_string(vcpu));
		puts(", in ns:");
		histogram_print(list);
	}
}

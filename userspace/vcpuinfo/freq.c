// SPDX-License-Identifier: GPL-2.0
/*
 * Section freq: each cpufreq policy, and what became of its requests where vcpufreq
 * counts them.
 *
 * Requests leave from a CPU of the policy that they are for, so that the counters of
 * its CPUs are the policy's.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/number.h"
#include "userspace/libpv/percpu.h"
#include "vcpuinfo.h"

const struct column freq_columns[] = {
	{ .key = "policy", .flags = COLUMN_RIGHT, .help = "number of the policy" },
	{ .key = "cpus", .help = "its CPUs, online or not" },
	{ .key = "governor", .help = "cpufreq governor" },
	{ .key = "cur_khz", .flags = COLUMN_RIGHT, .help = "frequency; of vcpufreq: asked for" },
	{ .key = "min_khz", .flags = COLUMN_RIGHT, .help = "least that governors may choose" },
	{ .key = "max_khz", .flags = COLUMN_RIGHT, .help = "greatest, by limits and ceiling" },
	{ .key = "hw_max_khz", .flags = COLUMN_RIGHT, .help = "greatest without either" },
	{ .key = "records", .help = "whether its CPUs share memory with the host" },
	{ .key = "requests", .flags = COLUMN_RIGHT, .help = "requests: all of the next three" },
	{ .key = "exits", .flags = COLUMN_RIGHT, .help = "written to the host's register" },
	{ .key = "elided", .flags = COLUMN_RIGHT, .help = "not passed on: the host knows" },
	{ .key = "lazy", .flags = COLUMN_RIGHT, .help = "left in memory for the host to find" },
	{}
};

static const struct {
	const char *key;
	const char *file;
} khz_files[] = {
	{ "cur_khz", "scaling_cur_freq" },
	{ "min_khz", "scaling_min_freq" },
	{ "max_khz", "scaling_max_freq" },
	{ "hw_max_khz", "cpuinfo_max_freq" },
};

static const char * const counters[] = { "exits", "elided", "lazy" };

/**
 * struct freq_device - what vcpufreq says of all policies
 * @counts: by CPU, as @counters; NULL: not known
 * @shared: the CPUs that share memory with the host
 * @shared_known: whether these are known
 */
struct freq_device {
	char *counts[ARRAY_SIZE(counters)];
	struct pv_cpulist shared;
	bool shared_known;
};

static void read_counts(struct vcpuinfo *v, const char *name, struct freq_device *d)
{
	int error = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		d->counts[i] = pv_sysfs_text(&v->sysfs, DRIVER_DIR "/%s/percpu/%s", name,
					     counters[i]);
		if (!d->counts[i])
			error = errno;
	}
	if (error)
		note(v, "freq", "requests: " DRIVER_DIR "/%s/percpu: %s", name,
		     strerror(error));
}

static void read_records(struct vcpuinfo *v, const char *name, struct freq_device *d)
{
	char *text = pv_sysfs_text(&v->sysfs, DRIVER_DIR "/%s/records", name);
	int error = text ? -pv_cpulist_parse(text, &d->shared) : errno;

	d->shared_known = !error;
	if (error)
		note(v, "freq", "records: " DRIVER_DIR "/%s/records: %s", name,
		     strerror(error));
	free(text);
}

static void free_device(struct freq_device *d)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		free(d->counts[i]);
}

/* A list of CPUs with blanks between them; 0 or a negative errno. */
static int read_cpus(struct vcpuinfo *v, int policy, const char *file,
		     struct pv_cpulist *cpus)
{
	char *text = pv_sysfs_text(&v->sysfs, POLICY_DIR "/policy%d/%s", policy, file), *p;
	int error;

	*cpus = (struct pv_cpulist){};
	if (!text)
		return -errno;
	for (p = text; *p; p++)
		if (*p == ' ')
			*p = ',';
	error = pv_cpulist_parse(text, cpus);
	/* As later kernels answer where there is none */
	if (!error && pv_cpulist_next(cpus, -1) < 0)
		error = -EBUSY;
	free(text);
	return error;
}

static void add_cpus(struct json_object *o, const struct pv_cpulist *cpus)
{
	char *text = pv_cpulist_text(cpus);

	if (!text)
		err(failure, "freq");
	fact_string(o, "cpus", text);
	free(text);
}

static void add_files(struct vcpuinfo *v, struct json_object *o, int policy)
{
	char path[128];
	size_t i;

	snprintf(path, sizeof(path), POLICY_DIR "/policy%d/scaling_governor", policy);
	fact_file(v, o, "governor", path);
	for (i = 0; i < ARRAY_SIZE(khz_files); i++) {
		snprintf(path, sizeof(path), POLICY_DIR "/policy%d/%s", policy,
			 khz_files[i].file);
		fact_file_u64(v, o, khz_files[i].key, path);
	}
}

/*
 * Read one after the other, requests and the rest would differ by what was asked for
 * meanwhile.  Their sum is what the driver shows as well.
 */
static void add_counters(struct vcpuinfo *v, struct json_object *o, int policy,
			 const struct freq_device *d, const struct pv_cpulist *cpus)
{
	__u64 counts[ARRAY_SIZE(counters)] = {}, sum = 0;
	bool known[ARRAY_SIZE(counters)], all = true;
	size_t i;
	int error;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		error = 0;
		/* No CPUs, no counts: their sum would be 0. */
		known[i] = d->counts[i] && pv_cpulist_next(cpus, -1) >= 0;
		if (known[i]) {
			error = pv_percpu_sum(d->counts[i], cpus, &counts[i]);
			known[i] = !error;
		}
		if (error)
			note(v, "freq", "%s of policy %d: %s", counters[i], policy,
			     error == -ENODATA ? "the kernel's list ends before its CPUs" :
			     strerror(-error));
		if (!known[i] || __builtin_add_overflow(sum, counts[i], &sum))
			all = false;
	}
	fact_u64(o, "requests", all, sum);
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		fact_u64(o, counters[i], known[i], counts[i]);
}

static struct json_object *make_row(struct vcpuinfo *v, int policy,
				    const struct freq_device *d)
{
	struct json_object *o = json_object_new_object();
	struct pv_cpulist cpus, online;
	int error, offline;

	error = read_cpus(v, policy, "related_cpus", &cpus);
	offline = read_cpus(v, policy, "affected_cpus", &online);
	if (error || offline)
		note(v, "freq", "CPUs of policy %d: %s", policy,
		     offline == -EBUSY ? "all are offline" :
		     strerror(error ? -error : -offline));

	fact_u64(o, "policy", true, policy);
	if (error)
		fact_string(o, "cpus", NULL);
	else
		add_cpus(o, &cpus);
	add_files(v, o, policy);
	fact_bool(o, "records", d->shared_known && !offline,
		  pv_cpulist_covers(&d->shared, &online));
	add_counters(v, o, policy, d, &cpus);
	return o;
}

/* The numbers of all policies: each is that of a CPU; 0 or a negative errno. */
static int find_policies(struct vcpuinfo *v, struct pv_cpulist *policies)
{
	const size_t prefix = strlen("policy");
	struct dirent *e;
	__u64 number;
	DIR *dir;

	*policies = (struct pv_cpulist){};
	dir = pv_sysfs_dir(&v->sysfs, POLICY_DIR);
	if (!dir)
		return -errno;
	while ((e = readdir(dir)))
		if (!strncmp(e->d_name, "policy", prefix) &&
		    !pv_number_parse(e->d_name + prefix, &number) && number < PV_CPULIST_MAX)
			pv_cpulist_add(policies, number);
	closedir(dir);
	return 0;
}

/* Why a policy has no counters: its driver is not ours. */
static void note_driver(struct vcpuinfo *v, int policy)
{
	char *driver = pv_sysfs_text(&v->sysfs, POLICY_DIR "/policy%d/scaling_driver", policy);

	note(v, "freq", "records, requests: known of the driver vcpufreq alone; this one is %s",
	     driver && *driver ? driver : "not known");
	free(driver);
}

struct json_object *freq_read(struct vcpuinfo *v)
{
	struct pv_cpulist policies;
	struct json_object *list;
	struct freq_device d = {};
	char *device;
	int i, error;

	error = find_policies(v, &policies);
	if (error || pv_cpulist_next(&policies, -1) < 0) {
		note_no_driver(v, "freq");
		return error ? NULL : json_object_new_array();
	}
	device = vcpufreq_device(v);
	if (device) {
		read_counts(v, device, &d);
		read_records(v, device, &d);
		free(device);
	} else {
		note_driver(v, pv_cpulist_next(&policies, -1));
	}
	list = json_object_new_array();
	for (i = pv_cpulist_next(&policies, -1); i >= 0; i = pv_cpulist_next(&policies, i))
		json_object_array_add(list, make_row(v, i, &d));
	free_device(&d);
	return list;
}

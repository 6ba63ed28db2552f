// SPDX-License-Identifier: GPL-2.0
/*
 * Section cpufreq: the driver, and each policy with the counters of its requests if the driver
 * is vcpufreq.
 *
 * A CPU of the policy sends its requests, so that the counters of its CPUs are those of the
 * policy.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

const struct column cpufreq_fields[] = {
	{ .key = "driver", .help = "cpufreq driver in use" },
	{ .key = "governors", .help = "available governors" },
	{ .key = "device", .help = "device of the driver vcpufreq" },
	{ .key = "described_by", .help = "description of the device: device-tree, acpi, ..." },
	{ .key = "requests", .help = "all requests since the driver was bound" },
	{ .key = "register_writes", .help = "requests written to the host's register" },
	{}
};

const struct column cpufreq_columns[] = {
	{ .key = "policy", .flags = COLUMN_RIGHT, .help = "number of the policy" },
	{ .key = "cpus", .help = "its CPUs, online or not" },
	{ .key = "governor", .help = "cpufreq governor" },
	{ .key = "cur_khz", .flags = COLUMN_RIGHT, .help = "frequency; of vcpufreq: the request" },
	{ .key = "min_khz", .flags = COLUMN_RIGHT, .help = "lower limit of governors" },
	{ .key = "max_khz", .flags = COLUMN_RIGHT, .help = "upper limit, with the host's cap" },
	{ .key = "hw_max_khz", .flags = COLUMN_RIGHT, .help = "highest frequency of the table" },
	{ .key = "shared_mem", .help = "its CPUs share memory with the host" },
	{ .key = "requests", .flags = COLUMN_RIGHT, .help = "sum of the next three" },
	{ .key = "register_writes", .flags = COLUMN_RIGHT,
	  .help = "requests written to the host's register" },
	{ .key = "suppressed", .flags = COLUMN_RIGHT,
	  .help = "requests not sent: the host had the same value" },
	{ .key = "deferred", .flags = COLUMN_RIGHT,
	  .help = "requests stored in shared memory" },
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

#define COUNTERS	"requests register_writes suppressed deferred"

/* Keys, and names in sysfs */
static const char *const counters[] = { "register_writes", "suppressed", "deferred" };

/**
 * struct device - attributes of the vcpufreq device
 * @counts: by CPU, as @counters; NULL: not known
 * @shared: CPUs that have records in shared pages
 * @shared_known: @shared is valid
 */
struct device {
	char *counts[ARRAY_SIZE(counters)];
	struct pv_cpulist shared;
	bool shared_known;
};

static void read_counts(struct vcpuinfo *v, const char *name, struct device *d)
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
		note(v, "cpufreq", "requests: " DRIVER_DIR "/%s/percpu: %s", name,
		     strerror(error));
}

static void read_shared(struct vcpuinfo *v, const char *name, struct device *d)
{
	char *text = pv_sysfs_text(&v->sysfs, DRIVER_DIR "/%s/shared_mem", name);
	int error = text ? -pv_cpulist_parse(text, &d->shared) : errno;

	d->shared_known = !error;
	if (error)
		note(v, "cpufreq", "shared_mem: " DRIVER_DIR "/%s/shared_mem: %s", name,
		     strerror(error));
	free(text);
}

static void free_device(struct device *d)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		free(d->counts[i]);
}

/* Reads a list of CPUs, separated by blanks.  Returns 0 or a negative errno. */
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
	/* Later kernels return this error if the list is empty. */
	if (!error && pv_cpulist_next(cpus, -1) < 0)
		error = -EBUSY;
	free(text);
	return error;
}

static void add_cpus(struct json_object *o, const struct pv_cpulist *cpus)
{
	char *text = pv_cpulist_text(cpus);

	if (!text)
		err(STATUS_ERROR, "cpufreq");
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
 * The attribute requests is not read: it would include requests that were sent after the other
 * counters were read.  The driver shows their sum too.
 */
static void add_counters(struct vcpuinfo *v, struct json_object *o, int policy,
			 const struct device *d, const struct pv_cpulist *cpus)
{
	__u64 counts[ARRAY_SIZE(counters)] = {}, sum = 0;
	bool known[ARRAY_SIZE(counters)], all = true;
	size_t i;
	int error;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		error = 0;
		/* Without CPUs the sum would be 0. */
		known[i] = d->counts[i] && pv_cpulist_next(cpus, -1) >= 0;
		if (known[i]) {
			error = pv_percpu_sum(d->counts[i], cpus, &counts[i]);
			known[i] = !error;
		}
		if (error)
			note(v, "cpufreq", "%s of policy %d: %s", counters[i], policy,
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
				    const struct device *d)
{
	struct json_object *o = json_object_new_object();
	struct pv_cpulist cpus, online;
	int error, offline;

	error = read_cpus(v, policy, "related_cpus", &cpus);
	offline = read_cpus(v, policy, "affected_cpus", &online);
	if (error || offline)
		note(v, "cpufreq", "CPUs of policy %d: %s", policy,
		     offline == -EBUSY ? "all are offline" :
		     strerror(error ? -error : -offline));

	fact_u64(o, "policy", true, policy);
	if (error)
		fact_string(o, "cpus", NULL);
	else
		add_cpus(o, &cpus);
	add_files(v, o, policy);
	fact_bool(o, "shared_mem", d->shared_known && !offline,
		  pv_cpulist_covers(&d->shared, &online));
	add_counters(v, o, policy, d, &cpus);
	return o;
}

/* Finds the numbers of all policies, which are CPU numbers.  Returns 0 or a negative errno. */
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

/*
 * The first entry of a directory, by name, that begins with @prefix and has a @file
 * in it; NULL if no entry has one.
 */
static char *find_entry(struct vcpuinfo *v, const char *path, const char *prefix,
			const char *file)
{
	char *found = NULL, *text;
	struct dirent *e;
	DIR *dir;

	dir = pv_sysfs_dir(&v->sysfs, path);
	if (!dir)
		return NULL;
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.' || strncmp(e->d_name, prefix, strlen(prefix)))
			continue;
		if (found && strcmp(found, e->d_name) < 0)
			continue;
		text = pv_sysfs_text(&v->sysfs, "%s/%s/%s", path, e->d_name, file);
		if (!text)
			continue;
		free(text);
		free(found);
		found = strdup(e->d_name);
	}
	closedir(dir);
	return found;
}

/* The contents of @file of the first policy that has it, for free(), or NULL */
char *cpufreq_text(struct vcpuinfo *v, const char *file)
{
	char *policy = find_entry(v, POLICY_DIR, "policy", file), *text = NULL;

	if (policy)
		text = pv_sysfs_text(&v->sysfs, POLICY_DIR "/%s/%s", policy, file);
	free(policy);
	return text;
}

static void add_driver(struct vcpuinfo *v, struct json_object *o, const char *device)
{
	char *driver = cpufreq_text(v, "scaling_driver");
	char *governors = cpufreq_text(v, "scaling_available_governors");
	char path[PATH_MAX];
	size_t i;
	static const struct {
		const char *key;
		const char *file;
	} files[] = {
		{ "requests", "requests" },
		{ "register_writes", "register_writes" },
	};

	fact_string(o, "driver", driver);
	json_object_object_add(o, "governors", fact_words(governors, "\n "));
	fact_string(o, "device", device);
	snprintf(path, sizeof(path), DRIVER_DIR "/%s/source", device ? device : "");
	fact_file(v, o, "described_by", device ? path : "");
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), DRIVER_DIR "/%s/%s", device ? device : "",
			 files[i].file);
		fact_file_u64(v, o, files[i].key, device ? path : "");
	}
	free(governors);
	free(driver);
}

/* A policy of another driver has no counters. */
static void note_driver(struct vcpuinfo *v, struct json_object *o)
{
	const char *driver = json_object_get_string(json_object_object_get(o, "driver"));

	note(v, "cpufreq",
	     "shared_mem, requests: known of the driver vcpufreq alone; this one is %s",
	     driver && *driver ? driver : "not known");
}

static struct json_object *read_policies(struct vcpuinfo *v, const char *name,
					 const struct pv_cpulist *policies)
{
	struct json_object *list = json_object_new_array();
	struct device d = {};
	int i;

	if (name && note_wanted(v, COUNTERS))
		read_counts(v, name, &d);
	if (name && note_wanted(v, "shared_mem"))
		read_shared(v, name, &d);
	for (i = pv_cpulist_next(policies, -1); i >= 0; i = pv_cpulist_next(policies, i))
		json_object_array_add(list, make_row(v, i, &d));
	free_device(&d);
	return list;
}

struct json_object *cpufreq_read(struct vcpuinfo *v)
{
	struct json_object *o = json_object_new_object(), *list = NULL;
	char *device = find_entry(v, DRIVER_DIR, "", "source");
	struct pv_cpulist policies;
	int error;

	add_driver(v, o, device);
	error = find_policies(v, &policies);
	if (error || pv_cpulist_next(&policies, -1) < 0)
		note_no_driver(v, "cpufreq");
	else if (!device && note_wanted(v, COUNTERS " shared_mem"))
		note_driver(v, o);
	if (!error)
		list = read_policies(v, device, &policies);
	json_object_object_add(o, "policies", list);
	free(device);
	return o;
}

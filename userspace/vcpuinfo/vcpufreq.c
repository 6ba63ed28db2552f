// SPDX-License-Identifier: GPL-2.0
/*
 * Section vcpufreq: the cpufreq driver, and the device where it is ours.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

const struct column vcpufreq_columns[] = {
	{ .key = "driver", .help = "cpufreq driver in use" },
	{ .key = "device", .help = "device that vcpufreq is bound to" },
	{ .key = "source", .help = "what described the device: device-tree or acpi" },
	{ .key = "requests", .help = "requests sent to the host by its register" },
	{ .key = "governors", .help = "governors that can be chosen" },
	{}
};

/*
 * The first entry of a directory, by name, that begins with @prefix and has a @file
 * in it; NULL where there is none.
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

/* Name of the device that vcpufreq is bound to, for free(), or NULL. */
char *vcpufreq_device(struct vcpuinfo *v)
{
	return find_entry(v, DRIVER_DIR, "", "source");
}

static void add_policy(struct vcpuinfo *v, struct json_object *o)
{
	char *policy = find_entry(v, POLICY_DIR, "policy", "scaling_driver");
	char *driver = NULL;

	if (policy)
		driver = pv_sysfs_text(&v->sysfs, POLICY_DIR "/%s/scaling_driver", policy);
	if (!driver)
		note_no_driver(v, "vcpufreq");
	fact_string(o, "driver", driver);
	free(driver);
	free(policy);
}

/*
 * What a host counts as well.  A driver that shares memory with the host counts what
 * else was asked for, so that what went by register has a file of its own.
 */
static const char *requests_file(struct vcpuinfo *v, const char *device)
{
	char *text = pv_sysfs_text(&v->sysfs, DRIVER_DIR "/%s/exits", device);
	const char *file = text ? "exits" : "requests";

	free(text);
	return file;
}

static void add_device(struct vcpuinfo *v, struct json_object *o)
{
	char *device = vcpufreq_device(v);
	char source[PATH_MAX] = "", requests[PATH_MAX] = "";

	if (device) {
		snprintf(source, sizeof(source), DRIVER_DIR "/%s/source", device);
		snprintf(requests, sizeof(requests), DRIVER_DIR "/%s/%s", device,
			 requests_file(v, device));
	}
	fact_string(o, "device", device);
	fact_file(v, o, "source", source);
	fact_file_u64(v, o, "requests", requests);
	free(device);
}

static void add_governors(struct vcpuinfo *v, struct json_object *o)
{
	char *policy = find_entry(v, POLICY_DIR, "policy", "scaling_available_governors");
	char *text = NULL;

	if (policy)
		text = pv_sysfs_text(&v->sysfs,
				     POLICY_DIR "/%s/scaling_available_governors", policy);
	json_object_object_add(o, "governors", fact_words(text, "\n "));
	free(text);
	free(policy);
}

struct json_object *vcpufreq_read(struct vcpuinfo *v)
{
	struct json_object *o = json_object_new_object();

	add_policy(v, o);
	add_device(v, o);
	add_governors(v, o);
	return o;
}

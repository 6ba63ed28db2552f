/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control groups of version 2, for tests of what a VM is charged.
 */
#ifndef _SELFTESTS_HOST_CGROUP_H
#define _SELFTESTS_HOST_CGROUP_H

#include <sys/mount.h>
#include <sys/stat.h>

#include "vm.h"

#define CGROUPS		"/run/pv-cgroups"

static inline void cgroup_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	vm_must(fd >= 0 && write(fd, text, strlen(text)) == strlen(text), path);
	close(fd);
}

/* @name: of a cgroup below the root */
static inline void cgroup_move(pid_t pid, const char *name)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), CGROUPS "/%s/cgroup.procs", name);
	snprintf(text, sizeof(text), "%d", pid);
	cgroup_write(path, text);
}

/* Memory in kB that the kernel has charged to a cgroup, or 0 */
static inline long cgroup_kernel_kb(const char *name)
{
	char path[128], line[128];
	long bytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), CGROUPS "/%s/memory.stat", name);
	file = fopen(path, "re");
	while (file && !bytes && fgets(line, sizeof(line), file))
		sscanf(line, "kernel %ld", &bytes);
	if (file)
		fclose(file);
	return bytes / 1024;
}

/* The kernel brings the statistics up to date every two seconds. */
static inline bool cgroup_soon_charged(const char *name, long min_kb, long max_kb)
{
	long kb = 0;
	int i;

	for (i = 0; i < 100; i++) {
		kb = cgroup_kernel_kb(name);
		if (kb >= min_kb && kb <= max_kb)
			return true;
		usleep(100000);
	}
	ksft_print_msg("%s: %ld kB, not %ld to %ld\n", name, kb, min_kb, max_kb);
	return false;
}

static inline bool cgroup_soon_removed(const char *path)
{
	int i;

	for (i = 0; i < 500 && rmdir(path); i++)
		usleep(10000);
	return access(path, F_OK);
}

/* Mounts the hierarchy, with the controllers of @controllers for the groups. */
static inline void cgroup_mount(const char *controllers)
{
	vm_must(!mkdir(CGROUPS, 0755) || errno == EEXIST, CGROUPS);
	if (mount("none", CGROUPS, "cgroup2", 0, NULL)) {
		if (errno == ENODEV)
			ksft_exit_skip("this kernel lacks CONFIG_CGROUPS\n");
		ksft_exit_fail_msg("cgroup2: %s\n", strerror(errno));
	}
	cgroup_write(CGROUPS "/cgroup.subtree_control", controllers);
}

/* All groups are removed. */
static inline void cgroup_umount(void)
{
	vm_must(!umount(CGROUPS) && !rmdir(CGROUPS), "umount");
}

#endif /* _SELFTESTS_HOST_CGROUP_H */

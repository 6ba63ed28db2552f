/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The thread of kvm_pv that applies the requests of a VM.
 */
#ifndef _SELFTESTS_HOST_WORKER_H
#define _SELFTESTS_HOST_WORKER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

static inline bool worker_comm_is(const char *pid, const char *name)
{
	char path[280], comm[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(comm, sizeof(comm), file))
		comm[0] = '\0';
	fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	return !strcmp(comm, name);
}

/* Returns the thread of kvm_pv for a VM, or 0. */
static inline pid_t worker_find(pid_t vmm)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	char name[32];
	pid_t tid = 0;

	vm_must(dir, "/proc");
	snprintf(name, sizeof(name), "kvm_pv-%d", vmm);
	while (!tid && (entry = readdir(dir))) {
		if (worker_comm_is(entry->d_name, name))
			tid = atoi(entry->d_name);
	}
	closedir(dir);
	return tid;
}

/* ns that a thread has run */
static inline unsigned long long worker_runtime(pid_t tid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", tid);
	file = fopen(path, "re");
	vm_must(file && fscanf(file, "%llu", &ns) == 1, path);
	fclose(file);
	return ns;
}

#endif /* _SELFTESTS_HOST_WORKER_H */

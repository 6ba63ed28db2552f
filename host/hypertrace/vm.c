// SPDX-License-Identifier: GPL-2.0
/*
 * A process that has a VM.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hypertrace.h"

#define VM_LINK	"anon_inode:kvm-vm"

/**
 * vm_check - ends the program where a process has no VM
 * @pid: the process, 0: none is meant
 */
void vm_check(pid_t pid)
{
	char path[64], link[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	ssize_t len;
	DIR *dir;

	if (!pid)
		return;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		errx(EXIT_FAILURE, "process %d does not exist", pid);
	if (!dir)
		errx(EXIT_FAILURE, "no permission to look into process %d: run as root", pid);

	while (!found && (entry = readdir(dir))) {
		len = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
		if (len < 0)
			continue;
		link[len] = '\0';
		found = !strcmp(link, VM_LINK);
	}
	closedir(dir);

	if (!found)
		errx(EXIT_FAILURE, "process %d has no KVM VM open", pid);
}

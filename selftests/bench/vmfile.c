// SPDX-License-Identifier: GPL-2.0
/*
 * vmfile PID COMMAND...: runs a command with the VM of process PID as file descriptor 3.
 */
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VM_LINK		"anon_inode:kvm-vm"
#define VM_FD		3

/*
 * Return the lowest file descriptor that is a VM, or -1.  QEMU temporarily opens a second VM
 * to test the CPU.
 */
static int find(const char *pid)
{
	char path[64], link[PATH_MAX];
	struct dirent *entry;
	int fd, lowest = -1;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	if (!dir)
		err(EXIT_FAILURE, "%s", path);

	while ((entry = readdir(dir))) {
		len = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
		if (len < 0)
			continue;
		link[len] = '\0';
		fd = atoi(entry->d_name);
		if (!strcmp(link, VM_LINK) && (lowest < 0 || fd < lowest))
			lowest = fd;
	}
	closedir(dir);
	return lowest;
}

int main(int argc, char **argv)
{
	int pidfd, fd;

	if (argc < 3)
		errx(EXIT_FAILURE, "usage: vmfile PID COMMAND...");

	pidfd = syscall(SYS_pidfd_open, atoi(argv[1]), 0);
	if (pidfd < 0)
		err(EXIT_FAILURE, "process %s", argv[1]);

	fd = find(argv[1]);
	if (fd < 0)
		errx(EXIT_FAILURE, "process %s has no VM", argv[1]);

	fd = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (fd < 0)
		err(EXIT_FAILURE, "VM of process %s", argv[1]);

	/*
	 * A descriptor of pidfd_getfd(2) is closed on execve(2), a duplicate is not.  dup2() of
	 * VM_FD to itself would make no duplicate.
	 */
	if (fd == VM_FD)
		fd = dup(fd);
	if (fd < 0 || dup2(fd, VM_FD) < 0)
		err(EXIT_FAILURE, "file descriptor %d", VM_FD);
	execvp(argv[2], argv + 2);
	err(EXIT_FAILURE, "%s", argv[2]);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Common functions of the tests of /sys/hypervisor/pv.
 */
#ifndef _SELFTEST_HYPERVISOR_SYSFS_H
#define _SELFTEST_HYPERVISOR_SYSFS_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DIR_PV		"/sys/hypervisor/pv/"

/* Reads all of a small file; returns its length or a negative errno. */
static inline int read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, buf + len, size - 1 - len);
		if (n > 0)
			len += n;
	} while (n > 0 && len < size - 1);
	n = n < 0 ? -errno : (ssize_t)len;
	close(fd);
	buf[len] = '\0';
	return n;
}

#endif /* _SELFTEST_HYPERVISOR_SYSFS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of /dev/pv_hypercall have in common.
 */
#ifndef _SELFTEST_HYPERCALL_DEVICE_H
#define _SELFTEST_HYPERCALL_DEVICE_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/pv_hypercall.h>
#include <pv/hypercall.h>

#define DEVICE		"/dev/pv_hypercall"

#if defined(__aarch64__)
#define NOT_SUPPORTED	(-PV_ENOSYS_ARM64)
#else
#define NOT_SUPPORTED	(-PV_ENOSYS_X86)
#endif

/* Returns 0 or the errno, which is easier to compare than two values. */
static inline int try_ioctl(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? errno : 0;
}

static inline int run_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? errno : 0;
}

static inline int set_online(unsigned int cpu, int online)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (write(fd, online ? "1" : "0", 1) != 1)
		err = errno;
	close(fd);
	return err;
}

#endif /* _SELFTEST_HYPERCALL_DEVICE_H */

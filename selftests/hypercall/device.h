/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Common functions of the tests of /dev/pv_hypercall.
 */
#ifndef _SELFTEST_HYPERCALL_DEVICE_H
#define _SELFTEST_HYPERCALL_DEVICE_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/pv_hypercall.h>
#include <pv/hypercall.h>

#define DEVICE		"/dev/pv_hypercall"

/* Every KVM supports HARMLESS, which has no effect; FORBIDDEN writes to an address. */
#if defined(__aarch64__)
#define NOT_SUPPORTED	(-PV_ENOSYS_ARM64)
#define HARMLESS	0x80000000ULL		/* SMCCC_VERSION */
#define FORBIDDEN	0xc6000003ULL		/* KVM MEM_SHARE */
#else
#define NOT_SUPPORTED	(-PV_ENOSYS_X86)
#define HARMLESS	1ULL			/* KVM_HC_VAPIC_POLL_IRQ */
#define FORBIDDEN	9ULL			/* KVM_HC_CLOCK_PAIRING */
#endif

#define DECLARE_BATCH(name, list, n)				\
	struct pv_hypercall_batch name = {			\
		.size = sizeof(name),				\
		.cpu = PV_HYPERCALL_ANY_CPU,			\
		.count = (n),					\
		.entries = (uintptr_t)(list),			\
		.entry_size = sizeof(struct pv_hypercall_entry),	\
	}

/* Returns 0 or the errno, for comparison with one value */
static inline int try_ioctl(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? errno : 0;
}

/* Of the calling thread */
static inline int drop_cap_sys_admin(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &head, caps))
		return errno;
	caps[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
	return syscall(SYS_capset, &head, caps) ? errno : 0;
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

/*
 * Takes CPU 1 offline while a child makes calls on it, and waits for the child.  Kills the
 * child if the CPU stays online.  Returns 0 or an errno.
 */
static inline int end_by_offline(pid_t child, useconds_t after, int *status)
{
	int err;

	usleep(after);
	err = set_online(1, 0);
	if (err)
		kill(child, SIGKILL);
	if (waitpid(child, status, 0) != child)
		return errno;
	return err;
}

#endif /* _SELFTEST_HYPERCALL_DEVICE_H */

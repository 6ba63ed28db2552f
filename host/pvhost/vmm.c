// SPDX-License-Identifier: GPL-2.0
/*
 * A running VMM: its VM is taken by pidfd_getfd(2), so that it need not know.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "pvhost.h"

#define VM_LINK		"anon_inode:kvm-vm"
#define VCPU_LINK	"anon_inode:kvm-vcpu:"

#define POLL_MS		20
/* A VMM creates its vCPUs one after the other; so long without a new one is all. */
#define SETTLE_MS	500

/* Ids of vCPUs that a scan counts; more than any KVM has. */
#define MAX_VCPU_ID	65536

/**
 * struct scan - file descriptors of a process
 * @vm_fd: lowest one that is a VM, -1: none.  The lowest, as QEMU makes and closes
 *         a second VM to try the CPU with
 * @nr_vcpus: vCPUs
 */
struct scan {
	int vm_fd;
	unsigned int nr_vcpus;
};

static void count_vcpu(struct scan *scan, __u8 *seen, const char *id_text)
{
	unsigned long id = strtoul(id_text, NULL, 10);

	/* A vCPU may be open more than once. */
	if (id < MAX_VCPU_ID && !seen[id]) {
		seen[id] = 1;
		scan->nr_vcpus++;
	}
}

static void scan_fds(pid_t pid, struct scan *scan)
{
	char path[64], link[PATH_MAX];
	static __u8 seen[MAX_VCPU_ID];
	struct dirent *entry;
	ssize_t len;
	DIR *dir;

	scan->vm_fd = -1;
	scan->nr_vcpus = 0;
	memset(seen, 0, sizeof(seen));

	snprintf(path, sizeof(path), PVHOST_PROC "/%d/fd", pid);
	dir = opendir(path);
	if (!dir) {
		if (errno == EACCES || errno == EPERM)
			errx(EXIT_FAILURE,
			     "no permission to look into process %d: run as root, with CAP_SYS_PTRACE",
			     pid);
		errx(EXIT_FAILURE, "process %d has ended", pid);
	}

	while ((entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		len = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
		if (len < 0)
			continue;
		link[len] = '\0';

		if (!strcmp(link, VM_LINK) && (scan->vm_fd < 0 || fd < scan->vm_fd))
			scan->vm_fd = fd;
		else if (!strncmp(link, VCPU_LINK, strlen(VCPU_LINK)))
			count_vcpu(scan, seen, link + strlen(VCPU_LINK));
	}
	closedir(dir);
}

static unsigned int now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nap(void)
{
	const struct timespec nap = { .tv_nsec = POLL_MS * 1000000L };

	nanosleep(&nap, NULL);
}

static void wait_for_vm(pid_t pid, struct scan *scan, unsigned int timeout_ms)
{
	unsigned int start = now_ms();

	for (scan_fds(pid, scan); scan->vm_fd < 0; scan_fds(pid, scan)) {
		if (!timeout_ms)
			errx(EXIT_FAILURE, "process %d has no KVM VM open", pid);
		if (now_ms() - start >= timeout_ms)
			errx(EXIT_FAILURE,
			     "process %d has no KVM VM open (waited %g s; see --timeout)",
			     pid, timeout_ms / 1000.0);
		nap();
	}
}

static void wait_for_vcpus(pid_t pid, struct scan *scan, unsigned int timeout_ms)
{
	unsigned int start = now_ms(), changed = start, nr = scan->nr_vcpus;

	for (;;) {
		nap();
		scan_fds(pid, scan);

		if (scan->nr_vcpus != nr) {
			nr = scan->nr_vcpus;
			changed = now_ms();
		} else if (nr && now_ms() - changed >= SETTLE_MS) {
			return;
		}

		if (now_ms() - start >= timeout_ms + SETTLE_MS)
			errx(EXIT_FAILURE,
			     "process %d has %u vCPUs and may get more: give their number by --vcpus",
			     pid, nr);
	}
}

static bool is_vm(int fd)
{
	char path[64], link[PATH_MAX];
	ssize_t len;

	snprintf(path, sizeof(path), PVHOST_PROC "/self/fd/%d", fd);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		return false;
	link[len] = '\0';

	return !strcmp(link, VM_LINK);
}

/**
 * pvhost_vmm_take - take the VM of a process again
 * @vmm: the process, and which VM
 *
 * Returns a file descriptor, which keeps the VM until it is closed, or -1 and errno: EBADF or
 * ESRCH where the VM has ended.  It may be that of another VM that has come to be since.
 */
int pvhost_vmm_take(const struct pvhost_vmm *vmm)
{
	int fd = syscall(SYS_pidfd_getfd, vmm->pidfd, vmm->number, 0);

	if (fd >= 0 && !is_vm(fd)) {
		close(fd);
		errno = EBADF;
		return -1;
	}

	return fd;
}

/**
 * pvhost_vmm_open - take the VM of a process
 * @vmm: what is found
 * @pid: the process
 * @pidfd: file descriptor of the process, -1: open one
 * @want_vcpus: count vCPUs
 * @timeout_ms: milliseconds to wait for the VM, which a VMM makes a while after its start
 */
void pvhost_vmm_open(struct pvhost_vmm *vmm, pid_t pid, int pidfd, bool want_vcpus,
		     unsigned int timeout_ms)
{
	struct scan scan;

	/* Opened first: afterwards @pidfd cannot become another process. */
	if (pidfd < 0)
		pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0 && (errno == ESRCH || errno == EINVAL))
		errx(EXIT_FAILURE, "process %d does not exist", pid);
	if (pidfd < 0)
		err(EXIT_FAILURE, "process %d", pid);

	wait_for_vm(pid, &scan, timeout_ms);
	if (want_vcpus)
		wait_for_vcpus(pid, &scan, timeout_ms);

	vmm->pid = pid;
	vmm->pidfd = pidfd;
	vmm->number = scan.vm_fd;
	vmm->nr_vcpus = scan.nr_vcpus;

	vmm->vm_fd = pvhost_vmm_take(vmm);
	if (vmm->vm_fd < 0 && errno == EPERM)
		errx(EXIT_FAILURE,
		     "no permission to take the VM of process %d: run as root, with CAP_SYS_PTRACE",
		     pid);
	if (vmm->vm_fd < 0 && (errno == ESRCH || errno == EBADF))
		errx(EXIT_FAILURE, "process %d, or its VM, has ended", pid);
	if (vmm->vm_fd < 0)
		err(EXIT_FAILURE, "VM of process %d", pid);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page of guest memory that its VMM does not provide: a vCPU that accesses it waits.
 */
#ifndef _SELFTESTS_HOST_MISSING_H
#define _SELFTESTS_HOST_MISSING_H

#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/syscall.h>

#include "vm.h"

#define MISSING_SLOT	2
#define MISSING_GPA	(VM_MEM_BASE + 0x200000ULL)

/**
 * struct missing - a page of guest memory that its VMM does not provide
 * @uffd: userfaultfd
 * @at: address in this process
 */
struct missing {
	int uffd;
	char *at;
};

static inline void missing_create(struct missing *missing, struct vm *vm)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range.len = VM_PAGE, .mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	missing->uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (missing->uffd < 0)
		ksft_exit_skip("no userfaultfd: %s\n", strerror(errno));
	vm_must(!ioctl(missing->uffd, UFFDIO_API, &api), "UFFDIO_API");
	missing->at = mmap(NULL, VM_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);
	vm_must(missing->at != MAP_FAILED, "mmap");
	range.range.start = (uintptr_t)missing->at;
	vm_must(!ioctl(missing->uffd, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER");
	vm_map(vm, MISSING_SLOT, 0, MISSING_GPA, missing->at, VM_PAGE);
}

/* Waits until a thread waits for the page. */
static inline bool missing_wanted(const struct missing *missing, int timeout_ms)
{
	struct pollfd in = { .fd = missing->uffd, .events = POLLIN };

	return poll(&in, 1, timeout_ms) == 1;
}

static inline void missing_provide(const struct missing *missing)
{
	struct uffdio_zeropage zero = { .range = { (uintptr_t)missing->at, VM_PAGE } };

	vm_must(!ioctl(missing->uffd, UFFDIO_ZEROPAGE, &zero), "UFFDIO_ZEROPAGE");
}

#endif /* _SELFTESTS_HOST_MISSING_H */

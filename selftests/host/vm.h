/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VM of two vCPUs without a VMM: its guest does one step of the test at a time, and then
 * exits.
 */
#ifndef _SELFTESTS_HOST_VM_H
#define _SELFTESTS_HOST_VM_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/types.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"

#define VM_NR_VCPUS	2
#define VM_MEM_SIZE	0x10000
/* A hole follows the memory, and one read-only page follows the hole. */
#define VM_RO_OFFSET	0x100000
#define VM_PAGE		0x1000

enum vm_op {
	VM_READ8, VM_READ16, VM_READ32, VM_READ64,
	VM_WRITE8, VM_WRITE16, VM_WRITE32, VM_WRITE64,
	VM_CALL,
	VM_SPIN,
	VM_TIMED_READ32, VM_TIMED_WRITE32, VM_TIMED_CALL,
	VM_NR_OPS,
};

/**
 * struct vm_step - one step of a guest; VM_SPIN never ends
 * @op: kind of the step; the guest reads its counter before and after a timed one
 * @addr: address of an access, or first argument of a call
 * @arg: second argument of a call
 * @value: in: value to write, or number of the call; out: value read, result of the call, or
 *	   ticks of a timed step
 * @mark: value of a register that the guest does not use
 * @user: run in user mode of the guest; x86 only
 */
struct vm_step {
	enum vm_op op;
	__u64 addr;
	__u64 arg;
	__u64 value;
	__u64 mark;
	bool user;
};

struct vm {
	int kvm;
	int fd;
	int vcpus[VM_NR_VCPUS];
	struct kvm_run *runs[VM_NR_VCPUS];
	size_t run_size;
	char *mem;
};

#if defined(__x86_64__)
#include "vm-x86.h"
#elif defined(__aarch64__)
#include "vm-arm64.h"
#endif

static inline void vm_must(bool ok, const char *what)
{
	if (!ok)
		ksft_exit_fail_msg("%s: %s\n", what, strerror(errno));
}

static inline void vm_map(struct vm *vm, __u32 slot, __u32 flags, __u64 gpa, char *at, __u64 size)
{
	struct kvm_userspace_memory_region region = {
		.slot			= slot,
		.flags			= flags,
		.guest_phys_addr	= gpa,
		.memory_size		= size,
		.userspace_addr		= (uintptr_t)at,
	};

	vm_must(!ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region), "memory of a VM");
}

/* The highest id of a memory slot */
static inline __u32 vm_top_slot(const struct vm *vm)
{
	return ioctl(vm->kvm, KVM_CHECK_EXTENSION, KVM_CAP_NR_MEMSLOTS) - 1;
}

/*
 * @ring: size of the dirty ring of each vCPU in bytes, 0: no dirty ring
 * @prepare: called before the vCPUs are created, or NULL
 */
static inline void vm_create_prepared(struct vm *vm, __u32 ring, void (*prepare)(struct vm *vm))
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_DIRTY_LOG_RING_ACQ_REL, .args = { ring } };
	int i;

	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0)
		ksft_exit_skip("no /dev/kvm\n");

	vm->fd = ioctl(vm->kvm, KVM_CREATE_VM, 0);
	vm_must(vm->fd >= 0, "KVM_CREATE_VM");
	vm_must(!ring || !ioctl(vm->fd, KVM_ENABLE_CAP, &cap), "dirty ring");
	vm->run_size = ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	vm->mem = mmap(NULL, VM_MEM_SIZE + VM_PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	vm_must(vm->mem != MAP_FAILED, "mmap");
	vm_arch_code(vm->mem);
	vm_map(vm, 0, 0, VM_MEM_BASE, vm->mem, VM_MEM_SIZE);
	vm_map(vm, 1, KVM_MEM_READONLY, VM_MEM_BASE + VM_RO_OFFSET, vm->mem + VM_MEM_SIZE,
	       VM_PAGE);

	if (prepare)
		prepare(vm);
	for (i = 0; i < VM_NR_VCPUS; i++) {
		vm->vcpus[i] = ioctl(vm->fd, KVM_CREATE_VCPU, i);
		vm_must(vm->vcpus[i] >= 0, "KVM_CREATE_VCPU");
		vm->runs[i] = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED,
				   vm->vcpus[i], 0);
		vm_must(vm->runs[i] != MAP_FAILED, "mmap of a vCPU");
		vm_arch_init(vm, i);
	}
}

static inline void vm_create_with(struct vm *vm, __u32 ring)
{
	vm_create_prepared(vm, ring, NULL);
}

static inline void vm_create(struct vm *vm)
{
	vm_create_with(vm, 0);
}

static inline void vm_destroy(struct vm *vm)
{
	int i;

	for (i = 0; i < VM_NR_VCPUS; i++) {
		munmap(vm->runs[i], vm->run_size);
		close(vm->vcpus[i]);
	}
	close(vm->fd);
	close(vm->kvm);
	munmap(vm->mem, VM_MEM_SIZE + VM_PAGE);
}

/*
 * vm_do - run one step on a vCPU
 *
 * Returns true if the host handled the step, and false if KVM passed the access to the VMM; a
 * read returns all ones then.
 */
static inline bool vm_do(struct vm *vm, int vcpu, struct vm_step *step)
{
	struct kvm_run *run = vm->runs[vcpu];
	bool by_host;

	vm_arch_set(vm, vcpu, step);
	while (ioctl(vm->vcpus[vcpu], KVM_RUN, 0) && errno == EINTR)
		;

	by_host = vm_arch_left(run);
	if (!by_host && run->exit_reason != KVM_EXIT_MMIO)
		ksft_exit_fail_msg("guest exited with reason %u\n", run->exit_reason);

	if (run->exit_reason == KVM_EXIT_MMIO) {
		/* KVM completes the instruction on the next entry, which exits immediately. */
		memset(run->mmio.data, 0xff, sizeof(run->mmio.data));
		run->immediate_exit = 1;
		ioctl(vm->vcpus[vcpu], KVM_RUN, 0);
		run->immediate_exit = 0;
	}

	vm_arch_get(vm, vcpu, step);
	return by_host;
}

/* Returns whether a child ends within @timeout_ms. */
static inline bool vm_child_ends(pid_t child, int *status, int timeout_ms)
{
	int ms;

	for (ms = 0; ms < timeout_ms; ms += 10) {
		if (waitpid(child, status, WNOHANG) == child)
			return true;
		usleep(10000);
	}
	return false;
}

/*
 * Runs @func in a child, which it may keep waiting.  Returns its result, or -1 if it does not
 * return within @timeout_ms.
 */
static inline int vm_in_child(int (*func)(void *arg), void *arg, int timeout_ms)
{
	int status = -1;
	pid_t child;

	fflush(stdout);
	child = fork();
	vm_must(child >= 0, "fork");
	if (!child)
		_exit(func(arg));
	if (vm_child_ends(child, &status, timeout_ms))
		return WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	kill(child, SIGKILL);
	return -1;
}

/* Returns 0, or an errno. */
static inline int vm_unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? errno : 0;
}

/* Returns whether a module can be unloaded within @timeout_ms: its works end asynchronously. */
static inline bool vm_unloads(const char *module, int timeout_ms)
{
	int ms, err = EBUSY;

	for (ms = 0; err && ms < timeout_ms; ms += 10) {
		err = vm_unload(module);
		usleep(10000);
	}
	if (err)
		ksft_print_msg("delete_module: %s\n", strerror(err));
	return !err;
}

/* Returns whether KVM has a dirty ring. */
static inline bool vm_rings(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), size;

	vm_must(kvm >= 0, "/dev/kvm");
	size = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_DIRTY_LOG_RING_ACQ_REL);
	close(kvm);
	return size > 0;
}

#endif /* _SELFTESTS_HOST_VM_H */

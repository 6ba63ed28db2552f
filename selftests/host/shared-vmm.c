// SPDX-License-Identifier: GPL-2.0
/*
 * Shared pages are in the address space of a VMM, which can do with its mappings what it wants:
 * the host is not affected, and the VMM keeps its own mappings.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "missing.h"
#include "shared.h"

#define NR_TESTS	19
#define NR_EXITS	40
#define PATTERN		0x5a
#define TIMEOUT_MS	10000

/* Whether a condition of this process becomes true; works of the host end asynchronously. */
static bool soon(bool (*is)(void))
{
	int ms;

	for (ms = 0; ms < TIMEOUT_MS; ms += 10) {
		if (is())
			return true;
		usleep(10000);
	}
	return false;
}

static bool is_unmapped(void)
{
	return !shared_is_mapped();
}

static bool unloads(void)
{
	return !pv_unload();
}

static void test_fork(struct shared *shared)
{
	int status = -1;
	pid_t child;

	shared_attach(shared, NULL);
	fflush(stdout);
	child = fork();
	vm_must(child >= 0, "fork");
	if (!child)
		_exit(shared_is_mapped());
	ksft_test_result(vm_child_ends(child, &status, TIMEOUT_MS) && !status && shared_is_mapped(),
			 "a child of the VMM does not inherit the pages\n");
	shared_detach(shared);
}

/* All that writes to the pages, and a vCPU that does not access them itself */
static bool host_works(struct shared *shared)
{
	shared_write(shared, 0, PV_FREQ_SET_PERF, MAX);
	shared_write(shared, 1, PV_FREQ_SET_PERF, MID);
	shared_run(shared, 0);
	return !pv_cap(shared->pv, shared->id, MIN) && shared_stats(shared, 1).perf == MIN &&
	       !pv_cap(shared->pv, shared->id, 0) && shared_stats(shared, 1).perf == MID;
}

static void test_unmapped(struct shared *shared)
{
	shared_attach(shared, NULL);
	vm_must(!munmap(shared->pages, SHARED_SIZE), "munmap");
	ksft_test_result(host_works(shared),
			 "the host works when the VMM has unmapped the pages\n");
	ksft_test_result(!shared_detach(shared), "detach succeeds without the mapping\n");
	shared_attach(shared, NULL);
	ksft_test_result(host_works(shared), "the VMM gets the pages again by the next attach\n");
	shared_detach(shared);
}

static void test_replaced(struct shared *shared)
{
	char *pages, *own;
	bool kept;

	shared_attach(shared, NULL);
	pages = shared->pages;
	own = mmap(pages, SHARED_SIZE, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	vm_must(own == pages, "mmap");
	memset(own, PATTERN, SHARED_SIZE);
	ksft_test_result((__u8)shared_get(shared, 0, SHARED_EPOCH) == PATTERN &&
			 host_works(shared),
			 "a VMM that replaces the pages affects its own guest only\n");
	shared_detach(shared);
	/* A mapping that does not exist is a fault here. */
	kept = own[0] == PATTERN && own[SHARED_SIZE - 1] == PATTERN;
	ksft_test_result(kept, "detach keeps memory that replaces the pages, without a change\n");
	munmap(own, SHARED_SIZE);
}

/* The mapping has a reference to the module. */
static void test_moved(struct shared *shared)
{
	char *pages, *moved;

	shared_attach(shared, NULL);
	pages = shared->pages;
	moved = mmap(NULL, SHARED_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	vm_must(moved != MAP_FAILED &&
		mremap(pages, SHARED_SIZE, SHARED_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, moved) ==
		moved, "mremap");
	ksft_test_result(host_works(shared) && !shared_detach(shared),
			 "detach succeeds when the VMM has moved the mapping\n");
	close(shared->pv);
	ksft_test_result(!((struct pv_shared_header *)moved)->epoch && pv_unload() == EAGAIN,
			 "pages that the VMM has moved stay until it unmaps them, with epoch 0\n");
	munmap(moved, SHARED_SIZE);
	ksft_test_result(soon(unloads), "rmmod succeeds when the VMM has unmapped them\n");
	shared->pv = pv_open();
}

static void test_protected(struct shared *shared)
{
	shared_attach(shared, NULL);
	vm_must(!mprotect(shared->pages, SHARED_SIZE, PROT_NONE), "mprotect");
	ksft_test_result(host_works(shared) && !shared_detach(shared) && is_unmapped(),
			 "detach removes pages that the VMM has protected\n");
}

/* A VM in another process, which ends on its own after a random time below @max_us */
static pid_t start_vmm(int *vm_fd, unsigned int *seed, long max_us)
{
	const long us = rand_r(seed) % max_us;
	int pipes[2];
	pid_t child;

	vm_must(!pipe(pipes), "pipe");
	fflush(stdout);
	child = fork();
	vm_must(child >= 0, "fork");
	if (!child) {
		struct vm vm;

		vm_create(&vm);
		vm_must(write(pipes[1], &vm.fd, sizeof(vm.fd)) == sizeof(vm.fd), "write");
		usleep(us);
		_exit(0);
	}
	close(pipes[1]);
	vm_must(read(pipes[0], vm_fd, sizeof(*vm_fd)) == sizeof(*vm_fd), "read");
	close(pipes[0]);
	return child;
}

/* Attaches and detaches until the process ends.  Returns false after an unknown error. */
static bool attach_until_end(int pv, pid_t child, int vm_fd, int *nr)
{
	int pidfd = syscall(SYS_pidfd_open, child, 0);
	int fd = syscall(SYS_pidfd_getfd, pidfd, vm_fd, 0);
	struct shared shared = { .vm.fd = fd };
	bool ok = true;
	int err = 0;

	while (fd >= 0 && ok && err != ESRCH) {
		struct kvm_pv_attach attach = shared_attachment(&shared, NULL, KVM_PV_RECORD);

		err = pv_attach(pv, &attach);
		if (!err) {
			++*nr;
			err = pv_detach(pv, attach.id);
		}
		ok = !err || err == ESRCH;
	}
	if (!ok)
		ksft_print_msg("%s\n", strerror(err));
	if (fd >= 0)
		close(fd);
	close(pidfd);
	return ok;
}

/* Returns the time that an attach and a detach take. */
static long measure_us(struct shared *shared)
{
	struct timespec begin, end;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	shared_attach(shared, NULL);
	shared_detach(shared);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000;
}

static void test_exits(long attach_us)
{
	int pv = pv_open(), nr = 0, vm_fd, i, status;
	unsigned int seed = 1;
	bool ok = true;
	pid_t child;

	for (i = 0; i < NR_EXITS; i++) {
		child = start_vmm(&vm_fd, &seed, 4 * attach_us);
		ok &= attach_until_end(pv, child, vm_fd, &nr);
		waitpid(child, &status, 0);
	}
	ksft_test_result(ok && nr, "%d VMMs end while they are attached %d times\n", NR_EXITS, nr);
	ksft_test_result(!pv_nr_attached(pv), "no VM is attached after their end\n");
	close(pv);
	ksft_test_result(soon(unloads), "rmmod succeeds after their end\n");
}

static atomic_bool accessed;

/* vCPU 1 accesses memory that this process does not provide. */
static void *access_missing(void *arg)
{
	struct vm_step step = { .op = VM_READ32, .addr = MISSING_GPA };

	vm_do(arg, 1, &step);
	accessed = true;
	return NULL;
}

/* The only reference to the module is that of this process. */
static bool is_idle(void)
{
	unsigned int refs = 0;
	FILE *in;

	in = fopen("/sys/module/kvm_pv/refcnt", "re");
	vm_must(in && fscanf(in, "%u", &refs) == 1, "refcnt");
	fclose(in);
	return refs == 1;
}

static bool has_nothing(struct shared *shared)
{
	struct vm_step step = { .op = VM_READ32, .addr = VM_DEVICE };
	__u32 value;

	return !shared_is_mapped() && !shared_peek(shared, 0, 0, &value) &&
	       !vm_do(&shared->vm, 0, &step) && !pv_nr_attached(shared->pv);
}

/* The only VM of this process */
static __u32 attached_id(const struct shared *shared)
{
	struct kvm_pv_vm vm = { };
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = 1, .vm_size = sizeof(vm), .vms = PTR(&vm),
	};

	vm_must(!ioctl(shared->pv, KVM_PV_LIST, &list), "KVM_PV_LIST");
	return vm.id;
}

/*
 * A change of slots waits for that vCPU.  So does a new device if kvm_io_bus_register_dev() waits
 * for SRCU readers; on x86, that of 7.3 does not.  The attach in another process is killed.
 */
static void test_delay(struct shared *shared, __u64 gpa, const char *name)
{
	struct missing missing;
	int status = -1;
	pthread_t thread;
	bool waited, attached;
	pid_t child;

	accessed = false;
	missing_create(&missing, &shared->vm);
	vm_must(!pthread_create(&thread, NULL, access_missing, &shared->vm), "thread");
	vm_must(missing_wanted(&missing, TIMEOUT_MS), "the vCPU waits");

	fflush(stdout);
	child = fork();
	vm_must(child >= 0, "fork");
	if (!child) {
		struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);

		attach.shared = gpa;
		_exit(pv_attach(shared->pv, &attach));
	}
	usleep(500000);
	waited = !waitpid(child, &status, WNOHANG);
	attached = !gpa && !waited && WIFEXITED(status) && !WEXITSTATUS(status);
	kill(child, SIGKILL);
	waited = waited && vm_child_ends(child, &status, TIMEOUT_MS);
	if (attached) {
		ksft_test_result(!accessed,
				 "attach %s does not wait for a vCPU without memory\n", name);
	} else {
		ksft_test_result(waited && WIFSIGNALED(status) && !accessed,
				 "attach %s waits for a vCPU without memory, and can be killed\n",
				 name);
	}

	missing_provide(&missing);
	pthread_join(thread, NULL);
	if (attached)
		pv_detach(shared->pv, attached_id(shared));
	ksft_test_result(soon(is_idle) && has_nothing(shared),
			 "%s attach %s is undone when the vCPU continues\n",
			 attached ? "a detached" : "a killed", name);
	shared_attach(shared, NULL);
	ksft_test_result(host_works(shared), "the VM can be attached after %s attach %s\n",
			 attached ? "a detached" : "a killed", name);
	shared_detach(shared);
	vm_map(&shared->vm, MISSING_SLOT, 0, MISSING_GPA, missing.at, 0);
	close(missing.uffd);
}

int main(void)
{
	struct shared shared = { };
	long attach_us;

	ksft_print_header();
	shared.pv = pv_open();
	ksft_set_plan(NR_TESTS);
	vm_create(&shared.vm);

	test_fork(&shared);
	test_unmapped(&shared);
	test_replaced(&shared);
	test_protected(&shared);
	test_moved(&shared);
	test_delay(&shared, VM_SHARED, "with shared pages");
	test_delay(&shared, 0, "without shared pages");
	attach_us = measure_us(&shared);
	vm_destroy(&shared.vm);
	close(shared.pv);

	test_exits(attach_us);
	ksft_finished();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and slots that shared pages and registers cannot have: each has its error, and neither
 * the VM nor its VMM is changed.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <sys/eventfd.h>

#include "missing.h"
#include "shared.h"

#define NR_MORE		17
#define TIMEOUT_MS	10000
/* kvm_pv tries so many slot ids. */
#define NR_SLOTS	8
/* The pages of so many CPUs have two units of PV_SHARED_ALIGN. */
#define NR_LARGE	512
#define FREE_GPA	(VM_MEM_BASE + 0x400000ULL)

static const __u64 vm_end = 1ULL << VM_PHYS_BITS;

static const struct bad {
	const char *name;
	__u64 shared;
	__u32 nr_cpus;
	int err;
} bads[] = {
	{ "an address that is aligned to 4 KiB", VM_SHARED + VM_PAGE, VM_NR_VCPUS, EINVAL },
	{ "an address that is not aligned", VM_SHARED + 4, VM_NR_VCPUS, EINVAL },
	{ "the address of the registers", VM_DEVICE, VM_NR_VCPUS, EINVAL },
	{ "an address with an end in the registers",
	  VM_DEVICE - PV_SHARED_ALIGN, NR_LARGE, EINVAL },
	{ "the last address", -(__u64)PV_SHARED_ALIGN, VM_NR_VCPUS, EINVAL },
	{ "an address with an end beyond 64 bits", -(__u64)PV_SHARED_ALIGN, NR_LARGE, EINVAL },
	{ "an address in memory", VM_MEM_BASE, VM_NR_VCPUS, EADDRINUSE },
	{ "an address with an end in memory", VM_MEM_BASE - PV_SHARED_ALIGN, NR_LARGE,
	  EADDRINUSE },
	{ "the address of one read-only page", VM_MEM_BASE + VM_RO_OFFSET, VM_NR_VCPUS,
	  EADDRINUSE },
	{ "an address beyond the guest's address space", 1ULL << 52, VM_NR_VCPUS, EADDRNOTAVAIL },
	{ "the highest address of the valid ones", -2ULL * PV_SHARED_ALIGN, VM_NR_VCPUS,
	  EADDRNOTAVAIL },
};

static bool no_pages(struct shared *shared)
{
	__u32 value;

	return !shared_is_mapped() && !shared_peek(shared, 0, 0, &value) &&
	       !pv_nr_attached(shared->pv);
}

static void refused(struct shared *shared, struct kvm_pv_attach *attach, int err,
		    const char *name)
{
	int is = pv_attach(shared->pv, attach);

	if (is != err)
		ksft_print_msg("%s, not %s\n", strerror(is), strerror(err));
	ksft_test_result(is == err && no_pages(shared), "attach rejects %s\n", name);
	if (!is)
		pv_detach(shared->pv, attach->id);
}

static void test_bad(struct shared *shared)
{
	const struct bad *bad;

	for (bad = bads; bad < bads + ARRAY_SIZE(bads); bad++) {
		struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);

		attach.shared = bad->shared;
		attach.nr_cpus = bad->nr_cpus;
		refused(shared, &attach, bad->err, bad->name);
	}
}

static void accepted(struct shared *shared, struct kvm_pv_attach *attach, const char *name)
{
	int is = pv_attach(shared->pv, attach);

	if (is)
		ksft_print_msg("%s\n", strerror(is));
	ksft_test_result(!is && !pv_detach(shared->pv, attach->id), "attach accepts %s\n", name);
}

static void test_range(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);

	attach.base = vm_end;
	refused(shared, &attach, EOVERFLOW, "registers beyond the guest's address space");
	attach.base = vm_end - PV_FREQ_STRIDE;
	refused(shared, &attach, EOVERFLOW,
		"registers with an end beyond the guest's address space");
	attach.base = vm_end - VM_NR_VCPUS * PV_FREQ_STRIDE;
	accepted(shared, &attach, "registers at the end of the guest's address space");

	attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	attach.shared = vm_end - PV_SHARED_ALIGN;
	accepted(shared, &attach, "shared pages at the end of the guest's address space");
	attach.nr_cpus = NR_LARGE;
	refused(shared, &attach, EADDRNOTAVAIL,
		"shared pages with an end beyond the guest's address space");
}

static void *access_missing(void *arg)
{
	struct vm_step step = { .op = VM_READ32, .addr = MISSING_GPA };

	vm_do(arg, 1, &step);
	return NULL;
}

/**
 * struct attempt - an attach in a child
 * @pv: /dev/kvm_pv
 * @attach: its arguments
 */
struct attempt {
	int pv;
	struct kvm_pv_attach attach;
};

static int attach_attempt(void *arg)
{
	struct attempt *attempt = arg;

	return pv_attach(attempt->pv, &attempt->attach);
}

/* vCPU 1 stays in KVM_RUN.  An attach that kvm_pv does not reject waits for the vCPU. */
static void test_running(struct shared *shared)
{
	struct attempt attempt = {
		.pv	= shared->pv,
		.attach	= shared_attachment(shared, NULL, KVM_PV_RECORD),
	};
	struct missing missing;
	pthread_t thread;

	missing_create(&missing, &shared->vm);
	vm_must(!pthread_create(&thread, NULL, access_missing, &shared->vm), "thread");
	vm_must(missing_wanted(&missing, TIMEOUT_MS), "the vCPU waits");
	attempt.attach.base = vm_end;
	ksft_test_result(vm_in_child(attach_attempt, &attempt, TIMEOUT_MS) == EOVERFLOW &&
			 no_pages(shared),
			 "attach rejects registers beyond the address space of a guest that runs\n");

	missing_provide(&missing);
	pthread_join(thread, NULL);
	vm_map(&shared->vm, MISSING_SLOT, 0, MISSING_GPA, missing.at, 0);
	close(missing.uffd);
}

static void test_no_vcpus(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	int is;

	attach.vm_fd = ioctl(shared->vm.kvm, KVM_CREATE_VM, 0);
	vm_must(attach.vm_fd >= 0, "KVM_CREATE_VM");
	attach.base = vm_end;
	attach.shared = 0;
	is = pv_attach(shared->pv, &attach);
	ksft_test_result(is == (VM_HAS_PHYS_BITS ? EOVERFLOW : 0),
			 "attach rejects only what it knows of a VM without vCPUs: %s\n",
			 strerror(is));
	if (!is)
		pv_detach(shared->pv, attach.id);
	close(attach.vm_fd);
}

/* A memory slot would hide the device. */
static void test_device(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	struct kvm_ioeventfd ioeventfd = {
		.addr = VM_SHARED + SHARED_SIZE - sizeof(__u32), .len = sizeof(__u32),
		.fd = eventfd(0, EFD_CLOEXEC),
	};

	vm_must(!ioctl(shared->vm.fd, KVM_IOEVENTFD, &ioeventfd), "KVM_IOEVENTFD");
	refused(shared, &attach, EADDRINUSE, "the address of another device in the kernel");
	ioeventfd.flags = KVM_IOEVENTFD_FLAG_DEASSIGN;
	vm_must(!ioctl(shared->vm.fd, KVM_IOEVENTFD, &ioeventfd), "KVM_IOEVENTFD");
	close(ioeventfd.fd);
}

/* The pages have been added when the device is rejected. */
static void test_withdrawn(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);

	attach.base = VM_MEM_BASE + VM_MEM_SIZE - VM_PAGE;
	refused(shared, &attach, EBUSY, "a device in memory, and removes the shared pages");
}

static void test_attached(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	__u32 epoch;

	shared_attach(shared, NULL);
	epoch = shared_get(shared, 0, SHARED_EPOCH);
	attach.shared += 0x100000;
	attach.base += 0x100000;
	ksft_test_result(pv_attach(shared->pv, &attach) == EEXIST &&
			 shared_get(shared, 0, SHARED_EPOCH) == epoch,
			 "attach rejects a VM that has shared pages\n");
	shared_detach(shared);
}

/* Whether a slot id is in use: KVM rejects another size, here of two pages, for it. */
static bool slot_used(struct shared *shared, __u32 slot, char *pages)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot, .guest_phys_addr = FREE_GPA + NR_SLOTS * VM_PAGE,
		.memory_size = 2 * VM_PAGE, .userspace_addr = (uintptr_t)pages,
	};

	if (ioctl(shared->vm.fd, KVM_SET_USER_MEMORY_REGION, &region))
		return true;
	region.memory_size = 0;
	vm_must(!ioctl(shared->vm.fd, KVM_SET_USER_MEMORY_REGION, &region), "slot");
	return false;
}

static void test_slots(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	__u32 top = vm_top_slot(&shared->vm);
	char *page = mmap(NULL, 2 * VM_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);
	int i;

	vm_must(page != MAP_FAILED, "mmap");
	shared_attach(shared, NULL);
	ksft_test_result(slot_used(shared, top, page) && !slot_used(shared, top - 1, page),
			 "shared pages have the highest slot id\n");
	shared_detach(shared);
	ksft_test_result(!slot_used(shared, top, page), "detach releases the slot id\n");

	vm_map(&shared->vm, top, 0, FREE_GPA, page, VM_PAGE);
	shared_attach(shared, NULL);
	ksft_test_result(slot_used(shared, top - 1, page),
			 "shared pages have the next slot id if the VMM uses the highest\n");
	shared_detach(shared);
	ksft_test_result(slot_used(shared, top, page) && !slot_used(shared, top - 1, page),
			 "detach keeps the slot of the VMM\n");

	for (i = 1; i < NR_SLOTS; i++)
		vm_map(&shared->vm, top - i, 0, FREE_GPA + i * VM_PAGE, page, VM_PAGE);
	refused(shared, &attach, EADDRNOTAVAIL,
		"shared pages if the VMM uses the highest slot ids");
	vm_map(&shared->vm, top - NR_SLOTS + 1, 0, FREE_GPA + (NR_SLOTS - 1) * VM_PAGE, page, 0);
	shared_attach(shared, NULL);
	ksft_test_result(shared_get(shared, 0, SHARED_EPOCH),
			 "shared pages have the last of the slot ids that are tried\n");
	shared_detach(shared);
}

static void test_good(struct shared *shared)
{
	shared_attach(shared, NULL);
	ksft_test_result(shared_get(shared, 0, SHARED_EPOCH),
			 "attach accepts the address afterwards\n");
	shared_detach(shared);
}

int main(void)
{
	struct shared shared = { };

	ksft_print_header();
	shared.pv = pv_open();
	ksft_set_plan(ARRAY_SIZE(bads) + NR_MORE);
	vm_create(&shared.vm);

	/* At first no vCPU has run. */
	test_range(&shared);
	test_running(&shared);
	test_no_vcpus(&shared);
	test_bad(&shared);
	test_device(&shared);
	test_withdrawn(&shared);
	test_attached(&shared);
	test_good(&shared);
	test_slots(&shared);

	vm_destroy(&shared.vm);
	close(shared.pv);
	ksft_finished();
}

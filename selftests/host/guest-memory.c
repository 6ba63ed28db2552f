// SPDX-License-Identifier: GPL-2.0
/*
 * The host writes to its own pages only: no memory of the guest changes, so that a reset of the
 * guest is safe, and the dirty log and the dirty ring of the VMM have no page of the host.
 *
 * needs: host check each-kernel
 */
#include "shared.h"

#define NR_TESTS	9
#define NR_CAPS		100
#define PATTERN		0xcc

#define SLOT		2
#define SLOT_GPA	(VM_MEM_BASE + 0x200000ULL)

#define RING_SIZE	4096
#define RING_ENTRIES	(RING_SIZE / sizeof(struct kvm_dirty_gfn))

/* Page of the ring in the file of a vCPU; 0 in headers of Linux 6.1 for arm64 */
#define RING_PAGE	64

static const __u32 one_domain[VM_NR_VCPUS] = { 0, 0 };

/* All that the host can be asked to do, with the vCPUs loaded and put */
static void change(struct shared *shared)
{
	int i;

	for (i = 0; i < NR_CAPS; i++) {
		pv_cap(shared->pv, shared->id, i % 2 ? MID : 0);
		shared_request(shared, i % VM_NR_VCPUS, i % 3 ? MIN : MAX);
		shared_post(shared, i % VM_NR_VCPUS, i % 5 ? MID : MIN);
		shared_run(shared, (i + 1) % VM_NR_VCPUS);
	}
}

static bool is_pattern(const char *at, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if ((__u8)at[i] != PATTERN) {
			ksft_print_msg("%#zx has changed\n", i);
			return false;
		}
	}
	return true;
}

/* The next kernel of the guest uses all memory but the code of this test. */
static void test_reset(void)
{
	const size_t code = VM_PAGE;
	struct shared shared;
	__u32 epoch;

	shared_create(&shared, one_domain);
	vm_must(shared_hooked(&shared), "a record with hooks");
	change(&shared);
	epoch = shared_header(&shared)->epoch;
	memset(shared.vm.mem + code, PATTERN, VM_MEM_SIZE + VM_PAGE - code);
	change(&shared);
	ksft_test_result(is_pattern(shared.vm.mem + code, VM_MEM_SIZE + VM_PAGE - code),
			 "caps and requests change no guest memory\n");
	ksft_test_result(shared_get(&shared, 0, SHARED_EPOCH) == epoch,
			 "the epoch does not change without attach\n");
	shared_detach(&shared);
	shared_attach(&shared, one_domain);
	ksft_test_result(is_pattern(shared.vm.mem + code, VM_MEM_SIZE + VM_PAGE - code),
			 "detach and attach change no guest memory\n");
	shared_destroy(&shared);
}

static char *log_slot(struct shared *shared)
{
	char *at = mmap(NULL, VM_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	vm_must(at != MAP_FAILED, "mmap");
	vm_map(&shared->vm, SLOT, KVM_MEM_LOG_DIRTY_PAGES, SLOT_GPA, at, VM_PAGE);
	return at;
}

/* Returns 0 or an errno.  @bits: pages of the slot that were written since the last call */
static int logged(struct shared *shared, __u32 slot, __u64 *bits)
{
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = bits };

	*bits = 0;
	return ioctl(shared->vm.fd, KVM_GET_DIRTY_LOG, &log) ? errno : 0;
}

static void write_page(struct shared *shared, int vcpu)
{
	struct vm_step step = { .op = VM_WRITE32, .addr = SLOT_GPA, .value = 1 };

	vm_do(&shared->vm, vcpu, &step);
}

static void test_log(void)
{
	struct shared shared;
	__u64 bits;

	shared_create(&shared, one_domain);
	vm_must(shared_hooked(&shared), "hooks");
	log_slot(&shared);
	write_page(&shared, 0);
	ksft_test_result(!logged(&shared, SLOT, &bits) && bits,
			 "the dirty log has a page that the guest writes\n");
	change(&shared);
	ksft_test_result(!logged(&shared, SLOT, &bits) && !bits,
			 "the dirty log has no page that the host writes\n");
	ksft_test_result(logged(&shared, vm_top_slot(&shared.vm), &bits) == ENOENT,
			 "the shared pages have no dirty log\n");
	shared_destroy(&shared);
}

/* Returns the number of entries of a ring. */
static size_t ring_entries(struct shared *shared, int vcpu)
{
	struct kvm_dirty_gfn *ring;
	size_t i, n = 0;

	ring = mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		    shared->vm.vcpus[vcpu], VM_PAGE * RING_PAGE);
	vm_must(ring != MAP_FAILED, "mmap of a dirty ring");
	for (i = 0; i < RING_ENTRIES; i++)
		n += ring[i].flags & KVM_DIRTY_GFN_F_DIRTY;
	munmap(ring, RING_SIZE);
	return n;
}

static void test_ring(void)
{
	struct shared shared;
	size_t i;

	shared_create_with(&shared, NULL, RING_SIZE);
	vm_must(shared_hooked(&shared), "hooks");
	log_slot(&shared);
	write_page(&shared, 1);
	ksft_test_result(ring_entries(&shared, 1) == 1,
			 "the dirty ring has a page that the guest writes\n");
	for (i = 0; i < 2 * RING_ENTRIES / NR_CAPS; i++)
		change(&shared);
	ksft_test_result(ring_entries(&shared, 0) == 0 && ring_entries(&shared, 1) == 1,
			 "the dirty ring has no page that the host writes\n");
	/* A full ring exits to the VMM. */
	shared_request(&shared, 1, MIN);
	ksft_test_result(shared.vm.runs[1]->exit_reason != KVM_EXIT_DIRTY_RING_FULL &&
			 shared_stats(&shared, 1).request == MIN,
			 "dirty ring: requests are accepted\n");
	shared_destroy(&shared);
}

int main(void)
{
	unsigned int i;

	ksft_print_header();
	ksft_set_plan(NR_TESTS);

	test_reset();
	test_log();
	if (vm_rings())
		test_ring();
	for (i = ksft_test_num(); i < NR_TESTS; i++)
		ksft_test_result_skip("dirty ring: this KVM has none\n");

	ksft_finished();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A device in BPF that writes to guest memory does not overflow the dirty ring of the vCPU.
 *
 * needs: host-bpf full
 */
#include "devices/kfuncs.h"
#include "lib.h"

#define NR_TESTS	6

#define SLOT		2
#define SLOT_GPA	(VM_MEM_BASE + 0x200000ULL)

/* Larger than the part that KVM reserves for one exit; fewer entries than KFUNCS_MAX_FILL */
#define RING_SIZE	16384
#define RING_ENTRIES	(RING_SIZE / sizeof(struct kvm_dirty_gfn))

/* Page of the ring in the file of a vCPU; 0 in headers of Linux 6.1 for arm64 */
#define RING_PAGE	64

static void slot(struct vm *vm)
{
	char *at = mmap(NULL, VM_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	vm_must(at != MAP_FAILED, "mmap");
	vm_map(vm, SLOT, KVM_MEM_LOG_DIRTY_PAGES, SLOT_GPA, at, VM_PAGE);
}

static struct kvm_dirty_gfn *ring_of(struct vm *vm)
{
	void *ring = mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpus[0],
			  VM_PAGE * RING_PAGE);

	vm_must(ring != MAP_FAILED, "mmap of a dirty ring");
	return ring;
}

/* Returns the number of entries that KVM has filled, and hands them back to KVM. */
static unsigned int harvest(struct vm *vm, struct kvm_dirty_gfn *ring)
{
	unsigned int i, nr = 0;

	for (i = 0; i < RING_ENTRIES; i++) {
		if (__atomic_load_n(&ring[i].flags, __ATOMIC_ACQUIRE) & KVM_DIRTY_GFN_F_DIRTY) {
			__atomic_store_n(&ring[i].flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
			nr++;
		}
	}
	vm_must(ioctl(vm->fd, KVM_RESET_DIRTY_RINGS, 0) == nr, "KVM_RESET_DIRTY_RINGS");
	return nr;
}

/* Writes a register by vCPU 0 and runs it until it exits; returns the reason. */
static __u32 write_until_exit(struct vm *vm, __u64 offset, __u32 value)
{
	struct vm_step step = { .op = VM_WRITE32, .addr = VM_DEVICE + offset, .value = value };

	vm_arch_set(vm, 0, &step);
	while (ioctl(vm->vcpus[0], KVM_RUN, 0) && errno == EINTR)
		;
	return vm->runs[0]->exit_reason;
}

/* vCPU 1 has a ring of its own, which has room. */
static __u32 result(struct vm *vm)
{
	return -reg_read(vm, 1, KFUNCS_GUEST);
}

static void test_ring(struct vm *vm)
{
	struct kvm_dirty_gfn *ring = ring_of(vm);
	unsigned int nr;
	__u32 reason;

	reg_write(vm, 1, KFUNCS_GPA_LO, SLOT_GPA);
	reg_write(vm, 1, KFUNCS_GPA_HI, SLOT_GPA >> 32);
	harvest(vm, ring);

	reason = write_until_exit(vm, KFUNCS_FILL, KFUNCS_MAX_FILL);
	ksft_test_result(result(vm) == EAGAIN,
			 "bpf_kvm_pv_write_guest() returns EAGAIN if the dirty ring is full\n");
	ksft_test_result(reason == KVM_EXIT_DIRTY_RING_FULL, "the full ring exits to the VMM\n");
	nr = harvest(vm, ring);
	ksft_test_result(nr && nr < RING_ENTRIES, "the ring has %u of %zu entries\n", nr,
			 RING_ENTRIES);
	reason = write_until_exit(vm, KFUNCS_GUEST, 1);
	ksft_test_result(reason != KVM_EXIT_DIRTY_RING_FULL && !result(vm),
			 "bpf_kvm_pv_write_guest() writes after the ring is reset\n");
}

int main(void)
{
	static const char * const no_line[] = { "--irq", "0", NULL };
	struct bpf_host host;
	struct vm vm;

	ksft_print_header();
	bpf_needs(DEVICE("kfuncs"));
	if (!vm_rings())
		ksft_exit_skip("dirty ring: this KVM has none\n");
	ksft_set_plan(NR_TESTS);

	vm_create_with(&vm, RING_SIZE);
	slot(&vm);
	ksft_test_result(bpf_attach(&host, DEVICE("kfuncs"), no_line),
			 "a device is attached to a VM with a dirty ring\n");
	test_ring(&vm);
	ksft_test_result(bpf_detach(&host), "a device is detached from a VM with a dirty ring\n");
	vm_destroy(&vm);
	ksft_finished();
}

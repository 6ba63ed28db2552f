// SPDX-License-Identifier: GPL-2.0
/*
 * Shared pages as a guest finds them: memory with a header and records from attach to detach.
 *
 * needs: host check each-kernel
 */
#include "shared.h"

#define NR_TESTS	21
#define NR_EPOCHS	10
/* More than one unit of PV_SHARED_ALIGN; each KVM supports so many vCPUs. */
#define NR_RECORDS	512
#define PATTERN		0x12345678

static bool is_memory(struct shared *shared)
{
	__u32 value;

	return shared_peek(shared, 0, 0, &value);
}

static __u32 header(struct shared *shared, size_t member)
{
	return shared_get(shared, 1, member);
}

#define HEADER(shared, member)	header(shared, offsetof(struct pv_shared_header, member))

static bool all_zero(const char *from, const char *to)
{
	while (from < to && !*from)
		from++;
	return from == to;
}

static void test_header(struct shared *shared)
{
	ksft_test_result(HEADER(shared, magic) == PV_SHARED_MAGIC &&
			 HEADER(shared, version) == PV_SHARED_VERSION,
			 "the header has magic and version\n");
	ksft_test_result(HEADER(shared, epoch), "the epoch is not 0\n");
	ksft_test_result(HEADER(shared, nr_records) == VM_NR_VCPUS &&
			 HEADER(shared, records) == SHARED_RECORD(0) &&
			 HEADER(shared, record_size) == sizeof(struct pv_freq_record),
			 "the header has number, offset and size of the records\n");
	ksft_test_result(all_zero((char *)shared_header(shared)->reserved,
				  (char *)shared_record(shared, 0)),
			 "reserved members of the header are 0\n");
	ksft_test_result(all_zero((char *)shared_record(shared, 0)->host_reserved,
				  (char *)shared_record(shared, 1)) &&
			 all_zero((char *)shared_record(shared, 1)->host_reserved,
				  shared->pages + SHARED_SIZE),
			 "all other members of the records and the rest of the pages are 0\n");
}

static bool access_is_memory(struct shared *shared, enum vm_op op)
{
	struct vm_step step = { .op = op, .addr = VM_SHARED + SHARED_REQUEST(1) + 8 };

	return vm_do(&shared->vm, 0, &step);
}

static void test_memory(struct shared *shared)
{
	bool all = true;
	enum vm_op op;

	for (op = VM_READ8; op <= VM_WRITE64; op++)
		all &= access_is_memory(shared, op);
	ksft_test_result(all, "accesses of all widths exit neither to the host nor to the VMM\n");
	shared_put(shared, 0, SHARED_REQUEST(1), MID);
	ksft_test_result(shared_record(shared, 1)->request == MID &&
			 shared_get(shared, 1, SHARED_REQUEST(1)) == MID,
			 "all vCPUs and the host have the same pages\n");
	shared_put(shared, 0, SHARED_SIZE - sizeof(__u32), PATTERN);
	ksft_test_result(shared_get(shared, 1, SHARED_SIZE - sizeof(__u32)) == PATTERN,
			 "the guest can write to the last word\n");
}

static void test_list(struct shared *shared)
{
	const struct kvm_pv_vm vm = shared_listed(shared);

	ksft_test_result(vm.shared == VM_SHARED && vm.shared_size == SHARED_SIZE,
			 "list reports address and size of the pages\n");
}

/* The VMM can use the address and the slot id, and its address space has no mapping. */
static void test_detached(struct shared *shared)
{
	char *own = mmap(NULL, SHARED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);

	vm_must(own != MAP_FAILED, "mmap");
	ksft_test_result(!shared_detach(shared) && !is_memory(shared),
			 "accesses exit to the VMM after detach\n");
	ksft_test_result(!shared_is_mapped(), "the VMM has no mapping after detach\n");
	vm_map(&shared->vm, vm_top_slot(&shared->vm), 0, VM_SHARED, own, SHARED_SIZE);
	ksft_test_result(is_memory(shared), "the VMM can use slot and address after detach\n");
	vm_map(&shared->vm, vm_top_slot(&shared->vm), 0, VM_SHARED, own, 0);
	munmap(own, SHARED_SIZE);
}

static void test_again(struct shared *shared)
{
	__u32 epochs[NR_EPOCHS];
	bool differ = true;
	int i;

	shared_attach(shared, NULL);
	ksft_test_result(all_zero((char *)&shared_record(shared, 1)->request,
				  shared->pages + SHARED_SIZE),
			 "attach provides new pages without previous contents\n");
	for (i = 0; i < NR_EPOCHS; i++) {
		shared_detach(shared);
		shared_attach(shared, NULL);
		epochs[i] = HEADER(shared, epoch);
		differ &= epochs[i] && (!i || epochs[i] != epochs[i - 1]);
	}
	ksft_test_result(differ, "each attach sets another epoch\n");
}

static void test_none(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	struct kvm_pv_vm vm;

	attach.shared = 0;
	vm_must(!pv_attach(shared->pv, &attach), "KVM_PV_ATTACH");
	shared->id = attach.id;
	vm = shared_listed(shared);
	ksft_test_result(!is_memory(shared) && !shared_is_mapped() && !attach.shared_size &&
			 !vm.shared && !vm.shared_size,
			 "attach without an address shares no pages\n");
	shared_write(shared, 0, PV_FREQ_SET_PERF, MID);
	ksft_test_result(!pv_cap(shared->pv, shared->id, MIN) &&
			 shared_read(shared, 0, PV_FREQ_CUR_PERF) == MIN &&
			 !shared_stats(shared, 0).record,
			 "caps and requests work without shared pages\n");
	shared_detach(shared);
}

static void test_many(struct shared *shared)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	const __u32 size = PV_FREQ_SHARED_SIZE(NR_RECORDS);

	attach.nr_cpus = NR_RECORDS;
	vm_must(!pv_attach(shared->pv, &attach), "KVM_PV_ATTACH");
	shared->id = attach.id;
	ksft_test_result(attach.shared_size == size && size == 2 * PV_SHARED_ALIGN,
			 "attach returns the size of the pages\n");
	ksft_test_result(HEADER(shared, nr_records) == NR_RECORDS &&
			 shared_get(shared, 0, SHARED_CUR_PERF(NR_RECORDS - 1)) == MAX &&
			 shared_get(shared, 0, SHARED_CAP(NR_RECORDS - 1)) == MAX,
			 "%d CPUs have records\n", NR_RECORDS);
	ksft_test_result(!shared_get(shared, 0, size - sizeof(__u32)),
			 "the guest can read the last word of these pages\n");
	shared_detach(shared);
}

static void test_unload(struct shared *shared)
{
	int err;

	shared_attach(shared, NULL);
	vm_must(shared_hooked(shared), "a record with hooks");
	shared_detach(shared);
	close(shared->pv);
	err = pv_unload();
	ksft_test_result(!err, "rmmod succeeds immediately after detach: %s\n", strerror(err));
}

int main(void)
{
	struct shared shared = { };

	ksft_print_header();
	shared.pv = pv_open();
	ksft_set_plan(NR_TESTS);
	vm_create(&shared.vm);
	ksft_test_result(!is_memory(&shared), "accesses exit to the VMM before attach\n");

	shared_attach(&shared, NULL);
	test_header(&shared);
	test_memory(&shared);
	test_list(&shared);
	test_detached(&shared);
	test_again(&shared);
	shared_detach(&shared);
	test_none(&shared);
	test_many(&shared);
	test_unload(&shared);

	vm_destroy(&shared.vm);
	ksft_finished();
}

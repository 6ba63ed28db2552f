// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of the device, read and written by a guest, and the host's counts.
 *
 * With PV_BPF in the environment the test uses a device in BPF from that object, which has
 * neither domains nor counters.
 *
 * needs: host check each-kernel
 */
#include <sys/syscall.h>

#include <pv/vcpufreq.h>

#include "bpf.h"
#include "kvm_pv.h"
#include "vm.h"

#define MIN	600000
#define MID	1200000
#define MAX	1800000
#define DOMAIN	3

/* The counter of an access.  A device in BPF has no domains. */
enum count { READ, READ_DOMAINS, TAKEN, REQUEST, REFUSED };

static const struct access {
	const char *name;
	enum vm_op op;
	__u32 offset;		/* from the first window */
	__u32 value;		/* written, or expected */
	enum count count;
} accesses[] = {
	{ "cur_perf is the maximum before any request", VM_READ32, PV_FREQ_CUR_PERF, MAX, READ },
	{ "perftbl_len reads the number of entries", VM_READ32, PV_FREQ_PERFTBL_LEN, 3, READ },
	{ "perf_domain reads the domain", VM_READ32, PV_FREQ_PERF_DOMAIN, DOMAIN, READ_DOMAINS },
	{ "perftbl_sel reads 0 at first", VM_READ32, PV_FREQ_PERFTBL_SEL, 0, READ },
	{ "perftbl_rd reads entry 0", VM_READ32, PV_FREQ_PERFTBL_RD, MIN, READ },
	{ "perftbl_sel accepts 2", VM_WRITE32, PV_FREQ_PERFTBL_SEL, 2, TAKEN },
	{ "perftbl_rd reads entry 2", VM_READ32, PV_FREQ_PERFTBL_RD, MAX, READ },
	{ "perftbl_sel reads 2 back", VM_READ32, PV_FREQ_PERFTBL_SEL, 2, READ },
	{ "perftbl_sel accepts a number beyond the table",
	  VM_WRITE32, PV_FREQ_PERFTBL_SEL, 3, TAKEN },
	{ "perftbl_rd reads 0 beyond the table", VM_READ32, PV_FREQ_PERFTBL_RD, 0, READ },
	{ "perftbl_sel accepts the largest number",
	  VM_WRITE32, PV_FREQ_PERFTBL_SEL, UINT32_MAX, TAKEN },
	{ "perftbl_rd reads 0 at the largest number", VM_READ32, PV_FREQ_PERFTBL_RD, 0, READ },
	{ "perftbl_sel of another window is independent", VM_READ32,
	  PV_FREQ_STRIDE + PV_FREQ_PERFTBL_RD, MIN, READ },
	{ "set_perf accepts an entry of the table", VM_WRITE32, PV_FREQ_SET_PERF, MID, REQUEST },
	{ "cur_perf is the entry that was requested", VM_READ32, PV_FREQ_CUR_PERF, MID, READ },
	{ "set_perf accepts a value below the table", VM_WRITE32, PV_FREQ_SET_PERF, 1, REQUEST },
	{ "cur_perf is the minimum after a request below the table",
	  VM_READ32, PV_FREQ_CUR_PERF, MIN, READ },
	{ "set_perf accepts a value beyond the table",
	  VM_WRITE32, PV_FREQ_SET_PERF, UINT32_MAX, REQUEST },
	{ "cur_perf is the maximum after a request beyond the table",
	  VM_READ32, PV_FREQ_CUR_PERF, MAX, READ },
	{ "set_perf accepts the minimum", VM_WRITE32, PV_FREQ_SET_PERF, MIN, REQUEST },
	{ "set_perf rejects 0", VM_WRITE32, PV_FREQ_SET_PERF, 0, REFUSED },
	{ "cur_perf does not change by a rejected request",
	  VM_READ32, PV_FREQ_CUR_PERF, MIN, READ },
	{ "set_perf reads 0", VM_READ32, PV_FREQ_SET_PERF, 0, READ },
	{ "cur_perf rejects a write", VM_WRITE32, PV_FREQ_CUR_PERF, MAX, REFUSED },
	{ "cur_perf does not change by a rejected write", VM_READ32, PV_FREQ_CUR_PERF, MIN, READ },
	{ "perftbl_len rejects a write", VM_WRITE32, PV_FREQ_PERFTBL_LEN, 1, REFUSED },
	{ "perf_domain rejects a write", VM_WRITE32, PV_FREQ_PERF_DOMAIN, 1, REFUSED },
	{ "an unassigned register reads 0", VM_READ32, 0x18, 0, READ },
	{ "an unassigned register rejects a write", VM_WRITE32, 0x18, 1, REFUSED },
	{ "the last register of a window reads 0", VM_READ32, PV_FREQ_STRIDE - 4, 0, READ },
	{ "the last register of the device reads 0", VM_READ32, 2 * PV_FREQ_STRIDE - 4, 0, READ },
	{ "a read of 8 bits is rejected", VM_READ8, PV_FREQ_CUR_PERF, 0, REFUSED },
	{ "a read of 16 bits is rejected", VM_READ16, PV_FREQ_CUR_PERF, 0, REFUSED },
	{ "a read of 64 bits is rejected", VM_READ64, PV_FREQ_CUR_PERF, 0, REFUSED },
	{ "a write of 8 bits is rejected", VM_WRITE8, PV_FREQ_PERFTBL_SEL, 1, REFUSED },
	{ "a write of 16 bits is rejected", VM_WRITE16, PV_FREQ_PERFTBL_SEL, 1, REFUSED },
	{ "a write of 64 bits is rejected", VM_WRITE64, PV_FREQ_PERFTBL_SEL - 4, 1, REFUSED },
	{ "perftbl_sel does not change by writes of other widths",
	  VM_READ32, PV_FREQ_PERFTBL_SEL, UINT32_MAX, READ },
	{ "an unaligned read is rejected", VM_READ32, PV_FREQ_CUR_PERF + 2, 0, REFUSED },
	{ "an unaligned write is rejected", VM_WRITE32, PV_FREQ_CUR_PERF + 1, MAX, REFUSED },
	{ "a read across two windows is rejected", VM_READ32, PV_FREQ_STRIDE - 2, 0, REFUSED },
	{ "cur_perf is the same in all windows of the domain", VM_READ32,
	  PV_FREQ_STRIDE + PV_FREQ_CUR_PERF, MIN, READ_DOMAINS },
	{ "set_perf of another window accepts a request",
	  VM_WRITE32, PV_FREQ_STRIDE + PV_FREQ_SET_PERF, MAX, REQUEST },
	{ "cur_perf is the request of another window of the domain",
	  VM_READ32, PV_FREQ_CUR_PERF, MAX, READ_DOMAINS },
	{ "set_perf of this window accepts the next request",
	  VM_WRITE32, PV_FREQ_SET_PERF, MIN, REQUEST },
};

static const struct access one_entry[] = {
	{ "perf_domain reads 0 without domains", VM_READ32, PV_FREQ_PERF_DOMAIN, 0, READ },
	{ "perf_domain of another window is another domain", VM_READ32,
	  PV_FREQ_STRIDE + PV_FREQ_PERF_DOMAIN, 1, READ },
	{ "perftbl_len reads 1", VM_READ32, PV_FREQ_PERFTBL_LEN, 1, READ },
	{ "perftbl_rd reads the entry", VM_READ32, PV_FREQ_PERFTBL_RD, MAX, READ },
	{ "set_perf accepts 1", VM_WRITE32, PV_FREQ_SET_PERF, 1, REQUEST },
	{ "cur_perf is 1 after that request", VM_READ32, PV_FREQ_CUR_PERF, 1, READ },
	{ "cur_perf of another window stays the maximum", VM_READ32,
	  PV_FREQ_STRIDE + PV_FREQ_CUR_PERF, MAX, READ },
	{ "set_perf accepts a value beyond the entry",
	  VM_WRITE32, PV_FREQ_SET_PERF, MAX + 1, REQUEST },
	{ "cur_perf is the entry after a request beyond it",
	  VM_READ32, PV_FREQ_CUR_PERF, MAX, READ },
};

#define NR_MORE		9

static const __u32 table[] = { MIN, MID, MAX };
static const __u32 domains[VM_NR_VCPUS] = { DOMAIN, DOMAIN };

/* Object of the device in BPF, NULL: the device of kvm_pv */
static const char *object;

/**
 * struct device - the device, attached to a VM
 * @vm: the VM
 * @pv: /dev/kvm_pv
 * @attach: arguments of its attachment
 * @host: process that holds a device in BPF
 */
struct device {
	struct vm vm;
	int pv;
	struct kvm_pv_attach attach;
	struct bpf_host host;
};

static bool device_attach(struct device *device)
{
	const char *text = device->attach.nr_perf == 1 ? "1800000" : BPF_TABLE;

	if (object)
		return bpf_attach_table(&device->host, object, text);
	return !pv_attach(device->pv, &device->attach);
}

static bool device_detach(struct device *device)
{
	if (object)
		return bpf_detach(&device->host);
	return !pv_detach(device->pv, device->attach.id);
}

static bool is_read(enum vm_op op)
{
	return op < VM_WRITE8;
}

static __u32 size(enum vm_op op)
{
	return 1 << op % 4;
}

static bool natural(const struct access *access)
{
	return !(access->offset % size(access->op));
}

/* Does the accesses, and adds the expected counts to the windows of @want. */
static void walk(struct vm *vm, const char *part, const struct access *access, size_t nr,
		 struct kvm_pv_cpu *want)
{
	for (; nr--; access++) {
		struct kvm_pv_cpu *cpu = &want[access->offset / PV_FREQ_STRIDE];
		__u32 last = (access->offset + size(access->op) - 1) / PV_FREQ_STRIDE;
		struct vm_step step = {
			.op	= access->op,
			.addr	= VM_DEVICE + access->offset,
			.value	= is_read(access->op) ? ~0ULL : access->value,
		};
		bool by_host;

		if (!natural(access) && !VM_UNALIGNED) {
			ksft_test_result_skip("%s: %s\n", part, access->name);
			continue;
		}
		if (object && access->count == READ_DOMAINS) {
			ksft_test_result_skip("%s: %s: each CPU is a domain\n", part, access->name);
			continue;
		}

		by_host = vm_do(vm, 0, &step);
		cpu->reads += access->count <= READ_DOMAINS;
		cpu->refused += access->count == REFUSED;
		cpu->requests += access->count == REQUEST;
		/* All windows belong to one domain. */
		if (access->count == REQUEST)
			want[0].request = access->value;
		/* KVM splits an access that crosses a page. */
		want[last].refused += cpu != &want[last];

		if (!by_host)
			ksft_print_msg("the access went to the VMM\n");
		else if (is_read(access->op) && step.value != access->value)
			ksft_print_msg("read %llu, not %u\n", step.value, access->value);
		ksft_test_result(by_host && (!is_read(access->op) || step.value == access->value),
				 "%s: %s\n", part, access->name);
	}
}

static bool same_counts(const struct kvm_pv_cpu *is, const struct kvm_pv_cpu *want)
{
	int i;

	for (i = 0; i < VM_NR_VCPUS; i++) {
		if (is[i].reads != want[i].reads || is[i].requests != want[i].requests ||
		    is[i].refused != want[i].refused || is[i].request != want[0].request) {
			ksft_print_msg("window %d: %llu/%llu/%llu/%u, not %llu/%llu/%llu/%u\n", i,
				       is[i].reads, is[i].requests, is[i].refused, is[i].request,
				       want[i].reads, want[i].requests, want[i].refused,
				       want[0].request);
			return false;
		}
	}

	return true;
}

static bool read_by_host(struct vm *vm, __u64 addr)
{
	struct vm_step step = { .op = VM_READ32, .addr = addr };

	return vm_do(vm, 0, &step);
}

static void write_from(struct vm *vm, int vcpu, __u32 value)
{
	struct vm_step step = {
		.op = VM_WRITE32, .addr = VM_DEVICE + PV_FREQ_SET_PERF, .value = value,
	};

	vm_do(vm, vcpu, &step);
}

static struct kvm_pv_cpu *stats(const struct device *device)
{
	static struct kvm_pv_cpu is[VM_NR_VCPUS];

	vm_must(!pv_stats(device->pv, device->attach.id, is, VM_NR_VCPUS), "KVM_PV_STATS");
	return is;
}

/* Skips the test and returns true for a device in BPF, which has no counters. */
static bool uncounted(const char *name)
{
	if (object)
		ksft_test_result_skip("%s: a device in BPF has no counters\n", name);
	return object;
}

static void test_new(const struct device *device)
{
	const char *name = "stats report no requester before the first request";
	const struct kvm_pv_cpu *is;

	if (uncounted(name))
		return;
	is = stats(device);
	ksft_test_result(is[0].tid == 0 && is[0].vcpu_id == UINT32_MAX && is[0].request == 0,
			 "%s\n", name);
}

static void test_counts(const struct device *device, const struct kvm_pv_cpu *want)
{
	const char *name = "stats count each access by its kind";

	if (!uncounted(name))
		ksft_test_result(same_counts(stats(device), want), "%s\n", name);
}

static void test_thread(const struct device *device)
{
	const char *name = "stats report thread and vCPU of the last request";
	const struct kvm_pv_cpu *is;

	if (uncounted(name))
		return;
	is = stats(device);
	ksft_test_result(is[0].tid == syscall(SYS_gettid) && is[0].vcpu_id == 0 &&
			 is[0].perf == MIN && is[0].domain == DOMAIN, "%s\n", name);
}

static void test_other_vcpu(struct device *device)
{
	const char *name = "stats report another vCPU that uses the window";
	const struct kvm_pv_cpu *is;

	write_from(&device->vm, 1, MID);
	if (uncounted(name))
		return;
	is = stats(device);
	ksft_test_result(is[0].vcpu_id == 1 && is[0].perf == MID, "%s\n", name);
}

static void test_domains(const struct device *device)
{
	const char *name = "each CPU has a domain of its own without domains";
	const struct kvm_pv_cpu *is;

	if (uncounted(name))
		return;
	is = stats(device);
	ksft_test_result(is[0].domain == 0 && is[1].domain == 1, "%s\n", name);
}

int main(void)
{
	struct kvm_pv_cpu want[VM_NR_VCPUS] = { };
	struct device device = {
		.pv	= -1,
		.attach	= {
			.nr_cpus	= VM_NR_VCPUS,
			.base		= VM_DEVICE,
			.nr_perf	= ARRAY_SIZE(table),
			.perf		= PTR(table),
			.domains	= PTR(domains),
		},
	};
	struct vm *vm = &device.vm;

	ksft_print_header();
	object = getenv("PV_BPF");
	if (object)
		bpf_needs(object);
	else
		device.pv = pv_open();
	vm_create(vm);
	device.attach.vm_fd = vm->fd;
	ksft_set_plan(ARRAY_SIZE(accesses) + ARRAY_SIZE(one_entry) + NR_MORE);

	ksft_test_result(!read_by_host(vm, VM_DEVICE),
			 "an access before attach exits to the VMM\n");
	vm_must(device_attach(&device), "attach");

	test_new(&device);
	walk(vm, "table of three", accesses, ARRAY_SIZE(accesses), want);
	test_counts(&device, want);
	test_thread(&device);
	test_other_vcpu(&device);

	ksft_test_result(!read_by_host(vm, VM_DEVICE + VM_NR_VCPUS * PV_FREQ_STRIDE),
			 "an access after the last window exits to the VMM\n");

	ksft_test_result(device_detach(&device), "detach succeeds\n");
	ksft_test_result(!read_by_host(vm, VM_DEVICE), "an access after detach exits to the VMM\n");

	device.attach.nr_perf = 1;
	device.attach.perf = PTR(&table[2]);
	device.attach.domains = 0;
	vm_must(device_attach(&device), "attach");
	walk(vm, "table of one", one_entry, ARRAY_SIZE(one_entry), want);
	test_domains(&device);
	device_detach(&device);

	vm_destroy(vm);
	ksft_finished();
}

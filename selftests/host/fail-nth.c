// SPDX-License-Identifier: GPL-2.0
/*
 * Failures of each allocation and user copy in the ioctls of /dev/kvm_pv: a call that fails leaves
 * no VM attached or detached, and the same call works afterwards.  Failures in the works of the
 * module, which add the shared pages, are not part of this test.
 *
 * needs: host full
 */
#include <pv/vcpufreq.h>

#include "../fail-nth.h"
#include "kvm_pv.h"
#include "vm.h"

static const __u32 table[] = { 600000, 1200000 };
static const __u32 domains[VM_NR_VCPUS];

static struct vm vm;
static int pv = -1;
static struct kvm_pv_attach attach;
static struct kvm_pv_vm listed;
static struct kvm_pv_cpu cpus[VM_NR_VCPUS];

static void prepare(__u32 flags, __u64 shared, __u32 telemetry)
{
	attach = (struct kvm_pv_attach) {
		.flags		= flags,
		.vm_fd		= vm.fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= ARRAY_SIZE(table),
		.perf		= PTR(table),
		.domains	= PTR(domains),
		.shared		= shared,
		.telemetry	= telemetry,
	};
}

static void prepare_plain(void)
{
	prepare(0, 0, KVM_PV_TELEMETRY_OFF);
}

static void prepare_hypercalls(void)
{
	prepare(KVM_PV_HYPERCALLS, 0, KVM_PV_TELEMETRY_OFF);
}

static void prepare_shared(void)
{
	prepare(KVM_PV_HYPERCALLS, VM_SHARED, KVM_PV_TELEMETRY_OFF);
}

static void prepare_telemetry(void)
{
	prepare(KVM_PV_HYPERCALLS, VM_SHARED, KVM_PV_TELEMETRY_EVENTS);
}

static void prepare_attached(void)
{
	if (pv_nr_attached(pv))
		return;
	prepare_telemetry();
	if (pv_attach(pv, &attach))
		ksft_exit_fail_msg("attach without a failure: %s\n", strerror(errno));
}

static int call_open(void)
{
	int fd = open("/dev/kvm_pv", O_RDWR | O_CLOEXEC), err = errno;

	if (fd < 0)
		return err;
	close(fd);
	return 0;
}

static int call_attach(void)
{
	return pv_attach(pv, &attach);
}

static int call_detach(void)
{
	return pv_detach(pv, attach.id);
}

static int call_cap(void)
{
	return pv_cap(pv, attach.id, table[0]);
}

static int call_telemetry(void)
{
	struct kvm_pv_telemetry arg = {
		.size = sizeof(arg), .id = attach.id, .level = KVM_PV_TELEMETRY_COUNTERS,
	};

	return ioctl(pv, KVM_PV_TELEMETRY, &arg) ? errno : 0;
}

static int call_list(void)
{
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = 1, .vm_size = sizeof(listed), .vms = PTR(&listed),
	};

	return ioctl(pv, KVM_PV_LIST, &list) ? errno : 0;
}

static int call_stats(void)
{
	return pv_stats(pv, attach.id, cpus, VM_NR_VCPUS);
}

static bool check_none(int err)
{
	return !pv_nr_attached(pv);
}

/* A failed attach left nothing: the same attach works. */
static bool check_attach(int err)
{
	bool valid = true;

	if (err)
		valid = !pv_nr_attached(pv) && !pv_attach(pv, &attach);
	return valid && pv_nr_attached(pv) == 1 && !pv_detach(pv, attach.id) &&
	       !pv_nr_attached(pv);
}

/* A failed detach left the VM attached or detached it. */
static bool check_detach(int err)
{
	__u32 nr = pv_nr_attached(pv);

	if (!err)
		return !nr;
	return !nr || (nr == 1 && !pv_detach(pv, attach.id) && !pv_nr_attached(pv));
}

/* The VM is attached, and the call works. */
static bool check_cap(int err)
{
	return !call_cap() && !call_list() && listed.id == attach.id && listed.cap == table[0] &&
	       !pv_cap(pv, attach.id, 0);
}

static bool check_telemetry(int err)
{
	return !call_telemetry() && !call_list() && listed.id == attach.id &&
	       listed.telemetry == KVM_PV_TELEMETRY_COUNTERS;
}

static bool check_list(int err)
{
	return !call_list() && listed.id == attach.id && listed.nr_perf == ARRAY_SIZE(table);
}

static bool check_stats(int err)
{
	return !call_stats() && pv_nr_attached(pv) == 1;
}

/* All copy a struct from user memory but open. */
static const struct {
	struct fail_nth call;
	int min;
} calls[] = {
	{ { "open with a failed allocation leaves nothing", NULL, call_open, check_none }, 0 },
	{ { "attach with a failed allocation leaves nothing",
	    prepare_plain, call_attach, check_attach }, 3 },
	{ { "attach with hypercalls and a failed allocation leaves nothing",
	    prepare_hypercalls, call_attach, check_attach }, 3 },
	{ { "attach with shared pages and a failed allocation leaves nothing",
	    prepare_shared, call_attach, check_attach }, 3 },
	{ { "attach with telemetry and a failed allocation leaves nothing",
	    prepare_telemetry, call_attach, check_attach }, 3 },
	{ { "detach with a failed allocation works the second time",
	    prepare_attached, call_detach, check_detach }, 1 },
	{ { "cap with a failed allocation works the second time",
	    prepare_attached, call_cap, check_cap }, 1 },
	{ { "telemetry with a failed allocation works the second time",
	    prepare_attached, call_telemetry, check_telemetry }, 1 },
	{ { "list with a failed allocation works the second time",
	    prepare_attached, call_list, check_list }, 2 },
	{ { "stats with a failed allocation work the second time",
	    prepare_attached, call_stats, check_stats }, 2 },
};

int main(void)
{
	int fd;
	size_t i;

	ksft_print_header();
	fd = fail_nth_open();
	ksft_set_plan(ARRAY_SIZE(calls) + 1);
	pv = pv_open();
	vm_create(&vm);

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		fail_nth_test(fd, &calls[i].call, calls[i].min);

	if (pv_nr_attached(pv))
		pv_detach(pv, attach.id);
	vm_destroy(&vm);
	close(pv);
	ksft_test_result(pv_unloads(), "the module unloads after all failures\n");
	ksft_finished();
}

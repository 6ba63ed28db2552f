// SPDX-License-Identifier: GPL-2.0
/*
 * How often the requests of a guest are applied, by the limits of the module and of the VM, and
 * while a guest floods the host, on a host with a cpufreq driver that is a test double.
 *
 * needs: host full each-kernel
 */

#include "driver.h"
#include "pin.h"
#include "shared.h"
#include "userspace/libpv/libpv.h"

#define NR_TESTS	10
#define PARAMETER	"/sys/module/kvm_pv/parameters/max_rate"
#define FLOOD_MS	2000
#define NR_SLOW		10

static bool parameter(unsigned int set, unsigned int *is)
{
	FILE *file = fopen(PARAMETER, is ? "re" : "we");
	bool ok;

	vm_must(file, PARAMETER);
	ok = is ? fscanf(file, "%u", is) == 1 : fprintf(file, "%u", set) > 0;
	return !fclose(file) && ok;
}

static void attach(struct shared *shared, __u32 max_rate)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_FREQ_QOS);

	attach.max_rate = max_rate;
	shared_attach_as(shared, &attach);
}

static __u32 listed_rate(const struct shared *shared)
{
	struct kvm_pv_vm vm = { };
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = 1, .vm_size = sizeof(vm), .vms = PTR(&vm),
	};

	vm_must(!ioctl(shared->pv, KVM_PV_LIST, &list), "KVM_PV_LIST");
	return vm.max_rate;
}

/**
 * struct flood - requests that differ from the one before
 * @ms: duration
 * @sent: requests
 * @applied: requests that the host has applied and that differ from the one before
 * @taken: requests that the host has not suppressed
 */
struct flood {
	__u64 ms;
	__u64 sent;
	__u64 applied;
	__u64 taken;
};

static struct flood flood(struct shared *shared)
{
	struct kvm_pv_cpu before = shared_stats(shared, 0), after;
	__u64 begin = pv_interval_now();
	struct flood flood = { };

	while (flood.ms < FLOOD_MS || flood.sent % 2) {
		shared_request(shared, 0, flood.sent++ % 2 ? MID : MAX);
		flood.ms = (pv_interval_now() - begin) / 1000000;
	}
	vm_must(driver_soon(0, MID), "the last request");
	/* The request may have been applied before. */
	usleep(1500000);
	after = shared_stats(shared, 0);
	flood.applied = after.applied - before.applied;
	flood.taken = flood.sent - (after.suppressed - before.suppressed);
	ksft_print_msg("%llu requests in %llu ms, %llu not suppressed, %llu applied\n",
		       flood.sent, flood.ms, flood.taken, flood.applied);
	return flood;
}

/* Two more: the first one and the last one */
static bool is_at_most(const struct flood *flood, unsigned int rate)
{
	return flood->applied && flood->applied <= flood->taken &&
	       flood->taken <= rate * flood->ms / 1000 + 2;
}

static void test_limit(struct shared *shared)
{
	struct kvm_pv_cpu before;
	struct flood result;
	unsigned int rate;

	ksft_test_result(parameter(0, &rate) && rate == 100,
			 "the rate of all VMs is 100 per second by default\n");
	attach(shared, 3);
	ksft_test_result(listed_rate(shared) == 3, "list reports the rate of the VM\n");
	shared_request(shared, 0, MAX);
	ksft_test_result(driver_soon(0, MAX), "the first request is applied\n");
	result = flood(shared);
	ksft_test_result(is_at_most(&result, 3),
			 "requests are applied at most at the rate of the VM\n");
	shared_request(shared, 0, MAX);
	vm_must(driver_soon(0, MAX), "a request after the flood");
	before = shared_stats(shared, 0);
	shared_request(shared, 0, MID);
	shared_request(shared, 0, MID);
	vm_must(driver_soon(0, MID), "a repeated request");
	ksft_test_result(shared_stats(shared, 0).suppressed == before.suppressed &&
			 shared_stats(shared, 0).applied == before.applied + 1,
			 "a request that is applied is not counted as suppressed\n");
	shared_detach(shared);
}

/* A rate that the emulated machine exceeds easily, with intervals of 50 ms */
static void test_back_off(struct shared *shared)
{
	struct flood result;
	__u64 before;
	int i;

	vm_must(parameter(20, NULL), PARAMETER);
	attach(shared, 0);
	result = flood(shared);
	ksft_test_result(is_at_most(&result, 20 / 2),
			 "a flood of requests lowers the rate\n");

	shared_request(shared, 0, MAX);
	vm_must(driver_soon(0, MAX), "a request after the flood");
	before = shared_stats(shared, 0).applied;
	for (i = 0; i < NR_SLOW; i++) {
		shared_request(shared, 0, i % 2 ? MAX : MID);
		usleep(100000);
	}
	ksft_print_msg("%llu of %u slow requests applied\n",
		       shared_stats(shared, 0).applied - before, NR_SLOW);
	ksft_test_result(shared_stats(shared, 0).applied - before >= NR_SLOW * 7 / 10,
			 "slow requests are applied at once after a flood\n");
	shared_detach(shared);
}

static void test_unlimited(struct shared *shared)
{
	struct flood result;

	vm_must(parameter(0, NULL), PARAMETER);
	attach(shared, 5);
	result = flood(shared);
	ksft_test_result(is_at_most(&result, 5),
			 "the rate of the VM limits it without a rate of all VMs\n");
	shared_detach(shared);

	attach(shared, UINT32_MAX);
	ksft_test_result(flood(shared).applied, "requests are applied at the highest rate\n");
	shared_detach(shared);

	vm_must(parameter(2, NULL), PARAMETER);
	attach(shared, 50);
	result = flood(shared);
	ksft_test_result(is_at_most(&result, 2),
			 "the rate of all VMs limits a VM with a higher rate\n");
	shared_detach(shared);
	vm_must(parameter(100, NULL), PARAMETER);
}

int main(void)
{
	struct shared shared;

	ksft_print_header();
	if (driver_policy(0, "min"))
		ksft_exit_skip("this host has a cpufreq driver already\n");
	ksft_set_plan(NR_TESTS);

	pin(0, 0);
	shared.pv = pv_open();
	vm_create(&shared.vm);
	vm_must(driver_load(""), DRIVER ".ko");
	test_limit(&shared);
	test_back_off(&shared);
	test_unlimited(&shared);
	vm_destroy(&shared.vm);
	close(shared.pv);
	vm_must(driver_unload(), "rmmod " DRIVER);

	ksft_finished();
}

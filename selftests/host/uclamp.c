// SPDX-License-Identifier: GPL-2.0
/*
 * The requests of a guest as uclamp.min of the threads that run its vCPUs, on a host without a
 * cpufreq driver: the last frequency of the table is the capacity of the CPU.
 *
 * needs: host check each-kernel
 */
#include <errno.h>
#include <sys/syscall.h>

#include <linux/sched.h>
#include <linux/sched/types.h>

#include "driver.h"
#include "shared.h"

#define NR_TESTS	17
#define CAPACITY	1024
#define OWN		100
#define OTHERS		77
#define LIMIT		512
#define MARGIN		25

/* kvm_pv rounds down. */
static int clamp_of(__u32 khz)
{
	return (__u64)CAPACITY * khz / MAX;
}

/* Returns uclamp.min of this thread, or a negative errno. */
static int clamp_is(void)
{
	struct sched_attr attr = { };

	if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0))
		return -errno;
	return attr.sched_util_min;
}

/* @flag: SCHED_FLAG_UTIL_CLAMP_MIN or SCHED_FLAG_UTIL_CLAMP_MAX */
static void clamp_set(__u64 flag, __u32 value)
{
	struct sched_attr attr = {
		.size = sizeof(attr), .sched_flags = SCHED_FLAG_KEEP_ALL | flag,
		.sched_util_min = value, .sched_util_max = value,
	};

	vm_must(!syscall(SYS_sched_setattr, 0, &attr, 0), "sched_setattr");
}

/* Returns true within 5 s. */
static bool becomes(int want)
{
	int i;

	for (i = 0; i < 500 && clamp_is() != want; i++)
		usleep(10000);
	if (clamp_is() != want)
		ksft_print_msg("uclamp.min is %d, not %d\n", clamp_is(), want);
	return clamp_is() == want;
}

/* Returns true if the clamp has that value for longer than kvm_pv's period. */
static bool stays(int want)
{
	usleep(1500000);
	return becomes(want);
}

static void create(struct shared *shared, __u32 margin)
{
	struct kvm_pv_attach attach;

	shared->pv = pv_open();
	vm_create(&shared->vm);
	attach = shared_attachment(shared, NULL, KVM_PV_UCLAMP);
	attach.margin = margin;
	shared_attach_as(shared, &attach);
}

static bool ask_lazily(struct shared *shared, __u32 khz)
{
	shared_post_until_taken(shared, khz);
	return becomes(clamp_of(khz));
}

static void test_requests(void)
{
	struct shared shared;
	struct kvm_pv_cpu stats;

	create(&shared, 0);
	ksft_test_result(stays(0), "uclamp applies nothing before a request\n");
	shared_request(&shared, 0, MID);
	ksft_test_result(becomes(clamp_of(MID)), "a request becomes uclamp.min of the thread\n");
	stats = shared_stats(&shared, 0);
	ksft_test_result(stats.applied == 1 && !stats.failed, "stats count an applied clamp\n");
	shared_request(&shared, 0, MAX);
	ksft_test_result(becomes(CAPACITY), "the highest request is the capacity of the CPU\n");
	ksft_test_result(ask_lazily(&shared, MIN),
			 "a lower request in the record becomes uclamp.min\n");
	ksft_test_result(ask_lazily(&shared, MAX),
			 "a higher request in the record becomes uclamp.min\n");
	pv_cap(shared.pv, shared.id, MID);
	ksft_test_result(becomes(clamp_of(MID)), "a cap limits uclamp.min\n");
	pv_cap(shared.pv, shared.id, 0);
	ksft_test_result(becomes(CAPACITY), "removing the cap restores uclamp.min\n");
	shared_detach(&shared);
	ksft_test_result(clamp_is() == 0, "detach removes the clamp before it returns\n");
	vm_destroy(&shared.vm);
	close(shared.pv);
}

static void test_margin(void)
{
	struct shared shared;

	create(&shared, MARGIN);
	shared_request(&shared, 0, MID);
	ksft_test_result(becomes(CAPACITY * (MID / 1000) * 100 / (MAX / 1000 * (100 + MARGIN))),
			 "a margin of 25 %% lowers uclamp.min\n");
	vm_destroy(&shared.vm);
	ksft_test_result(becomes(0), "the end of a VM removes the clamp\n");
	close(shared.pv);
}

/* The thread has a clamp of its own, or another program changes it. */
static void test_others(void)
{
	struct shared shared;

	clamp_set(SCHED_FLAG_UTIL_CLAMP_MIN, OWN);
	create(&shared, 0);
	shared_request(&shared, 0, MID);
	ksft_test_result(becomes(clamp_of(MID)), "a request replaces the thread's own clamp\n");
	shared_detach(&shared);
	ksft_test_result(clamp_is() == OWN, "detach restores the thread's own clamp\n");

	shared_attach_to(&shared, NULL, KVM_PV_UCLAMP);
	shared_request(&shared, 0, MID);
	becomes(clamp_of(MID));
	clamp_set(SCHED_FLAG_UTIL_CLAMP_MIN, OTHERS);
	ksft_test_result(becomes(clamp_of(MID)),
			 "a request is applied again after another program's clamp\n");
	shared_detach(&shared);
	ksft_test_result(clamp_is() == OTHERS, "detach restores another program's clamp\n");
	vm_destroy(&shared.vm);
	close(shared.pv);
}

static void test_refused(void)
{
	struct shared shared;
	struct kvm_pv_cpu stats;

	clamp_set(SCHED_FLAG_UTIL_CLAMP_MAX, LIMIT);
	create(&shared, 0);
	shared_request(&shared, 0, MAX);
	ksft_test_result(stays(OTHERS),
			 "a request above uclamp.max of the thread leaves its clamp\n");
	stats = shared_stats(&shared, 0);
	ksft_test_result(!stats.applied && stats.failed == 1 &&
			 stats.fail_reason == KVM_PV_FAIL_REFUSED,
			 "stats count a request above uclamp.max as refused\n");
	shared_destroy(&shared);
}

int main(void)
{
	ksft_print_header();
	if (access("/proc/sys/kernel/sched_util_clamp_min", F_OK))
		ksft_exit_skip("the kernel lacks CONFIG_UCLAMP_TASK\n");
	if (driver_policy(0, "min"))
		ksft_exit_skip("this host has a cpufreq driver\n");
	ksft_set_plan(NR_TESTS);

	test_requests();
	test_margin();
	test_others();
	test_refused();
	ksft_finished();
}

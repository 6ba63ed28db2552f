// SPDX-License-Identifier: GPL-2.0
/*
 * Failures of each allocation and user copy in the ioctls of /dev/pv_hypercall: the call fails with
 * ENOMEM or EFAULT, and the same call works afterwards.
 *
 * needs: guest full
 */
#include "../fail-nth.h"
#include "device.h"

#define SAMPLES		16
#define ENTRIES		8

static int device = -1;
static __u32 buckets[PV_HYPERCALL_BUCKETS];
static struct pv_hypercall_times times[SAMPLES];
static struct pv_hypercall_entry entries[ENTRIES];

static int call_open(void)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC), err = errno;

	if (fd < 0)
		return err;
	close(fd);
	return 0;
}

static int call_query(void)
{
	struct pv_hypercall_query arg = { .size = sizeof(arg) };

	return try_ioctl(device, PV_HYPERCALL_QUERY, &arg);
}

static int call_nop(void)
{
	struct pv_hypercall_nop arg = { .size = sizeof(arg) };

	return try_ioctl(device, PV_HYPERCALL_NOP, &arg);
}

static int call_vcpu_info(void)
{
	struct pv_hypercall_vcpu_info arg = { .size = sizeof(arg), .cpu = 1 };

	return try_ioctl(device, PV_HYPERCALL_VCPU_INFO, &arg);
}

static int call_call(void)
{
	struct pv_hypercall_call arg = { .size = sizeof(arg), .nr = HARMLESS };

	return try_ioctl(device, PV_HYPERCALL_CALL, &arg);
}

static int batch_on(__u32 cpu)
{
	DECLARE_BATCH(arg, entries, ENTRIES);
	size_t i;

	arg.cpu = cpu;
	for (i = 0; i < ENTRIES; i++)
		entries[i] = (struct pv_hypercall_entry){ .nr = HARMLESS };
	return try_ioctl(device, PV_HYPERCALL_BATCH, &arg);
}

static int call_batch(void)
{
	return batch_on(PV_HYPERCALL_ANY_CPU);
}

static int call_batch_on_cpu(void)
{
	return batch_on(1);
}

static int call_probe(void)
{
	struct pv_hypercall_probe arg = { .size = sizeof(arg) };

	return try_ioctl(device, PV_HYPERCALL_PROBE, &arg);
}

static int call_latency(void)
{
	struct pv_hypercall_latency arg = {
		.size = sizeof(arg), .nr = HARMLESS, .samples = SAMPLES, .cpu = 1,
		.buckets = (uintptr_t)buckets,
	};

	return try_ioctl(device, PV_HYPERCALL_LATENCY, &arg);
}

static int call_tagged(void)
{
	struct pv_hypercall_tagged arg = {
		.size = sizeof(arg), .nr = HARMLESS, .samples = SAMPLES, .cpu = 1,
		.times = (uintptr_t)times,
	};

	return try_ioctl(device, PV_HYPERCALL_TAGGED, &arg);
}

#define CHECK(what)				\
static bool check_##what(int err)		\
{						\
	return !call_##what();			\
}

CHECK(open)
CHECK(query)
CHECK(nop)
CHECK(vcpu_info)
CHECK(call)
CHECK(batch)
CHECK(batch_on_cpu)
CHECK(probe)
CHECK(latency)
CHECK(tagged)

#define CALL(what, min) \
	{ { #what " with a failed allocation works the second time", NULL, call_##what, \
	    check_##what }, min }

/* The least number of failures: get_user() and put_user() do not fail. */
static const struct {
	struct fail_nth call;
	int min;
} calls[] = {
	CALL(open, 0),
	CALL(query, 2),
	CALL(nop, 0),
	CALL(vcpu_info, 2),
	CALL(call, 0),
	CALL(batch, 1),
	CALL(batch_on_cpu, 1),
	CALL(probe, 2),
	CALL(latency, 3),
	CALL(tagged, 3),
};

int main(void)
{
	int fd;
	size_t i;

	ksft_print_header();
	fd = fail_nth_open();
	ksft_set_plan(ARRAY_SIZE(calls));
	device = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0)
		ksft_exit_fail_msg("%s: %s\n", DEVICE, strerror(errno));

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		fail_nth_test(fd, &calls[i].call, calls[i].min);
	ksft_finished();
}

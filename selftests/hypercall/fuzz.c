// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall with generated input, see fuzz-ioctl.h.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include "fuzz.h"
#include "kselftest.h"

#define DEFAULT_CALLS	5000
#define REOPEN		64	/* calls, after which a new file has no restriction */

#define NR_TARGETS	ARRAY_SIZE(targets)
#define NR_ENTRIES	16
#define BUCKETS_SIZE	(PV_HYPERCALL_BUCKETS * sizeof(__u32))

/* Both end before an unmapped page. */
static struct pv_hypercall_entry *entries;
static char *buckets;
static __u32 allowed;
static int fd = -1;

static void reopen(void)
{
	struct pv_hypercall_probe probe = { .size = sizeof(probe), .nr = FORBIDDEN };

	if (fd >= 0)
		close(fd);
	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		ksft_exit_fail_msg(DEVICE ": %s\n", strerror(errno));
	if (ioctl(fd, PV_HYPERCALL_PROBE, &probe) || probe.out_flags & PV_HYPERCALL_ALLOWED)
		ksft_exit_fail_msg("load pv_hypercall without unsafe_calls\n");
	allowed = PV_HYPERCALL_ALLOW_ALL;
}

static void fill(struct fuzz_call *call)
{
	union {
		struct pv_hypercall_query query;
		struct pv_hypercall_call call;
		struct pv_hypercall_batch batch;
		struct pv_hypercall_latency latency;
		struct pv_hypercall_tagged tagged;
		struct pv_hypercall_probe probe;
		struct pv_hypercall_restrict restriction;
		struct pv_hypercall_vcpu_info vcpu_info;
	} u;
	unsigned int i;

	memset(&u, 0, sizeof(u));
	u.query.size = call->size;
	switch (call->target->cmd) {
	case PV_HYPERCALL_CALL:
		u.call.nr = HARMLESS;
		break;
	case PV_HYPERCALL_BATCH:
		u.batch.cpu = PV_HYPERCALL_ANY_CPU;
		u.batch.count = 2;
		u.batch.entries = (uintptr_t)entries;
		u.batch.entry_size = sizeof(*entries);
		for (i = 0; i < NR_ENTRIES; i++)
			entries[i].nr = HARMLESS;
		break;
	case PV_HYPERCALL_LATENCY:
		u.latency.nr = HARMLESS;
		u.latency.samples = 2;
		u.latency.buckets = (uintptr_t)buckets;
		break;
	case PV_HYPERCALL_TAGGED:
		u.tagged.nr = HARMLESS;
		u.tagged.samples = 2;
		u.tagged.times = (uintptr_t)buckets;
		break;
	case PV_HYPERCALL_PROBE:
		u.probe.nr = HARMLESS;
		break;
	case PV_HYPERCALL_RESTRICT:
		u.restriction.allow = PV_HYPERCALL_ALLOW_ALL;
		break;
	}
	memcpy(call->image, &u, call->size);
}

/* Replaces the number of one entry of a batch */
static void spoil_entry(struct fuzz_call *call)
{
	const struct pv_hypercall_batch *batch = (void *)call->image;
	unsigned int at = call->input.extra % NR_ENTRIES, i;

	i = call->input.extra / NR_ENTRIES % fuzz_nr_values(&numbers);
	entries[at].nr = numbers.list[i].value;
	if (at < batch->count)
		call->verdict = worse(call->verdict, numbers.list[i].verdict);
}

/* The reason why the result of a call is wrong, or NULL */
static const char *judge(const struct fuzz_call *call)
{
	if (call->input.number <= NUMBER_SIZE &&
	    needed[_IOC_NR(call->target->cmd)] & ~allowed)
		return call->err == EACCES ? NULL : "the file is restricted";
	return fuzz_judge(call);
}

static bool try_once(void)
{
	struct fuzz_call call;
	const char *wrong;

	fuzz_choose(&call, targets, NR_TARGETS);
	fill(&call);
	fuzz_spoil_number(&call);
	fuzz_spoil(&call);
	if (call.target->cmd == PV_HYPERCALL_BATCH && call.input.extra)
		spoil_entry(&call);
	fuzz_place(&call);
	fuzz_make(&call, fd);
	wrong = judge(&call);
	if (wrong)
		fuzz_print(&call, wrong);
	if (!call.err && call.target->cmd == PV_HYPERCALL_RESTRICT)
		allowed = ((struct pv_hypercall_restrict *)call.at)->allowed;
	return !wrong;
}

int main(void)
{
	unsigned long long calls = fuzz_number("PV_CALLS", DEFAULT_CALLS), i;
	unsigned long long seed = fuzz_number("PV_SEED", 1);

	ksft_print_header();
	ksft_set_plan(1 + NR_TARGETS);
	fuzz_init(seed);
	entries = map_at_end(NR_ENTRIES * sizeof(*entries));
	buckets = map_at_end(BUCKETS_SIZE);
	for (i = 0; i < calls; i++) {
		if (i % REOPEN == 0)
			reopen();
		if (!try_once())
			break;
	}
	ksft_test_result(i == calls,
			 "Generated calls have valid results: %llu of %llu, seed %llu\n", i, calls,
			 seed);
	fuzz_report(targets, NR_TARGETS);
	ksft_finished();
}

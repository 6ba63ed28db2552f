// SPDX-License-Identifier: GPL-2.0
/*
 * Exit telemetry as a guest finds it: counters are exact for a guest that exits a known number of
 * times, events are those that the guest selects, and neither depends on what the guest writes.
 *
 * needs: host check each-kernel
 */
#include <pv/exits.h>

#include "shared.h"

#define NR_TESTS	34
#define NR_CALLS	200
/* More events than a ring has */
#define NR_EVENTS	600
#define JUNK		0xa5a5a5a5

static __u32 header(const struct shared *shared, size_t member)
{
	return *(__u32 *)(shared->pages + member);
}

#define HEADER(shared, member)	header(shared, offsetof(struct pv_shared_header, member))

static struct pv_exits_vcpu *vcpu_of(const struct shared *shared, int vcpu)
{
	return (void *)(shared->pages + HEADER(shared, exits) +
			vcpu * HEADER(shared, exits_stride));
}

static struct pv_exits_reason *reason_at(const struct shared *shared, int vcpu, __u32 i)
{
	return (void *)((char *)vcpu_of(shared, vcpu) + HEADER(shared, exits_reasons) +
			i * HEADER(shared, exits_reason_size));
}

static struct pv_exits_event *event_at(const struct shared *shared, int vcpu, __u32 i)
{
	struct pv_exits_event *ring = (void *)((char *)vcpu_of(shared, vcpu) +
					       HEADER(shared, exits_ring));

	return &ring[i % HEADER(shared, exits_ring_size)];
}

/* The counters of a reason, all 0 if it has not occurred; no vCPU runs. */
static struct pv_exits_reason counters(const struct shared *shared, int vcpu, __u32 reason)
{
	__u32 i;

	for (i = 0; i < vcpu_of(shared, vcpu)->nr_reasons; i++) {
		if (reason_at(shared, vcpu, i)->reason == reason)
			return *reason_at(shared, vcpu, i);
	}
	return (struct pv_exits_reason){ };
}

static __u64 count(const struct shared *shared, int vcpu, __u32 reason)
{
	return counters(shared, vcpu, reason).count;
}

static __u64 total(const struct shared *shared, int vcpu)
{
	__u64 sum = 0;
	__u32 i;

	for (i = 0; i < vcpu_of(shared, vcpu)->nr_reasons; i++)
		sum += reason_at(shared, vcpu, i)->count;
	return sum;
}

static void run(struct shared *shared, int vcpu, int nr)
{
	while (nr--)
		shared_run(shared, vcpu);
}

static int set_level(const struct shared *shared, __u32 level)
{
	return pv_telemetry(shared->pv, shared->id, level);
}

static int attach_with(struct shared *shared, __u32 level, __u64 pages)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);

	attach.telemetry = level;
	attach.shared = pages;
	if (pages && level <= KVM_PV_TELEMETRY_EVENTS) {
		shared_attach_as(shared, &attach);
		return 0;
	}
	return pv_attach(shared->pv, &attach);
}

static void test_off(struct shared *shared)
{
	attach_with(shared, KVM_PV_TELEMETRY_OFF, VM_SHARED);
	ksft_test_result(!HEADER(shared, exits) && !HEADER(shared, exits_level),
			 "a VM has no telemetry by default\n");
	ksft_test_result(set_level(shared, KVM_PV_TELEMETRY_COUNTERS) == EOPNOTSUPP,
			 "telemetry cannot be added to a VM that was attached without it\n");
	shared_detach(shared);
}

static void test_refused(struct shared *shared)
{
	ksft_test_result(attach_with(shared, KVM_PV_TELEMETRY_COUNTERS, 0) == EINVAL,
			 "telemetry requires shared pages\n");
	ksft_test_result(attach_with(shared, KVM_PV_TELEMETRY_EVENTS + 1, VM_SHARED) == EINVAL,
			 "an unknown level is rejected\n");
}

static void test_header(struct shared *shared)
{
	__u32 end = HEADER(shared, exits) + VM_NR_VCPUS * HEADER(shared, exits_stride);

	ksft_test_result(HEADER(shared, exits_level) == PV_EXITS_COUNTERS &&
			 HEADER(shared, exits_nr) == VM_NR_VCPUS &&
			 HEADER(shared, exits_set) && HEADER(shared, exits_khz),
			 "the header has level, number of vCPUs, reasons and clock\n");
	ksft_test_result(end <= pv_exits_shared_size(VM_NR_VCPUS),
			 "the telemetry is within the pages\n");
}

static __u64 sum_of(const __u64 *histogram)
{
	__u64 sum = 0;
	int i;

	for (i = 0; i < PV_EXITS_BUCKETS; i++)
		sum += histogram[i];
	return sum;
}

/* Returns the reason of a hypercall: that of NR_CALLS exits. */
static __u32 test_counts(struct shared *shared)
{
	struct pv_exits_reason calls = { }, ends = { }, reason;
	__u32 i;

	run(shared, 0, 1);
	for (i = 0; i < vcpu_of(shared, 0)->nr_reasons; i++)
		ksft_print_msg("first run: reason %#x count %llu\n",
			       reason_at(shared, 0, i)->reason,
			       (unsigned long long)reason_at(shared, 0, i)->count);
	run(shared, 0, NR_CALLS - 1);
	for (i = 0; i < vcpu_of(shared, 0)->nr_reasons; i++) {
		reason = *reason_at(shared, 0, i);
		ksft_print_msg("reason %#x: %llu exits, %llu ticks, %llu to the VMM, %llu ticks\n",
			       reason.reason, (unsigned long long)reason.count,
			       (unsigned long long)reason.time, (unsigned long long)reason.users,
			       (unsigned long long)reason.user_time);
		if (reason.count == NR_CALLS && !reason.users)
			calls = reason;
		if (reason.users)
			ends = reason;
	}

	ksft_test_result(calls.count == NR_CALLS, "hypercalls are counted exactly\n");
	/* The first is that of the read of the epoch, and the last has not ended. */
	ksft_test_result(ends.users == NR_CALLS, "exits to the VMM are counted exactly\n");
	ksft_test_result(ends.user_time && ends.user_time <= ends.time && !calls.user_time,
			 "the time of the VMM is a part of the time\n");
	ksft_test_result(calls.time && sum_of(calls.histogram) == calls.count &&
			 sum_of(ends.histogram) == ends.count,
			 "each exit is in a histogram\n");
	ksft_test_result(!(vcpu_of(shared, 0)->seq & 1), "the sequence count is even\n");
	ksft_test_result(!total(shared, 1) && vcpu_of(shared, 1)->vcpu_id == UINT32_MAX,
			 "a vCPU that has not run has no exits\n");
	run(shared, 1, NR_CALLS);
	ksft_test_result(count(shared, 1, calls.reason) == NR_CALLS &&
			 count(shared, 0, calls.reason) == NR_CALLS &&
			 !vcpu_of(shared, 0)->vcpu_id && vcpu_of(shared, 1)->vcpu_id == 1,
			 "each vCPU has counters of its own\n");
	return calls.reason;
}

static void test_other(struct shared *shared, __u32 call)
{
	struct shared other = { .pv = shared->pv };

	vm_create(&other.vm);
	attach_with(&other, KVM_PV_TELEMETRY_OFF, VM_SHARED);
	run(&other, 0, NR_CALLS);
	ksft_test_result(count(shared, 0, call) == NR_CALLS,
			 "exits of another VM are not counted\n");
	shared_detach(&other);
	attach_with(&other, KVM_PV_TELEMETRY_COUNTERS, VM_SHARED);
	run(&other, 0, NR_CALLS);
	run(shared, 0, NR_CALLS);
	ksft_test_result(count(&other, 0, call) == NR_CALLS &&
			 count(shared, 0, call) == 2 * NR_CALLS,
			 "two VMs have counters of their own\n");
	vm_destroy(&other.vm);
	run(shared, 0, NR_CALLS);
	ksft_test_result(count(shared, 0, call) == 3 * NR_CALLS,
			 "the end of another VM does not affect counters\n");
}

/* KVM on x86 loads a vCPU while it creates it, and frees it because the id is in use. */
static void test_creation(struct shared *shared, __u32 call)
{
	__u64 before = count(shared, 0, call);
	bool fails = ioctl(shared->vm.fd, KVM_CREATE_VCPU, 1) < 0;

	run(shared, 0, NR_CALLS);
	ksft_test_result(fails && !vcpu_of(shared, 0)->vcpu_id &&
			 count(shared, 0, call) == before + NR_CALLS,
			 "a vCPU whose creation fails has no counters\n");
}

static void test_levels(struct shared *shared, __u32 call)
{
	__u64 before = count(shared, 0, call);

	vm_must(!set_level(shared, KVM_PV_TELEMETRY_OFF), "KVM_PV_TELEMETRY");
	run(shared, 0, NR_CALLS);
	ksft_test_result(count(shared, 0, call) == before && !HEADER(shared, exits_level),
			 "nothing is counted while the level is off\n");
	vm_must(!set_level(shared, KVM_PV_TELEMETRY_COUNTERS), "KVM_PV_TELEMETRY");
	run(shared, 0, NR_CALLS);
	ksft_test_result(count(shared, 0, call) == before + NR_CALLS,
			 "exits are counted again\n");

	vm_must(!pv_set_enabled("N"), "enabled");
	run(shared, 0, NR_CALLS);
	ksft_test_result(count(shared, 0, call) == before + NR_CALLS,
			 "nothing is counted while the module is disabled\n");
	vm_must(!pv_set_enabled("Y"), "enabled");
	run(shared, 0, NR_CALLS);
	ksft_test_result(count(shared, 0, call) == before + 2 * NR_CALLS,
			 "exits are counted when it is enabled\n");
}

static void select_reason(struct shared *shared, __u32 reason, bool on)
{
	__u32 bit = pv_exits_bit(reason), *word = &vcpu_of(shared, 0)->filter[bit / 32];

	*word = on ? *word | 1U << bit % 32 : *word & ~(1U << bit % 32);
}

/* KVM sets the TSC of a guest back at each load of a vCPU if that of the host is not stable. */
static bool has_steady_clock(void)
{
	char name[32] = "";
	FILE *file;

	file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
	vm_must(file && fgets(name, sizeof(name), file), "current_clocksource");
	fclose(file);
	return !strncmp(name, "tsc", 3) || !strncmp(name, "arch_sys_counter", 16);
}

static bool is_sane(const struct pv_exits_event *event, __u32 call, __u64 after)
{
	if (event->reason == call && event->flags & PV_EXITS_PC &&
	    event->pc - VM_MEM_BASE < VM_MEM_SIZE && event->exit <= event->entry &&
	    event->exit >= after)
		return true;

	ksft_print_msg("reason %#x, flags %#x, address %#llx, from %llu to %llu, after %llu\n",
		       event->reason, event->flags, (unsigned long long)event->pc,
		       (unsigned long long)event->exit, (unsigned long long)event->entry,
		       (unsigned long long)after);
	return false;
}

static void test_events(struct shared *shared, __u32 call)
{
	struct pv_exits_vcpu *vcpu = vcpu_of(shared, 0);
	bool sane = true, steady = has_steady_clock();
	__u64 after = 0;
	__u32 i, head;

	select_reason(shared, call, true);
	run(shared, 0, NR_CALLS);
	ksft_test_result(!vcpu->head, "there are no events at level counters\n");
	select_reason(shared, call, false);
	vm_must(!set_level(shared, KVM_PV_TELEMETRY_EVENTS), "KVM_PV_TELEMETRY");
	run(shared, 0, NR_CALLS);
	ksft_test_result(!vcpu->head, "an event that the guest does not select is not written\n");

	select_reason(shared, call, true);
	run(shared, 0, NR_CALLS);
	ksft_test_result(vcpu->head == NR_CALLS && !vcpu->dropped,
			 "each selected exit is an event\n");
	for (i = 0; i < vcpu->head; i++) {
		sane &= is_sane(event_at(shared, 0, i), call, steady ? after : 0);
		after = event_at(shared, 0, i)->entry;
	}
	ksft_test_result(sane, "events have reason, address and ascending times\n");

	run(shared, 0, NR_EVENTS);
	head = vcpu->head;
	ksft_test_result(head == NR_CALLS + NR_EVENTS && !vcpu->dropped &&
			 (!steady || event_at(shared, 0, head - 1)->exit > after),
			 "a full ring loses its oldest events\n");
	vcpu->mode = PV_EXITS_DROP;
	vcpu->tail = head;
	run(shared, 0, NR_EVENTS);
	ksft_test_result(vcpu->head == head + HEADER(shared, exits_ring_size) &&
			 vcpu->dropped == NR_EVENTS - HEADER(shared, exits_ring_size),
			 "in mode drop a full ring loses new events, and counts them\n");
	vcpu->tail = vcpu->head;
	head = vcpu->head;
	run(shared, 0, 1);
	ksft_test_result(vcpu->head == head + 1, "a ring that was read has room\n");
}

static bool all_junk(const char *from, const char *to)
{
	for (; from < to; from += sizeof(__u32)) {
		if (*(const __u32 *)from != JUNK)
			return false;
	}
	return true;
}

/* The guest overwrites everything that it can. */
static void test_hostile(struct shared *shared, __u32 call)
{
	struct pv_exits_vcpu *vcpu = vcpu_of(shared, 0), *next = vcpu_of(shared, 1);
	__u64 before = count(shared, 0, call);
	__u32 head = vcpu->head, *word;

	for (word = (void *)vcpu; word < (__u32 *)reason_at(shared, 0, 0); word++)
		*word = JUNK;
	for (word = (void *)next; word < (__u32 *)(next + 1); word++)
		*word = JUNK;
	vcpu->mode = PV_EXITS_OVERWRITE;
	memset(vcpu->filter, 0xff, sizeof(vcpu->filter));
	run(shared, 0, NR_CALLS);
	vcpu->nr_reasons = HEADER(shared, exits_nr_reasons);
	ksft_test_result(count(shared, 0, call) == before + NR_CALLS,
			 "a guest cannot change which counters the host writes\n");
	ksft_test_result(vcpu->head - head >= NR_CALLS && vcpu->head - head < 4 * NR_CALLS,
			 "a guest cannot change where the host writes events\n");
	ksft_test_result(all_junk((char *)next, (char *)(next + 1)),
			 "a vCPU that does not run is not written to\n");
}

static void test_end(struct shared *shared)
{
	struct shared other = { .pv = shared->pv };

	vm_create(&other.vm);
	attach_with(&other, KVM_PV_TELEMETRY_EVENTS, VM_SHARED);
	run(&other, 0, NR_CALLS);
	ksft_test_result(!shared_detach(shared), "detach while exits are counted\n");
	run(shared, 0, NR_CALLS);
	ksft_test_result(total(&other, 0) >= 2 * NR_CALLS - 1,
			 "detach does not affect another VM\n");
	vm_destroy(&other.vm);
	vm_destroy(&shared->vm);
	close(shared->pv);
	ksft_test_result(pv_unloads(), "kvm_pv can be unloaded after the end of the VMs\n");
}

int main(void)
{
	struct shared shared = { };
	__u32 call;

	ksft_print_header();
	shared.pv = pv_open();
	ksft_set_plan(NR_TESTS);
	vm_create(&shared.vm);

	test_off(&shared);
	test_refused(&shared);
	attach_with(&shared, KVM_PV_TELEMETRY_COUNTERS, VM_SHARED);
	run(&shared, 0, 0);
	call = test_counts(&shared);
	test_header(&shared);
	test_other(&shared, call);
	test_levels(&shared, call);
	test_events(&shared, call);
	test_creation(&shared, call);
	test_hostile(&shared, call);
	test_end(&shared);

	ksft_finished();
}

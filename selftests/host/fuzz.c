// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kvm_pv with generated input, see fuzz-ioctl.h, while a second thread attaches and detaches
 * VMs, runs a vCPU and closes VMs.
 *
 * PV_THREADS=1 omits the second thread.  Without it and without kcov, a seed repeats the same calls
 * with the same results.
 *
 * needs: host check
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include <pv/hypercall.h>
#include <pv/vcpufreq.h>

#include "fuzz.h"

#define DEFAULT_CALLS	2500
#define DRAIN		64	/* calls, after which the kernel's log is read */
#define UNTOUCHED	0xa5
#define SHORT_TABLE	4
#define SHORT_DOMAINS	2

#define NR_TARGETS	ARRAY_SIZE(targets)
#define NR_MORE		5

static struct vm own, both;
static int pv = -1, kmsg = -1;
static atomic_bool stop;
static unsigned long rounds;

static __u64 load(const __u64 *value)
{
	return __atomic_load_n(value, __ATOMIC_RELAXED);
}

static void store(__u64 *to, __u64 value)
{
	__atomic_store_n(to, value, __ATOMIC_RELAXED);
}

/* The memory that members point to */
static void make_known(void)
{
	__u32 *table = map_at_end(NR_PERF * sizeof(*table));
	__u32 *short_table = map_at_end(SHORT_TABLE * sizeof(*table));
	__u32 *descending = map_at_end(SHORT_TABLE * sizeof(*table));
	__u32 *list = map_at_end(NR_DOMAINS * sizeof(*list));
	__u32 *short_list = map_at_end(SHORT_DOMAINS * sizeof(*list));
	char *result = map_at_end(RESULT_SIZE);
	int i;

	for (i = 0; i < NR_PERF; i++)
		table[i] = 1000 * (i + 1);
	for (i = 0; i < SHORT_TABLE; i++) {
		short_table[i] = table[i];
		descending[i] = 1000 * (SHORT_TABLE - i);
	}
	for (i = 0; i < NR_DOMAINS; i++)
		list[i] = i % 4 ? i / 4 : UINT32_MAX - i / 8;
	memset(result, UNTOUCHED, RESULT_SIZE);

	known = (struct known) {
		.own_vm = own.fd, .shared_vm = both.fd, .brief_vm = CLOSED_FD, .kvm_fd = own.kvm,
		.vcpu_fd = own.vcpus[0], .pv_fd = pv,
		.table = PTR(table), .short_table = PTR(short_table),
		.descending = PTR(descending), .domains = PTR(list),
		.short_domains = PTR(short_list), .result = PTR(result),
		.result_end = PTR(result) + RESULT_SIZE - sizeof(struct kvm_pv_cpu) - 1,
		.max_cpus = ioctl(own.kvm, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS),
	};
}

/* The handle of an attached VM, 0: none is attached */
static __u32 pick_id(__u32 random)
{
	struct kvm_pv_vm vms[4] = { };
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = ARRAY_SIZE(vms), .vm_size = sizeof(vms[0]),
		.vms = PTR(vms),
	};

	vm_must(!ioctl(pv, KVM_PV_LIST, &list), "KVM_PV_LIST");
	if (list.nr > ARRAY_SIZE(vms))
		list.nr = ARRAY_SIZE(vms);
	return list.nr ? vms[random % list.nr].id : 0;
}

/* Bits of @variant select a feature. */
static struct kvm_pv_attach valid_attach(int vm_fd, __u8 variant)
{
	struct kvm_pv_attach attach = {
		.size		= sizeof(attach),
		.flags		= variant & 15,
		.vm_fd		= vm_fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= SHORT_TABLE - 1,
		.perf		= known.table,
		.shared		= variant & 16 ? VM_SHARED : 0,
	};

	if (attach.shared)
		attach.telemetry = variant / 32 % 3;
	return attach;
}

static void fill(struct fuzz_call *call)
{
	__u64 id = load(call->input.variant & 1 ? &known.id : &known.last_id);
	union {
		struct kvm_pv_attach attach;
		struct kvm_pv_detach detach;
		struct kvm_pv_list list;
		struct kvm_pv_stats stats;
		struct kvm_pv_cap cap;
		struct kvm_pv_telemetry telemetry;
	} u;

	memset(&u, 0, sizeof(u));
	u.detach.size = call->size;
	switch (call->target->cmd) {
	case KVM_PV_ATTACH:
		u.attach = valid_attach(call->input.variant & 128 ? own.fd : both.fd,
					call->input.variant);
		break;
	case KVM_PV_DETACH:
		u.detach.id = id;
		break;
	case KVM_PV_LIST:
		u.list.nr = 2;
		u.list.vm_size = sizeof(struct kvm_pv_vm);
		u.list.vms = known.result;
		break;
	case KVM_PV_STATS:
		u.stats.id = id;
		u.stats.nr = VM_NR_VCPUS;
		u.stats.cpus = known.result;
		u.stats.cpu_size = sizeof(struct kvm_pv_cpu);
		break;
	case KVM_PV_CAP:
		u.cap.id = id;
		u.cap.cap = 2000;
		break;
	case KVM_PV_TELEMETRY:
		u.telemetry.id = id;
		u.telemetry.level = call->input.variant / 2 % 3;
		break;
	}
	memcpy(call->image, &u, call->size);
}

/* Bytes of the array of results that a call may write */
static __u64 result_room(const struct fuzz_call *call)
{
	union {
		struct kvm_pv_list list;
		struct kvm_pv_stats stats;
	} u;
	__u64 size;

	memset(&u, 0, sizeof(u));
	memcpy(&u, call->image, call->room < sizeof(u) ? call->room : sizeof(u));
	if (call->target->cmd == KVM_PV_STATS)
		return (__u64)u.stats.nr * u.stats.cpu_size;
	size = u.list.vm_size ?: offsetof(struct kvm_pv_vm, backend);
	return u.list.nr * size;
}

static bool array_is_valid(const struct fuzz_call *call)
{
	char *result = (char *)(uintptr_t)known.result;
	__u64 address, i = result_room(call);

	if (call->target->cmd == KVM_PV_LIST)
		address = ((struct kvm_pv_list *)call->image)->vms;
	else
		address = ((struct kvm_pv_stats *)call->image)->cpus;
	if (address == known.result)
		for (; i < RESULT_SIZE; i++)
			if (result[i] != (char)UNTOUCHED)
				return false;
	memset(result, UNTOUCHED, RESULT_SIZE);
	return true;
}

/* After a success: the device is not in memory of a VM that has memory. */
static bool attach_is_valid(const struct fuzz_call *call)
{
	struct kvm_pv_attach attach;
	__u64 end;

	memcpy(&attach, call->at, sizeof(attach));
	if (!attach.id)
		return false;
	store(&known.last_id, attach.id);
	end = attach.base + (__u64)attach.nr_cpus * PV_FREQ_STRIDE;
	return (attach.vm_fd != own.fd && attach.vm_fd != both.fd) ||
	       end <= VM_MEM_BASE || attach.base >= VM_MEM_BASE + VM_MEM_SIZE;
}

static const char *judge(const struct fuzz_call *call)
{
	const char *wrong = fuzz_judge(call);

	if (wrong)
		return wrong;
	switch (call->target->cmd) {
	case KVM_PV_LIST:
	case KVM_PV_STATS:
		return array_is_valid(call) ? NULL : "the call wrote beyond its array";
	case KVM_PV_ATTACH:
		return call->err || attach_is_valid(call) ? NULL : "the device is in memory";
	case KVM_PV_DETACH:
		if (!call->err)
			store(&known.stale_id, ((struct kvm_pv_detach *)call->image)->id);
	}
	return NULL;
}

static bool try_once(void)
{
	struct fuzz_call call;
	const char *wrong;

	if (!below(4))
		store(&known.id, pick_id(random32()));
	fuzz_choose(&call, targets, NR_TARGETS);
	fill(&call);
	fuzz_spoil_number(&call);
	fuzz_spoil(&call);
	fuzz_place(&call);
	fuzz_make(&call, pv);
	wrong = judge(&call);
	if (wrong)
		fuzz_print(&call, wrong);
	return !wrong;
}

static void use_device(__u64 random)
{
	static const struct vm_step steps[] = {
		{ .op = VM_READ32, .addr = VM_DEVICE + PV_FREQ_CUR_PERF },
		{ .op = VM_WRITE32, .addr = VM_DEVICE + PV_FREQ_SET_PERF, .value = 2000 },
		{ .op = VM_READ32, .addr = VM_DEVICE + PV_FREQ_STRIDE },
		{ .op = VM_CALL, .value = PV_HC_NOP },
	};
	struct vm_step step = steps[random % ARRAY_SIZE(steps)];

	vm_do(&both, 0, &step);
}

/* A VM that ends while it is attached */
static void attach_briefly(__u64 random)
{
	int fd = ioctl(both.kvm, KVM_CREATE_VM, 0);
	struct kvm_pv_attach attach = valid_attach(fd, random & 15);

	if (fd < 0)
		return;
	store(&known.brief_vm, fd);
	if (!pv_attach(pv, &attach))
		store(&known.last_id, attach.id);
	usleep(random % 512);
	close(fd);
}

static void *change_vms(void *arg)
{
	__u64 random, state = *(const unsigned long long *)arg;
	struct kvm_pv_attach attach;

	for (; !stop; rounds++) {
		random = fuzz_next(&state) >> 8;
		if (random % 8 == 7) {
			attach_briefly(random / 8);
			continue;
		}
		attach = valid_attach(both.fd, random / 8);
		if (!pv_attach(pv, &attach))
			store(&known.last_id, attach.id);
		use_device(random >> 16);
		usleep((random >> 20) % 2048);
		pv_detach(pv, pick_id(random >> 32));
	}
	return NULL;
}

/* From now on */
static void open_log(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	vm_must(kmsg >= 0 && lseek(kmsg, 0, SEEK_END) >= 0, "/dev/kmsg");
}

static bool is_trouble(const char *line)
{
	static const char * const texts[] = {
		"WARNING:", "BUG:", "Oops", "Call trace", "Call Trace", "KASAN", "UBSAN",
		"refcount_t", "rcu: INFO", "lockup", "possible circular", "hung_task",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (strstr(line, texts[i]))
			return true;
	/* Levels up to that of a warning.  A backend can refuse a request of the second thread. */
	return strstr(line, ";kvm_pv: ") && atoi(line) % 8 <= 4 && !strstr(line, "suppressed") &&
	       !strstr(line, "cannot be applied");
}

/* Reads the new lines of the log; returns whether one of them is trouble. */
static bool log_has_trouble(void)
{
	char line[1024];
	bool trouble = false;
	ssize_t len;

	while ((len = read(kmsg, line, sizeof(line) - 1)) > 0 || (len < 0 && errno == EPIPE)) {
		if (len < 0) {
			ksft_print_msg("the kernel has overwritten lines of its log\n");
			continue;
		}
		line[len] = '\0';
		if (!is_trouble(line))
			continue;
		line[strcspn(line, "\n")] = '\0';
		ksft_print_msg("%s\n", line);
		trouble = true;
	}
	return trouble;
}

/* Returns whether all VMs that are listed can be detached, and none is left. */
static bool all_detach(void)
{
	__u32 id;
	int err = 0;

	while (!err && (id = pick_id(0))) {
		err = pv_detach(pv, id);
		ksft_print_msg("VM %u was left attached, detach: %s\n", id, strerror(err));
	}
	return !err && !pv_nr_attached(pv);
}

int main(void)
{
	unsigned long long calls = fuzz_number("PV_CALLS", DEFAULT_CALLS), i;
	unsigned long long seed = fuzz_number("PV_SEED", 1);
	bool threads = fuzz_number("PV_THREADS", 2) > 1, trouble = false;
	struct kvm_pv_attach attach;
	pthread_t thread;

	ksft_print_header();
	pv = pv_open();
	vm_create(&own);
	vm_create(&both);
	ksft_set_plan(NR_MORE + NR_TARGETS);
	fuzz_init(seed);
	make_known();
	open_log();

	if (threads)
		vm_must(!pthread_create(&thread, NULL, change_vms, &seed), "thread");
	for (i = 0; i < calls && !trouble; i++) {
		if (!try_once())
			break;
		trouble = i % DRAIN == 0 && log_has_trouble();
	}
	stop = true;
	if (threads)
		pthread_join(thread, NULL);
	ksft_print_msg("the second thread changed VMs %lu times\n", rounds);

	ksft_test_result(i == calls,
			 "Generated calls of /dev/kvm_pv have valid results: %llu of %llu, seed %llu\n",
			 i, calls, seed);
	fuzz_report(targets, NR_TARGETS);
	ksft_test_result(all_detach(), "all VMs can be detached after generated calls\n");
	attach = valid_attach(both.fd, KVM_PV_HYPERCALLS);
	ksft_test_result(!pv_attach(pv, &attach) && !pv_detach(pv, attach.id),
			 "a VM can be attached after generated calls\n");

	vm_destroy(&own);
	vm_destroy(&both);
	close(pv);
	ksft_test_result(pv_unloads(), "the module unloads after generated calls\n");
	ksft_test_result(!trouble && !log_has_trouble(),
			 "the log has no warning after generated calls\n");
	ksft_finished();
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VM with the device and with pages that the host shares with its guest.
 */
#ifndef _SELFTESTS_HOST_SHARED_H
#define _SELFTESTS_HOST_SHARED_H

#include <stdatomic.h>
#include <stddef.h>

#include <pv/hypercall.h>
#include <pv/shared.h>
#include <pv/vcpufreq.h>

#include "kvm_pv.h"
#include "vm.h"

#define MIN	600000
#define MID	1200000
#define MAX	1800000

/* Flags of attachments */
static __u32 shared_flags = KVM_PV_HYPERCALLS;

#define SHARED_SIZE		PV_FREQ_SHARED_SIZE(VM_NR_VCPUS)
#define SHARED_RECORD(i)	(sizeof(struct pv_shared_header) + \
				 (i) * sizeof(struct pv_freq_record))
#define SHARED_CUR_PERF(i)	(SHARED_RECORD(i) + offsetof(struct pv_freq_record, cur_perf))
#define SHARED_CAP(i)		(SHARED_RECORD(i) + offsetof(struct pv_freq_record, cap))
#define SHARED_REQUEST(i)	(SHARED_RECORD(i) + offsetof(struct pv_freq_record, request))
#define SHARED_EPOCH		offsetof(struct pv_shared_header, epoch)

/**
 * struct shared - a VM with shared pages
 * @vm: the VM
 * @pv: /dev/kvm_pv
 * @id: handle
 * @domains: domain of each CPU, NULL: each CPU has a domain of its own
 * @pages: the pages in this process, NULL: none
 */
struct shared {
	struct vm vm;
	int pv;
	__u32 id;
	const __u32 *domains;
	char *pages;
};

/* Calls @found for each mapping of shared pages in this process until it returns true. */
static inline char *shared_each_mapping(bool (*found)(char *pages, const void *data),
					const void *data)
{
	char line[256], *pages = NULL;
	unsigned long begin, end;
	FILE *maps;

	maps = fopen("/proc/self/maps", "re");
	vm_must(maps, "/proc/self/maps");
	while (!pages && fgets(line, sizeof(line), maps)) {
		if (strstr(line, "[kvm_pv]") && sscanf(line, "%lx-%lx", &begin, &end) == 2 &&
		    found((char *)begin, data))
			pages = (char *)begin;
	}
	fclose(maps);
	return pages;
}

static inline bool shared_any(char *pages, const void *unused)
{
	return true;
}

/* Whether this process has a mapping of shared pages of any VM */
static inline bool shared_is_mapped(void)
{
	return shared_each_mapping(shared_any, NULL);
}

static inline bool shared_has_epoch(char *pages, const void *epoch)
{
	return ((struct pv_shared_header *)pages)->epoch == *(const __u32 *)epoch;
}

static inline struct pv_shared_header *shared_header(const struct shared *shared)
{
	return (void *)shared->pages;
}

static inline struct pv_freq_record *shared_record(const struct shared *shared, int i)
{
	return (void *)(shared->pages + SHARED_RECORD(i));
}

/* Whether the guest can access its pages.  @value: in the pages at @offset, or all ones */
static inline bool shared_peek(struct shared *shared, int vcpu, __u32 offset, __u32 *value)
{
	struct vm_step step = { .op = VM_READ32, .addr = VM_SHARED + offset };
	bool is_memory = vm_do(&shared->vm, vcpu, &step);

	*value = step.value;
	return is_memory;
}

static inline __u32 shared_get(struct shared *shared, int vcpu, __u32 offset)
{
	__u32 value;

	vm_must(shared_peek(shared, vcpu, offset, &value), "shared pages");
	return value;
}

static inline void shared_put(struct shared *shared, int vcpu, __u32 offset, __u32 value)
{
	struct vm_step step = {
		.op = VM_WRITE32, .addr = VM_SHARED + offset, .value = value,
	};

	vm_must(vm_do(&shared->vm, vcpu, &step), "shared pages");
}

static inline struct kvm_pv_attach shared_attachment(const struct shared *shared,
						     const __u32 *domains, __u32 backend)
{
	static const __u32 table[] = { MIN, MID, MAX };

	return (struct kvm_pv_attach) {
		.flags		= shared_flags,
		.vm_fd		= shared->vm.fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= ARRAY_SIZE(table),
		.perf		= PTR(table),
		.domains	= PTR(domains),
		.backend	= backend,
		.shared		= VM_SHARED,
		/* freq-qos requires a cap. */
		.cap		= backend == KVM_PV_FREQ_QOS ? MAX : 0,
	};
}

/* vCPU 0 reads the epoch, which is different for each VM of this process. */
static inline void shared_attach_as(struct shared *shared, struct kvm_pv_attach *attach)
{
	__u32 epoch;

	vm_must(!pv_attach(shared->pv, attach), "KVM_PV_ATTACH");
	shared->id = attach->id;
	shared->domains = (const __u32 *)(uintptr_t)attach->domains;
	epoch = shared_get(shared, 0, SHARED_EPOCH);
	shared->pages = shared_each_mapping(shared_has_epoch, &epoch);
	vm_must(shared->pages, "mapping of the shared pages");
}

static inline void shared_attach_table(struct shared *shared, const __u32 *table, __u32 nr)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, KVM_PV_RECORD);

	attach.perf = PTR(table);
	attach.nr_perf = nr;
	shared_attach_as(shared, &attach);
}

static inline void shared_attach_to(struct shared *shared, const __u32 *domains, __u32 backend)
{
	struct kvm_pv_attach attach = shared_attachment(shared, domains, backend);

	shared_attach_as(shared, &attach);
}

static inline void shared_attach(struct shared *shared, const __u32 *domains)
{
	shared_attach_to(shared, domains, KVM_PV_RECORD);
}

/* Returns 0, or an errno. */
static inline int shared_detach(struct shared *shared)
{
	shared->pages = NULL;
	return pv_detach(shared->pv, shared->id);
}

/* Whether ftrace calls hooks that kvm_pv registers for records */
static inline bool shared_has_hooks(void)
{
	FILE *functions = fopen("/sys/kernel/tracing/enabled_functions", "re");
	char line[256];
	bool found = false;

	vm_must(functions, "enabled_functions of tracefs");
	while (!found && fgets(line, sizeof(line), functions))
		found = strstr(line, "kvm_arch_vcpu_load") || strstr(line, "kvm_arch_vcpu_put");
	fclose(functions);
	return found;
}

/*
 * kvm_pv removes its hooks asynchronously after the last VM is detached.  A test that finds them
 * in place would lose them later.
 */
static inline void shared_await_no_hooks(int pv)
{
	int i;

	for (i = 0; i < 6000 && !pv_nr_attached(pv) && shared_has_hooks(); i++)
		usleep(10000);
	vm_must(i < 6000, "kvm_pv keeps its hooks");
}

/* @domains: NULL: each CPU has a domain of its own */
static inline void shared_create_with(struct shared *shared, const __u32 *domains, __u32 ring)
{
	shared->pv = pv_open();
	shared_await_no_hooks(shared->pv);
	vm_create_with(&shared->vm, ring);
	shared_attach(shared, domains);
}

static inline void shared_create(struct shared *shared, const __u32 *domains)
{
	shared_create_with(shared, domains, 0);
}

static inline void shared_destroy(struct shared *shared)
{
	shared_detach(shared);
	vm_destroy(&shared->vm);
	close(shared->pv);
}

static inline __u32 shared_read(struct shared *shared, int window, __u32 reg)
{
	struct vm_step step = {
		.op = VM_READ32, .addr = VM_DEVICE + window * PV_FREQ_STRIDE + reg,
	};

	vm_do(&shared->vm, window, &step);
	return step.value;
}

/* The vCPU and the window may be of different CPUs. */
static inline void shared_write_from(struct shared *shared, int vcpu, int window, __u32 reg,
				     __u32 value)
{
	struct vm_step step = {
		.op = VM_WRITE32, .addr = VM_DEVICE + window * PV_FREQ_STRIDE + reg,
		.value = value,
	};

	vm_do(&shared->vm, vcpu, &step);
}

static inline void shared_write(struct shared *shared, int window, __u32 reg, __u32 value)
{
	shared_write_from(shared, window, window, reg, value);
}

static inline bool shared_same_domain(const struct shared *shared, int i, int j)
{
	return i == j || (shared->domains && shared->domains[i] == shared->domains[j]);
}

/* Posts a request as a driver does: in the records of all CPUs of the domain. */
static inline void shared_post(struct shared *shared, int window, __u32 khz)
{
	int i;

	for (i = 0; i < VM_NR_VCPUS; i++) {
		if (shared_same_domain(shared, window, i))
			__atomic_store_n(&shared_record(shared, i)->request, khz,
					 __ATOMIC_RELEASE);
	}
}

/* Sends a request as a driver does: to the records first, then by the register. */
static inline void shared_request_from(struct shared *shared, int vcpu, int window, __u32 khz)
{
	shared_post(shared, window, khz);
	shared_write_from(shared, vcpu, window, PV_FREQ_SET_PERF, khz);
}

static inline void shared_request(struct shared *shared, int window, __u32 khz)
{
	shared_request_from(shared, window, window, khz);
}

/* The vCPU is loaded and put, without an access to a register. */
static inline void shared_run(struct shared *shared, int vcpu)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP };

	vm_do(&shared->vm, vcpu, &step);
}

static inline struct kvm_pv_cpu shared_stats(const struct shared *shared, int window)
{
	struct kvm_pv_cpu cpus[VM_NR_VCPUS];

	vm_must(!pv_stats(shared->pv, shared->id, cpus, VM_NR_VCPUS), "KVM_PV_STATS");
	return cpus[window];
}

/*
 * kvm_pv sets its hooks asynchronously after the first request.  Returns true when it accepts
 * the request MID from the record of CPU 0.
 */
static inline bool shared_hooked(struct shared *shared)
{
	int i;

	shared_request(shared, 0, MAX);
	shared_post(shared, 0, MID);
	for (i = 0; i < 500 && shared_stats(shared, 0).request != MID; i++) {
		shared_run(shared, 0);
		usleep(10000);
	}
	return shared_stats(shared, 0).request == MID;
}

/* The first VM in the list */
static inline struct kvm_pv_vm shared_listed(const struct shared *shared)
{
	struct kvm_pv_vm vm = { };
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = 1, .vm_size = sizeof(vm), .vms = PTR(&vm),
	};

	vm_must(!ioctl(shared->pv, KVM_PV_LIST, &list), "KVM_PV_LIST");
	return vm;
}

/* Posts a request and waits until the host has it: the hooks are registered asynchronously. */
static inline void shared_post_until_taken(struct shared *shared, __u32 khz)
{
	int i;

	shared_post(shared, 0, khz);
	for (i = 0; i < 500 && shared_stats(shared, 0).request != khz; i++) {
		shared_run(shared, 0);
		usleep(10000);
	}
}

static inline __u32 shared_cur_perf(const struct shared *shared, int i)
{
	return __atomic_load_n(&shared_record(shared, i)->cur_perf, __ATOMIC_RELAXED);
}

static inline __u32 shared_cap(const struct shared *shared, int i)
{
	return __atomic_load_n(&shared_record(shared, i)->cap, __ATOMIC_RELAXED);
}

static inline bool shared_is(const struct shared *shared, int i, __u32 cur_perf, __u32 cap)
{
	if (shared_cur_perf(shared, i) == cur_perf && shared_cap(shared, i) == cap)
		return true;

	ksft_print_msg("record %d: %u of %u, not %u of %u\n", i, shared_cur_perf(shared, i),
		       shared_cap(shared, i), cur_perf, cap);
	return false;
}

#endif /* _SELFTESTS_HOST_SHARED_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Input of the fuzzer: for each ioctl of /dev/kvm_pv, values of its members, and whether a value
 * makes the call fail.
 */
#ifndef _SELFTESTS_HOST_FUZZ_H
#define _SELFTESTS_HOST_FUZZ_H

#include <stddef.h>

#include "../fuzz-ioctl.h"
#include "kvm_pv.h"
#include "vm.h"

#define CLOSED_FD	1000
#define MAX_CPU		65537	/* more than KVM supports, and larger than a page */

#define NR_PERF		(KVM_PV_MAX_PERF + 1)
#define NR_DOMAINS	16
#define RESULT_SIZE	0x4000

/**
 * struct known - values that are known at run time only; the second thread changes some of them
 * @own_vm: VM that the main thread attaches
 * @shared_vm: VM that both threads attach
 * @brief_vm: VM that the second thread creates and closes, so it can be closed, or another file
 * @id: handle of an attached VM
 * @last_id: handle of the VM that was attached last
 * @stale_id: handle of a VM that was detached
 */
static struct known {
	__u64 own_vm, shared_vm, brief_vm, kvm_fd, vcpu_fd, pv_fd;
	__u64 id, last_id, stale_id;
	__u64 table, short_table, descending, domains, short_domains, result, result_end;
	__u64 max_cpus;
} known;

#define KNOWN(member, verdict)	{ 0, verdict, &known.member }

static const struct values attach_sizes = {
	.width = 4,
	.list = {
		{ 0, BAD }, { 3, BAD }, { 4, BAD }, { offsetof(struct kvm_pv_attach, id), BAD },
		{ offsetof(struct kvm_pv_attach, domains), EITHER },
		{ offsetof(struct kvm_pv_attach, shared), EITHER },
		{ offsetof(struct kvm_pv_attach, reserved), EITHER },
		{ sizeof(struct kvm_pv_attach) - 1, EITHER },
		{ sizeof(struct kvm_pv_attach) + 1, EITHER },
		{ sizeof(struct kvm_pv_attach) + 8, EITHER },
		{ 0x1000, EITHER }, { 65537, BAD }, { 0x7fffffff, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values sizes = {
	.width = 4,
	.list = {
		{ 0, BAD }, { 3, BAD }, { 4, EITHER }, { 8, EITHER }, { 12, EITHER },
		{ 17, EITHER }, { 24, EITHER }, { 40, EITHER }, { 0x1000, EITHER },
		{ 65537, BAD }, { 0x7fffffff, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values must_be_zero = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 1, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values any = {
	.width = 4,
	.others = GOOD,
	.list = {
		{ 0, GOOD }, { 1, GOOD }, { 1U << 31, GOOD }, { 0xffffffff, GOOD },
	},
};

static const struct values attach_flags = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ KVM_PV_EXPOSE_TID, GOOD }, { KVM_PV_HYPERCALLS, GOOD },
		{ KVM_PV_EXPOSE_FREQ, GOOD }, { KVM_PV_EXPOSE_EXITS, GOOD }, { 15, GOOD },
		{ 16, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values vm_fds = {
	.width = 4,
	.list = {
		KNOWN(own_vm, GOOD), KNOWN(shared_vm, GOOD), KNOWN(shared_vm, GOOD),
		KNOWN(brief_vm, EITHER), KNOWN(brief_vm, EITHER),
		KNOWN(kvm_fd, BAD), KNOWN(vcpu_fd, BAD), KNOWN(pv_fd, BAD),
		{ 0, BAD }, { CLOSED_FD, BAD }, { 0xffffffff, BAD }, { 1U << 31, BAD },
		{ 0x7fffffff, BAD },
	},
};

static const struct values nr_cpus = {
	.width = 4,
	.list = {
		{ 0, BAD }, { 1, GOOD }, { 2, GOOD }, { 3, EITHER }, { NR_DOMAINS, EITHER },
		{ NR_DOMAINS + 1, EITHER }, KNOWN(max_cpus, EITHER),
		{ MAX_CPU, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

/* No range of a valid value includes VM_EXIT_ADDR: a guest could not exit. */
static const struct values bases = {
	.width = 8,
	.list = {
		{ VM_DEVICE + 0x10000, GOOD }, { VM_DEVICE + 4, BAD }, { VM_DEVICE + 0x800, BAD },
		{ 0, EITHER }, { VM_MEM_BASE - VM_PAGE, EITHER }, { VM_MEM_BASE + 0x4000, EITHER },
		{ VM_MEM_BASE + VM_MEM_SIZE, EITHER }, { VM_MEM_BASE + VM_RO_OFFSET, EITHER },
		{ VM_SHARED, EITHER }, { 1ULL << 32, EITHER }, { 1ULL << VM_PHYS_BITS, EITHER },
		{ (1ULL << VM_PHYS_BITS) - VM_PAGE, EITHER }, { 1ULL << 52, EITHER },
		{ 1ULL << 63, EITHER }, { ~0xfffULL, BAD }, { ~0ULL, BAD },
	},
};

static const struct values shared = {
	.width = 8,
	.list = {
		{ 0, EITHER }, { VM_SHARED, GOOD }, { VM_SHARED, GOOD },
		{ VM_SHARED + 0x10000, GOOD }, { VM_SHARED + VM_PAGE, BAD }, { 1, BAD },
		{ VM_MEM_BASE, EITHER }, { VM_DEVICE, EITHER }, { 1ULL << 32, EITHER },
		{ 1ULL << VM_PHYS_BITS, EITHER }, { (1ULL << VM_PHYS_BITS) - 0x10000, EITHER },
		{ 1ULL << 63, EITHER }, { ~0xffffULL, BAD }, { ~0ULL, BAD },
	},
};

static const struct values nr_perf = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 0, BAD }, { 1, GOOD }, { 2, GOOD }, { 3, EITHER }, { KVM_PV_MAX_PERF, EITHER },
		{ KVM_PV_MAX_PERF + 1, BAD }, { 0x40000001, BAD }, { 1U << 31, BAD },
		{ 0xffffffff, BAD },
	},
};

static const struct values tables = {
	.width = 8,
	.list = {
		KNOWN(table, GOOD), KNOWN(short_table, EITHER), KNOWN(descending, EITHER),
		{ 0, BAD }, { 8, BAD }, { KERNEL_ADDRESS, BAD }, { NO_ADDRESS, BAD },
		{ ~0ULL, BAD },
	},
};

static const struct values domains = {
	.width = 8,
	.list = {
		{ 0, GOOD }, KNOWN(domains, EITHER), KNOWN(short_domains, EITHER),
		{ 8, BAD }, { KERNEL_ADDRESS, BAD }, { NO_ADDRESS, BAD }, { ~0ULL, BAD },
	},
};

static const struct values backends = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ KVM_PV_RECORD, GOOD }, { KVM_PV_UCLAMP, EITHER }, { KVM_PV_FREQ_QOS, EITHER },
		{ KVM_PV_FREQ_QOS + 1, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values margins = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 1, EITHER }, { KVM_PV_MAX_MARGIN, EITHER }, { KVM_PV_MAX_MARGIN + 1, BAD },
		{ 0xffffffff, BAD },
	},
};

/* No table has an entry above 1000 * NR_PERF. */
static const struct values caps = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 0, EITHER }, { 1, EITHER }, { 1000, EITHER }, { 1500, EITHER }, { 2000, EITHER },
		{ 1000 * KVM_PV_MAX_PERF, EITHER }, { 1000 * NR_PERF + 1, BAD },
		{ 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values levels = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ KVM_PV_TELEMETRY_OFF, EITHER }, { KVM_PV_TELEMETRY_COUNTERS, EITHER },
		{ KVM_PV_TELEMETRY_EVENTS, EITHER }, { KVM_PV_TELEMETRY_EVENTS + 1, BAD },
		{ 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values ids = {
	.width = 4,
	.others = EITHER,
	.list = {
		KNOWN(id, EITHER), KNOWN(id, EITHER), KNOWN(last_id, EITHER),
		KNOWN(stale_id, EITHER), { 0, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values rooms = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 0, GOOD }, { 1, GOOD }, { 2, GOOD }, { 3, EITHER }, { 64, EITHER },
		{ 1U << 31, EITHER }, { 0xffffffff, EITHER },
	},
};

static const struct values vm_sizes = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 0, GOOD }, { 1, BAD }, { offsetof(struct kvm_pv_vm, hypercalls), BAD },
		{ offsetof(struct kvm_pv_vm, backend), GOOD }, { sizeof(struct kvm_pv_vm), GOOD },
		{ sizeof(struct kvm_pv_vm) - 1, GOOD }, { sizeof(struct kvm_pv_vm) + 8, GOOD },
		{ 0x1000, GOOD }, { 65537, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values cpu_sizes = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 0, EITHER }, { 1, EITHER }, { 8, EITHER }, { sizeof(struct kvm_pv_cpu), EITHER },
		{ sizeof(struct kvm_pv_cpu) - 1, EITHER },
		{ sizeof(struct kvm_pv_cpu) + 8, EITHER }, { 0x1000, EITHER },
		{ 65537, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

/* Without a VM or room no result is written. */
static const struct values results = {
	.width = 8,
	.list = {
		KNOWN(result, GOOD), KNOWN(result_end, EITHER), { 0, EITHER }, { 8, EITHER },
		{ KERNEL_ADDRESS, EITHER }, { NO_ADDRESS, EITHER }, { ~0ULL, EITHER },
		{ ~0ULL - sizeof(struct kvm_pv_cpu), EITHER },
	},
};

#define MEMBER(type, name, list) \
	{ offsetof(struct kvm_pv_##type, name), &(list) }

static const struct member attach_members[] = {
	MEMBER(attach, size, attach_sizes), MEMBER(attach, flags, attach_flags),
	MEMBER(attach, vm_fd, vm_fds), MEMBER(attach, nr_cpus, nr_cpus),
	MEMBER(attach, base, bases), MEMBER(attach, nr_perf, nr_perf), MEMBER(attach, id, any),
	MEMBER(attach, perf, tables), MEMBER(attach, domains, domains),
	MEMBER(attach, backend, backends), MEMBER(attach, margin, margins),
	MEMBER(attach, shared, shared), MEMBER(attach, shared_size, any),
	MEMBER(attach, cap, caps), MEMBER(attach, hypercalls, any), MEMBER(attach, max_rate, any),
	MEMBER(attach, telemetry, levels), MEMBER(attach, reserved, must_be_zero), {}
};

static const struct member detach_members[] = {
	MEMBER(detach, size, sizes), MEMBER(detach, flags, must_be_zero), MEMBER(detach, id, ids),
	MEMBER(detach, reserved, must_be_zero), {}
};

static const struct member list_members[] = {
	MEMBER(list, size, sizes), MEMBER(list, flags, must_be_zero), MEMBER(list, nr, rooms),
	MEMBER(list, vm_size, vm_sizes), MEMBER(list, vms, results), {}
};

static const struct member stats_members[] = {
	MEMBER(stats, size, sizes), MEMBER(stats, flags, must_be_zero), MEMBER(stats, id, ids),
	MEMBER(stats, nr, rooms), MEMBER(stats, cpus, results), MEMBER(stats, cpu_size, cpu_sizes),
	MEMBER(stats, reserved, must_be_zero), {}
};

static const struct member cap_members[] = {
	MEMBER(cap, size, sizes), MEMBER(cap, flags, must_be_zero), MEMBER(cap, id, ids),
	MEMBER(cap, cap, caps), {}
};

static const struct member telemetry_members[] = {
	MEMBER(telemetry, size, sizes), MEMBER(telemetry, flags, must_be_zero),
	MEMBER(telemetry, id, ids), MEMBER(telemetry, level, levels), {}
};

#define TARGET(ioctl, verdict, list, ...) {		\
		.name = #ioctl,				\
		.cmd = KVM_PV_##ioctl,			\
		.valid = verdict,			\
		.members = list, __VA_ARGS__ }

/* The second thread detaches and attaches VMs at the same time. */
static const struct target targets[] = {
	TARGET(ATTACH, EITHER, attach_members,
	       .errors = { EBADF, EEXIST, EBUSY, EADDRINUSE, EADDRNOTAVAIL, EOVERFLOW, EOPNOTSUPP,
			   ERANGE }),
	TARGET(DETACH, EITHER, detach_members, .errors = { ENOENT }),
	TARGET(LIST, GOOD, list_members),
	TARGET(STATS, EITHER, stats_members, .errors = { ENOENT }),
	TARGET(CAP, EITHER, cap_members, .errors = { ENOENT, ERANGE }),
	TARGET(TELEMETRY, EITHER, telemetry_members, .errors = { ENOENT, EOPNOTSUPP }),
};

#endif /* _SELFTESTS_HOST_FUZZ_H */

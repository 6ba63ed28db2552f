/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Input of the fuzzer: for each ioctl, values of its members, and whether a value makes the
 * call fail.
 */
#ifndef _SELFTEST_HYPERCALL_FUZZ_H
#define _SELFTEST_HYPERCALL_FUZZ_H

#include <stddef.h>

#include "../fuzz-ioctl.h"
#include "device.h"

static const struct values sizes = {
	.width = 4,
	.list = {
		{ 0, BAD }, { 1, BAD }, { 7, BAD }, { 0x7fffffff, BAD }, { 0xffffffff, BAD },
		{ 65537, BAD },
	},
};

static const struct values no_flags = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 1, BAD }, { 2, BAD }, { 4, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values must_be_zero = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 1, BAD }, { 1U << 31, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values any32 = {
	.width = 4,
	.others = GOOD,
	.list = {
		{ 0, GOOD }, { 1, GOOD }, { 1U << 31, GOOD }, { 0xffffffff, GOOD },
	},
};

static const struct values any64 = {
	.width = 8,
	.others = GOOD,
	.list = {
		{ 0, GOOD }, { 1, GOOD }, { 0xffffffff, GOOD }, { 1ULL << 63, GOOD },
		{ ~0ULL, GOOD },
	},
};

static const struct values vcpu_cpus = {
	.width = 4,
	.list = {
		{ 1, EITHER }, { 4096, BAD }, { 0x7fffffff, BAD }, { 0x80000000, BAD },
		{ 0xffffffff, BAD },
	},
};

static const struct values run_cpus = {
	.width = 4,
	.list = {
		{ 0, GOOD }, { 1, EITHER }, { 4096, BAD }, { 0x7fffffff, BAD }, { 0x80000000, BAD },
		{ 0xfffffffe, BAD },
	},
};

static const struct values numbers = {
	.width = 8,
	.list = {
		{ HARMLESS, GOOD }, { PV_HC_NOP, GOOD }, { PV_HC_UNASSIGNED, GOOD },
		{ FORBIDDEN, BAD }, { PV_HC_VCPU_INFO, BAD }, { PV_HC_BASE + PV_HC_NR, BAD },
		{ 0, BAD }, { 0xffffffff, BAD }, { 1ULL << 32 | HARMLESS, BAD }, { ~0ULL, BAD },
	},
};

static const struct values args = {
	.width = 8,
	.others = EITHER,
	.list = {
		{ 1, BAD }, { 1ULL << 63, BAD }, { ~0ULL, BAD }, { KERNEL_ADDRESS, BAD },
	},
};

static const struct values counts = {
	.width = 4,
	.list = {
		{ 0, BAD }, { 1, GOOD }, { 3, GOOD }, { 8, GOOD }, { 1025, BAD },
		{ 0x80000000, BAD },
		{ 0xffffffff, BAD },
	},
};

static const struct values entry_sizes = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 0, BAD }, { 8, BAD }, { 71, BAD }, { 73, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values addresses = {
	.width = 8,
	.list = {
		{ 0, BAD }, { 8, BAD }, { KERNEL_ADDRESS, BAD }, { NO_ADDRESS, BAD },
		{ ~0ULL, BAD },
		{ ~0ULL - 71, BAD },
	},
};

static const struct values optional_addresses = {
	.width = 8,
	.list = {
		{ 0, GOOD }, { 8, BAD }, { KERNEL_ADDRESS, BAD }, { NO_ADDRESS, BAD },
		{ ~0ULL, BAD },
	},
};

static const struct values samples = {
	.width = 4,
	.list = {
		{ 0, BAD }, { 1, GOOD }, { 3, GOOD }, { 10000001, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values warmups = {
	.width = 4,
	.list = {
		{ 0, GOOD }, { 2, GOOD }, { 10000001, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values probe_numbers = {
	.width = 8,
	.list = {
		{ HARMLESS, GOOD }, { FORBIDDEN, GOOD }, { PV_HC_VCPU_INFO, GOOD },
		{ PV_HC_UNASSIGNED, GOOD }, { 0, EITHER }, { 0xffffffff, BAD }, { ~0ULL, BAD },
	},
};

static const struct values probe_flags = {
	.width = 4,
	.list = {
		{ PV_HYPERCALL_NEXT, GOOD }, { 2, BAD }, { 4, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values max_tagged = {
	.width = 4,
	.list = {
		{ 0, BAD }, { 1, GOOD }, { 3, GOOD }, { 65537, BAD }, { 0xffffffff, BAD },
	},
};

static const struct values restrictions = {
	.width = 4,
	.others = EITHER,
	.list = {
		{ 0x3f, GOOD }, { 0x3e, GOOD }, { 0x1f, GOOD }, { 0x2a, GOOD }, { 0x40, BAD },
		{ 0xffffffff, BAD },
	},
};

#define MEMBER(type, name, list) \
	{ offsetof(struct pv_hypercall_##type, name), &(list) }

static const struct member query_members[] = {
	MEMBER(query, size, sizes), MEMBER(query, flags, no_flags),
	MEMBER(query, out_flags, any32), MEMBER(query, abi, any32),
	MEMBER(query, features, any64), MEMBER(query, status, any64), {}
};

static const struct member nop_members[] = {
	MEMBER(nop, size, sizes), MEMBER(nop, flags, no_flags),
	MEMBER(nop, status, any64), {}
};

static const struct member vcpu_info_members[] = {
	MEMBER(vcpu_info, size, sizes), MEMBER(vcpu_info, flags, no_flags),
	MEMBER(vcpu_info, cpu, vcpu_cpus),
	MEMBER(vcpu_info, out_flags, any32), MEMBER(vcpu_info, nr_regs, any32),
	MEMBER(vcpu_info, reserved, any32), MEMBER(vcpu_info, regs[31], any64), {}
};

static const struct member call_members[] = {
	MEMBER(call, size, sizes), MEMBER(call, flags, no_flags),
	MEMBER(call, nr, numbers), MEMBER(call, args[0], args),
	MEMBER(call, args[3], args), MEMBER(call, result[0], any64), {}
};

static const struct member batch_members[] = {
	MEMBER(batch, size, sizes), MEMBER(batch, flags, no_flags),
	MEMBER(batch, cpu, run_cpus), MEMBER(batch, count, counts),
	MEMBER(batch, entries, addresses), MEMBER(batch, entry_size, entry_sizes),
	MEMBER(batch, done, any32), {}
};

static const struct member latency_members[] = {
	MEMBER(latency, size, sizes), MEMBER(latency, flags, no_flags),
	MEMBER(latency, nr, numbers), MEMBER(latency, cpu, run_cpus),
	MEMBER(latency, warmup, warmups), MEMBER(latency, samples, samples),
	MEMBER(latency, buckets, optional_addresses),
	MEMBER(latency, reserved, must_be_zero), MEMBER(latency, done, any32),
	MEMBER(latency, max, any64), MEMBER(latency, sum, any64), {}
};

static const struct member tagged_members[] = {
	MEMBER(tagged, size, sizes), MEMBER(tagged, flags, no_flags),
	MEMBER(tagged, nr, numbers), MEMBER(tagged, cpu, run_cpus),
	MEMBER(tagged, warmup, warmups), MEMBER(tagged, samples, max_tagged),
	MEMBER(tagged, times, addresses), MEMBER(tagged, tag, any32),
	MEMBER(tagged, done, any32), MEMBER(tagged, overhead, any64), {}
};

static const struct member probe_members[] = {
	MEMBER(probe, size, sizes), MEMBER(probe, flags, probe_flags),
	MEMBER(probe, nr, probe_numbers),
	MEMBER(probe, found, any64), MEMBER(probe, out_flags, any32),
	MEMBER(probe, argc, any32), MEMBER(probe, answer, any32), {}
};

static const struct member restrict_members[] = {
	MEMBER(restrict, size, sizes), MEMBER(restrict, flags, no_flags),
	MEMBER(restrict, allow, restrictions),
	MEMBER(restrict, allowed, any32), {}
};

/* PV_HYPERCALL_ALLOW_* that an ioctl needs, by its number */
static const __u32 needed[] = {
	[_IOC_NR(PV_HYPERCALL_QUERY)]		= PV_HYPERCALL_ALLOW_QUERY,
	[_IOC_NR(PV_HYPERCALL_NOP)]		= PV_HYPERCALL_ALLOW_NOP,
	[_IOC_NR(PV_HYPERCALL_VCPU_INFO)]	= PV_HYPERCALL_ALLOW_VCPU_INFO,
	[_IOC_NR(PV_HYPERCALL_CALL)]		= PV_HYPERCALL_ALLOW_CALL,
	[_IOC_NR(PV_HYPERCALL_BATCH)]		= PV_HYPERCALL_ALLOW_CALL,
	[_IOC_NR(PV_HYPERCALL_LATENCY)]		= PV_HYPERCALL_ALLOW_LATENCY,
	[_IOC_NR(PV_HYPERCALL_TAGGED)]		= PV_HYPERCALL_ALLOW_LATENCY,
	[_IOC_NR(PV_HYPERCALL_PROBE)]		= PV_HYPERCALL_ALLOW_PROBE,
	[_IOC_NR(PV_HYPERCALL_RESTRICT)]	= 0,
};

#define TARGET(ioctl, list, ...) {			\
		.name = #ioctl,				\
		.cmd = PV_HYPERCALL_##ioctl,		\
		.valid = GOOD,				\
		.members = list, __VA_ARGS__ }

static const struct target targets[] = {
	TARGET(QUERY, query_members),
	TARGET(NOP, nop_members),
	TARGET(VCPU_INFO, vcpu_info_members, .errors = { ENOENT }),
	TARGET(CALL, call_members, .errors = { EPERM }),
	TARGET(BATCH, batch_members, .errors = { EPERM, ENXIO, ENODEV }, .partial = true),
	TARGET(LATENCY, latency_members, .errors = { EPERM, ENXIO, ENODEV }),
	TARGET(TAGGED, tagged_members, .errors = { EPERM, ENXIO, ENODEV }),
	TARGET(PROBE, probe_members, .errors = { ENOENT }),
	TARGET(RESTRICT, restrict_members),
};

#endif /* _SELFTEST_HYPERCALL_FUZZ_H */

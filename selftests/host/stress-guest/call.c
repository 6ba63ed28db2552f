// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hypercalls with all pvguest numbers and with the numbers around them, with any arguments.
 */
#include <linux/minmax.h>
#include <pv/hypercall.h>

#include "../../../drivers/hypervisor/pv_hypervisor.h"
#include "arch.h"
#include "stress.h"

#define STRESS_CALLS_BEFORE	256
#define STRESS_CALLS_ALL	0x8200

static u32 stress_number(struct stress *h)
{
	switch (stress_below(h, 4)) {
	case 0:
		return PV_HC_BASE - STRESS_CALLS_BEFORE + stress_below(h, STRESS_CALLS_ALL);
	case 1:
		return PV_HC_BASE - 4 + stress_below(h, 16);
	default:
		return PV_HC_BASE + stress_below(h, PV_HC_NR);
	}
}

static u64 stress_argument(struct stress *h)
{
	return stress_below(h, 2) ? stress_below(h, 4) : stress_u64(h);
}

static bool stress_answered_query(u64 word, s64 answer)
{
	switch (word) {
	case PV_QUERY_MAGIC:
		return answer == PV_MAGIC;
	case PV_QUERY_ABI:
		return answer == PV_ABI_VERSION;
	case PV_QUERY_FEATURES:
		return answer > 0;
	default:
		return answer == -PV_EINVAL;
	}
}

static bool stress_answered_device(u64 index, u64 word, s64 answer)
{
	if (index)
		return answer == -PV_ENOENT;
	if (word > PV_DEVICE_SHARED_SIZE)
		return answer == -PV_EINVAL;
	return answer >= 0;
}

static bool stress_answered(u32 fn, const u64 args[4], s64 answer)
{
	switch (fn) {
	case PV_HC_QUERY:
		return stress_answered_query(args[0], answer);
	case PV_HC_NOP:
		return !answer;
	case PV_HC_VCPU_INFO:
		if (args[1] % PV_VCPU_INFO_ALIGN)
			return answer == -PV_EINVAL;
		return !answer || answer == -PV_ENOENT || answer == -PV_EFAULT;
	case PV_HC_DEVICE:
		return stress_answered_device(args[0], args[1], answer);
	default:
		return answer == -STRESS_ENOSYS;
	}
}

/* Only one call has an address, as its second argument. */
void stress_call(struct stress *h)
{
	u64 args[4] = {
		stress_argument(h), stress_address(h), stress_u64(h), stress_u64(h),
	};
	u32 fn = stress_number(h);
	u64 result[4];

	stress_count(h, STRESS_OPS);
	stress_count(h, fn - PV_HC_BASE < PV_HC_NR ? STRESS_CALLS : STRESS_STRANGE);
	if (pv_hypercall(fn, args, result) || !stress_answered(fn, args, result[0]))
		stress_wrong(h, "call", fn, result[0]);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hypercalls with all pvguest numbers and with the numbers around them, with any arguments.
 */
#include <linux/minmax.h>
#include <pv/hypercall.h>

#include "../../../drivers/hypervisor/pv_hypervisor.h"
#include "arch.h"
#include "hostile.h"

#define HOSTILE_CALLS_BEFORE	256
#define HOSTILE_CALLS_ALL	0x8200

static u32 hostile_number(struct hostile *h)
{
	switch (hostile_below(h, 4)) {
	case 0:
		return PV_HC_BASE - HOSTILE_CALLS_BEFORE + hostile_below(h, HOSTILE_CALLS_ALL);
	case 1:
		return PV_HC_BASE - 4 + hostile_below(h, 16);
	default:
		return PV_HC_BASE + hostile_below(h, PV_HC_NR);
	}
}

static u64 hostile_argument(struct hostile *h)
{
	return hostile_below(h, 2) ? hostile_below(h, 4) : hostile_u64(h);
}

static bool hostile_answered_query(u64 word, s64 answer)
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

static bool hostile_answered(u32 fn, const u64 args[4], s64 answer)
{
	switch (fn) {
	case PV_HC_QUERY:
		return hostile_answered_query(args[0], answer);
	case PV_HC_NOP:
		return !answer;
	case PV_HC_VCPU_INFO:
		if (args[1] % PV_VCPU_INFO_ALIGN)
			return answer == -PV_EINVAL;
		return !answer || answer == -PV_ENOENT || answer == -PV_EFAULT;
	default:
		return answer == -HOSTILE_ENOSYS;
	}
}

/* Only one call has an address, as its second argument. */
void hostile_call(struct hostile *h)
{
	u64 args[4] = {
		hostile_argument(h), hostile_address(h), hostile_u64(h), hostile_u64(h),
	};
	u32 fn = hostile_number(h);
	u64 result[4];

	hostile_count(h, HOSTILE_OPS);
	hostile_count(h, fn - PV_HC_BASE < PV_HC_NR ? HOSTILE_CALLS : HOSTILE_STRANGE);
	if (pv_hypercall(fn, args, result) || !hostile_answered(fn, args, result[0]))
		hostile_wrong(h, "call", fn, result[0]);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The counter of arm64.
 */
#include <linux/smp.h>

#include "exits.h"

DEFINE_STATIC_KEY_FALSE(kvm_pv_exits_arch_unstable);

/* Not inline, because few CPUs have the erratum */
u64 notrace kvm_pv_exits_arch_clock(void)
{
	return __arch_counter_get_cntpct_stable();
}

static void kvm_pv_exits_arch_check(void *unstable)
{
	if (has_erratum_handler(read_cntpct_el0))
		WRITE_ONCE(*(bool *)unstable, true);
}

/**
 * kvm_pv_exits_arch_prepare - look for counters with an erratum
 *
 * A CPU that is offline has no known erratum.  If it has one and comes online later, its times can
 * be wrong until a VM enables telemetry again.
 *
 * Return: 0.
 */
int kvm_pv_exits_arch_prepare(void)
{
	bool unstable = false;

	on_each_cpu(kvm_pv_exits_arch_check, &unstable, 1);
	if (unstable)
		static_branch_enable(&kvm_pv_exits_arch_unstable);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Differences of arm64: the names of KVM, which is built in, and the counter.
 *
 * The counter is the virtual counter of this host, whose own CNTVOFF_EL2 is 0, and that of a guest.
 */
#include "hypertrace.h"

/* The second is the name before Linux 6.4. */
const char * const kernel_handlers[] = { "kvm_smccc_call_handler", "kvm_hvc_call_handler", NULL };
const char * const kernel_no_kvm = "the kernel has to start at EL2, with no kvm-arm.mode=none";

__u64 clock_counter(void)
{
	__u64 now;

	asm volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(now) : : "memory");
	return now;
}

__u64 clock_ratio(void)
{
	return 0;
}

bool clock_guest(__u64 ticks, __u64 offset, __u64 ratio, __u64 *guest)
{
	*guest = ticks + offset;
	return true;
}

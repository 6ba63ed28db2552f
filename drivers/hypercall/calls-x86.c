// SPDX-License-Identifier: GPL-2.0
/*
 * Calls on x86: all numbers of linux/kvm_para.h, which include those of other architectures
 * (Documentation/virt/kvm/x86/hypercalls.rst), and those of pvguest.
 */
#include <linux/kernel.h>
#include <linux/kvm_para.h>
#include <linux/log2.h>
#include <pv/hypercall.h>

#include "../compat.h"
#include "pv_hypercall.h"

const struct pv_call pv_calls[] = {
	/* An exit without an effect */
	{ PV_CALL_ALLOW(KVM_HC_VAPIC_POLL_IRQ, 0), PV_CALL_PROBE(KVM_HC_VAPIC_POLL_IRQ, 0) },
	{ PV_CALL_DENY(KVM_HC_MMU_OP, 3), PV_CALL_BIT(PV_PROBE_KVM, KVM_FEATURE_MMU_OP) },
	{ PV_CALL_DENY(KVM_HC_FEATURES, 0) },
	{ PV_CALL_DENY(KVM_HC_PPC_MAP_MAGIC_PAGE, 2) },
	{ PV_CALL_DENY(KVM_HC_KICK_CPU, 2), PV_CALL_BIT(PV_PROBE_KVM, KVM_FEATURE_PV_UNHALT) },
	{ PV_CALL_DENY(KVM_HC_MIPS_GET_CLOCK_FREQ, 0) },
	{ PV_CALL_DENY(KVM_HC_MIPS_EXIT_VM, 0) },
	{ PV_CALL_DENY(KVM_HC_MIPS_CONSOLE_OUTPUT, 3) },
	/* Writes to an address */
	{ PV_CALL_DENY(KVM_HC_CLOCK_PAIRING, 2) },
	{ PV_CALL_DENY(KVM_HC_SEND_IPI, 4), PV_CALL_BIT(PV_PROBE_KVM, KVM_FEATURE_PV_SEND_IPI) },
	{ PV_CALL_DENY(KVM_HC_SCHED_YIELD, 1),
	  PV_CALL_BIT(PV_PROBE_KVM, KVM_FEATURE_PV_SCHED_YIELD) },
	{ PV_CALL_DENY(KVM_HC_MAP_GPA_RANGE, 3),
	  PV_CALL_BIT(PV_PROBE_KVM, KVM_FEATURE_HC_MAP_GPA_RANGE) },
	{ PV_CALL_ALLOW(PV_HC_QUERY, 1), PV_CALL_PROBE(PV_HC_QUERY, PV_QUERY_MAGIC) },
	{ PV_CALL_ALLOW(PV_HC_NOP, 0), PV_CALL_PROBE(PV_HC_NOP, 0) },
	{ PV_CALL_DENY(PV_HC_VCPU_INFO, 2),
	  PV_CALL_BIT(PV_PROBE_HOST, ilog2(PV_FEATURE_VCPU_INFO)) },
	{ PV_CALL_ALLOW(PV_HC_DEVICE, 2),
	  PV_CALL_BIT(PV_PROBE_HOST, ilog2(PV_FEATURE_DEVICE)) },
	{ PV_CALL_ALLOW(PV_HC_UNASSIGNED, 0), PV_CALL_PROBE(PV_HC_UNASSIGNED, 0) },
};

const unsigned int pv_calls_nr = ARRAY_SIZE(pv_calls);

/*
 * KVM also answers calls without their bit, unless the VMM has enabled
 * KVM_CAP_ENFORCE_PV_FEATURE_CPUID.
 */
const enum pv_hypercall_answer pv_calls_unannounced = PV_HYPERCALL_UNKNOWN;

bool pv_calls_refused(u64 status)
{
	return status == -KVM_ENOSYS;
}

/* cc_platform_has() knows all guests with private memory. */
bool pv_calls_private(void)
{
	return false;
}

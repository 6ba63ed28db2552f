// SPDX-License-Identifier: GPL-2.0
/*
 * Calls on x86; KVM's are in Documentation/virt/kvm/x86/hypercalls.rst, all that have
 * a number in linux/kvm_para.h, other architectures' included.
 */
#include <linux/kernel.h>
#include <linux/kvm_para.h>
#include <linux/log2.h>
#include <pv/hypercall.h>

#include "pv_hypercall.h"

const struct pv_call pv_calls[] = {
	/* Leaves and does nothing else */
	{ PV_CALL_ADMIT(KVM_HC_VAPIC_POLL_IRQ, 0), PV_CALL_ASK(KVM_HC_VAPIC_POLL_IRQ, 0) },
	{ PV_CALL_KEEP(KVM_HC_MMU_OP, 3), PV_CALL_BIT(PV_TOLD_BY_KVM, KVM_FEATURE_MMU_OP) },
	{ PV_CALL_KEEP(KVM_HC_FEATURES, 0) },
	{ PV_CALL_KEEP(KVM_HC_PPC_MAP_MAGIC_PAGE, 2) },
	{ PV_CALL_KEEP(KVM_HC_KICK_CPU, 2), PV_CALL_BIT(PV_TOLD_BY_KVM, KVM_FEATURE_PV_UNHALT) },
	{ PV_CALL_KEEP(KVM_HC_MIPS_GET_CLOCK_FREQ, 0) },
	{ PV_CALL_KEEP(KVM_HC_MIPS_EXIT_VM, 0) },
	{ PV_CALL_KEEP(KVM_HC_MIPS_CONSOLE_OUTPUT, 3) },
	/* Writes to an address */
	{ PV_CALL_KEEP(KVM_HC_CLOCK_PAIRING, 2) },
	{ PV_CALL_KEEP(KVM_HC_SEND_IPI, 4), PV_CALL_BIT(PV_TOLD_BY_KVM, KVM_FEATURE_PV_SEND_IPI) },
	{ PV_CALL_KEEP(KVM_HC_SCHED_YIELD, 1),
	  PV_CALL_BIT(PV_TOLD_BY_KVM, KVM_FEATURE_PV_SCHED_YIELD) },
	{ PV_CALL_KEEP(KVM_HC_MAP_GPA_RANGE, 3),
	  PV_CALL_BIT(PV_TOLD_BY_KVM, KVM_FEATURE_HC_MAP_GPA_RANGE) },
	{ PV_CALL_ADMIT(PV_HC_QUERY, 1), PV_CALL_ASK(PV_HC_QUERY, PV_QUERY_MAGIC) },
	{ PV_CALL_ADMIT(PV_HC_NOP, 0), PV_CALL_ASK(PV_HC_NOP, 0) },
	{ PV_CALL_KEEP(PV_HC_VCPU_INFO, 2),
	  PV_CALL_BIT(PV_TOLD_BY_HOST, ilog2(PV_FEATURE_VCPU_INFO)) },
	{ PV_CALL_ADMIT(PV_HC_UNASSIGNED, 0), PV_CALL_ASK(PV_HC_UNASSIGNED, 0) },
};

const unsigned int pv_nr_calls = ARRAY_SIZE(pv_calls);

/*
 * KVM answers calls whose bit is 0 as well, unless its VMM has asked it not to by
 * KVM_CAP_ENFORCE_PV_FEATURE_CPUID.
 */
const enum pv_hypercall_answer pv_call_unannounced = PV_HYPERCALL_UNKNOWN;

bool pv_call_refused(u64 status)
{
	return status == -KVM_ENOSYS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's hypercalls on x86, Documentation/virt/kvm/x86/hypercalls.rst.  Left out are
 * those of other architectures, and MMU_OP, which is deprecated and refused.
 */
#include <asm/kvm_para.h>
#include <linux/kvm_para.h>

#include "calls.h"
#include "compiler.h"
#include "drivers/hypervisor/detect.h"

static const struct pv_call calls[] = {
	{ KVM_HC_VAPIC_POLL_IRQ, "KVM_HC_VAPIC_POLL_IRQ", PV_CALL_UNANNOUNCED,
	  { "vapic_poll_irq" } },
	{ KVM_HC_KICK_CPU, "KVM_HC_KICK_CPU", KVM_FEATURE_PV_UNHALT,
	  { "kick_cpu" } },
	{ KVM_HC_CLOCK_PAIRING, "KVM_HC_CLOCK_PAIRING", PV_CALL_UNANNOUNCED,
	  { "clock_pairing" } },
	{ KVM_HC_SEND_IPI, "KVM_HC_SEND_IPI", KVM_FEATURE_PV_SEND_IPI,
	  { "send_ipi" } },
	{ KVM_HC_SCHED_YIELD, "KVM_HC_SCHED_YIELD", KVM_FEATURE_PV_SCHED_YIELD,
	  { "sched_yield" } },
	{ KVM_HC_MAP_GPA_RANGE, "KVM_HC_MAP_GPA_RANGE", KVM_FEATURE_HC_MAP_GPA_RANGE,
	  { "map_gpa_range" } },
};

/**
 * pv_calls_kvm - the hypercalls of KVM
 * @nr: out: how many
 *
 * Return: the table, in the order of the numbers.
 */
const struct pv_call *pv_calls_kvm(size_t *nr)
{
	*nr = ARRAY_SIZE(calls);
	return calls;
}

/**
 * pv_calls_standard - the calls that a standard assigns, whatever the hypervisor
 * @nr: out: how many
 *
 * Return: the table: none on x86.
 */
const struct pv_call *pv_calls_standard(size_t *nr)
{
	*nr = 0;
	return NULL;
}

/**
 * pv_calls_feature - name of a KVM feature bit of this architecture
 * @bit: any
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_calls_feature(unsigned int bit)
{
	return pv_kvm_feature_x86(bit);
}

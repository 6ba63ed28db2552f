// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that are admitted on x86; KVM's are in
 * Documentation/virt/kvm/x86/hypercalls.rst.
 */
#include <linux/kernel.h>
#include <linux/kvm_para.h>
#include <pv/hypercall.h>

#include "pv_hypercall.h"

const struct pv_call pv_calls[] = {
	{ KVM_HC_VAPIC_POLL_IRQ, 0 },	/* leaves and does nothing else */
	{ PV_HC_QUERY, 1 },
	{ PV_HC_NOP, 0 },
	{ PV_HC_UNASSIGNED, 0 },
};

const unsigned int pv_nr_calls = ARRAY_SIZE(pv_calls);

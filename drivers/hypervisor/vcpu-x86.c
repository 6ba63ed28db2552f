// SPDX-License-Identifier: GPL-2.0
/*
 * vCPU ids on x86: VMMs give a vCPU its initial APIC id as KVM's id, since KVM
 * makes the one from the other.
 */
#include <linux/export.h>
#include <linux/smp.h>
#include <asm/apicdef.h>

#include "machine.h"
#include "pv_hypervisor.h"

u32 pv_vcpu_id(unsigned int cpu)
{
	u32 id = cpu_physical_id(cpu);

	return id == BAD_APICID ? PV_VCPU_ID_UNKNOWN : id;
}
EXPORT_SYMBOL_GPL(pv_vcpu_id);

int pv_vcpu_init(void)
{
	return 0;
}

void pv_vcpu_exit(void)
{
}

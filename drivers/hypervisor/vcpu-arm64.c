// SPDX-License-Identifier: GPL-2.0
/*
 * vCPU ids on arm64: KVM makes MPIDR_EL1 from the id, 4 bits in Aff0 (as many as a
 * GICv3 can send an SGI to), 8 in Aff1 and 8 in Aff2; here it is put together again.
 *
 * The kernel exports no map of MPIDRs, so that each CPU reads its own when it comes
 * online.  The value is kept when the CPU goes: the vCPU is still there.
 */
#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/percpu.h>
#include <asm/cputype.h>

#include "machine.h"
#include "pv_hypervisor.h"

static DEFINE_PER_CPU(u32, vcpu_id) = PV_VCPU_ID_UNKNOWN;
static enum cpuhp_state online_state;

u32 pv_vcpu_id(unsigned int cpu)
{
	return READ_ONCE(per_cpu(vcpu_id, cpu));
}
EXPORT_SYMBOL_GPL(pv_vcpu_id);

static int read_vcpu_id(unsigned int cpu)
{
	u64 mpidr = read_cpuid_mpidr();

	WRITE_ONCE(per_cpu(vcpu_id, cpu),
		   (MPIDR_AFFINITY_LEVEL(mpidr, 0) & 0xf) |
		   MPIDR_AFFINITY_LEVEL(mpidr, 1) << 4 |
		   MPIDR_AFFINITY_LEVEL(mpidr, 2) << 12);
	return 0;
}

int pv_vcpu_init(void)
{
	int state;

	state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "virt/pv_hypervisor:online",
				  read_vcpu_id, NULL);
	if (state < 0)
		return state;
	online_state = state;
	return 0;
}

void pv_vcpu_exit(void)
{
	cpuhp_remove_state_nocalls(online_state);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Detection on x86: CPUID.
 */
#include <linux/bits.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <asm/cpu_device_id.h>
#include <asm/cpufeature.h>
#include <asm/kvm_para.h>
#include <asm/msr.h>

#include "../compat.h"
#include "machine.h"

/* udev loads the module in VMs that have the feature.  On hypervisors other than KVM it fails. */
static const struct x86_cpu_id __maybe_unused pv_machine_ids[] = {
	X86_MATCH_FEATURE(X86_FEATURE_HYPERVISOR, NULL),
	{ }
};
MODULE_DEVICE_TABLE(x86cpu, pv_machine_ids);

static void read_leaf(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	cpuid_count(leaf, subleaf, &regs->eax, &regs->ebx, &regs->ecx, &regs->edx);
}

void pv_machine_detect(struct pv_detected *d)
{
	u32 low, high;

	pv_cpuid_detect(read_leaf, NULL, d);
	/* A VMM can offer the leaf without the register. */
	if (pv_confidential_sev_open(d) && !rdmsr_safe(PV_MSR_SEV_STATUS, &low, &high))
		pv_confidential_sev_status((u64)high << 32 | low, d);
}

/* The kernel's own test, unless the kernel is built without it */
bool pv_machine_kvm(const struct pv_detected *d)
{
	return pv_detected_kvm(d) && (!IS_ENABLED(CONFIG_KVM_GUEST) || kvm_para_available());
}

const char *pv_machine_feature(unsigned int bit)
{
	return pv_kvm_feature_x86(bit);
}

const char *pv_machine_hint(unsigned int bit)
{
	return pv_kvm_hint_x86(bit);
}

u64 pv_machine_last_address(void)
{
	return GENMASK_ULL(boot_cpu_data.x86_phys_bits - 1, 0);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A device that calls a kfunc that no kernel has
 */
#include "refused.bpf.h"

extern __u32 bpf_kvm_pv_nothing(struct kvm_pv_mmio *mmio) __ksym;

REFUSED_READ
{
	return bpf_kvm_pv_nothing(mmio);
}

REFUSED_WRITE
{
}

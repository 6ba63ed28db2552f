// SPDX-License-Identifier: GPL-2.0
/*
 * A device with a program that calls a sleepable kfunc and is not declared as sleepable
 */
#include "refused.bpf.h"

REFUSED_READ
{
	__u32 value = 0;

	return bpf_kvm_pv_write_guest(mmio, 0, &value, sizeof(value));
}

REFUSED_WRITE
{
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A device that does not check the offset of the guest against the size of an array
 */
#include "refused.bpf.h"

static __u64 registers[16];

REFUSED_READ
{
	return registers[mmio->offset / 8];
}

REFUSED_WRITE
{
	registers[mmio->offset / 8] = mmio->value;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A device that reads beyond the end of its argument
 */
#include "refused.bpf.h"

REFUSED_READ
{
	return *(&mmio->offset + 64);
}

REFUSED_WRITE
{
}

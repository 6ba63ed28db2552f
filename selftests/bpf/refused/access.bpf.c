// SPDX-License-Identifier: GPL-2.0
/*
 * A device that writes to the access, which is read-only
 */
#include "refused.bpf.h"

REFUSED_READ
{
	return 0;
}

REFUSED_WRITE
{
	mmio->value = 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A device with a loop that may not end
 */
#include "refused.bpf.h"

static volatile __u32 ready;

REFUSED_READ
{
	while (!ready)
		;
	return 0;
}

REFUSED_WRITE
{
}

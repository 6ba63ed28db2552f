// SPDX-License-Identifier: GPL-2.0
/*
 * A device without write()
 */
#define REFUSED_NO_WRITE
#include "refused.bpf.h"

REFUSED_READ
{
	return 0;
}

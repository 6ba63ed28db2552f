// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that is locked down for its integrity lets nobody choose a call's arguments.
 */
#include <linux/security.h>

#include "pv_hypercall.h"

int pv_call_check_lockdown(void)
{
	/* Of the reasons that kernels know, /dev/mem is the nearest: an address is given. */
	return security_locked_down(LOCKDOWN_DEV_MEM);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of a batch on arm64: each access to user memory masks its address and tests
 * for a fault, so copying whole entries, both ways, takes half the instructions of
 * picking members.
 */
#include <linux/errno.h>
#include <linux/uaccess.h>

#include "pv_hypercall.h"

int pv_entries_read(struct pv_hypercall_entry *entries,
		    const struct pv_hypercall_entry __user *user, unsigned int nr)
{
	return copy_from_user(entries, user, nr * sizeof(*user)) ? -EFAULT : 0;
}

int pv_entries_write(struct pv_hypercall_entry __user *user,
		     const struct pv_hypercall_entry *entries, unsigned int nr)
{
	return copy_to_user(user, entries, nr * sizeof(*user)) ? -EFAULT : 0;
}

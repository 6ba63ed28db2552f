// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of a batch on x86: an access to user memory is one instruction there, so
 * only what is read and what is written is copied.
 */
#include <linux/errno.h>
#include <linux/uaccess.h>

#include "pv_hypercall.h"

int pv_entries_read(struct pv_hypercall_entry *entries,
		    const struct pv_hypercall_entry __user *user, unsigned int nr)
{
	const struct pv_hypercall_entry __user *end = user + nr;

	if (!user_read_access_begin(user, nr * sizeof(*user)))
		return -EFAULT;
	for (; user < end; user++, entries++) {
		unsafe_get_user(entries->nr, &user->nr, fault);
		unsafe_get_user(entries->args[0], &user->args[0], fault);
		unsafe_get_user(entries->args[1], &user->args[1], fault);
		unsafe_get_user(entries->args[2], &user->args[2], fault);
		unsafe_get_user(entries->args[3], &user->args[3], fault);
	}
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

int pv_entries_write(struct pv_hypercall_entry __user *user,
		     const struct pv_hypercall_entry *entries, unsigned int nr)
{
	struct pv_hypercall_entry __user *end = user + nr;

	if (!user_write_access_begin(user, nr * sizeof(*user)))
		return -EFAULT;
	for (; user < end; user++, entries++) {
		unsafe_put_user(entries->result[0], &user->result[0], fault);
		unsafe_put_user(entries->result[1], &user->result[1], fault);
		unsafe_put_user(entries->result[2], &user->result[2], fault);
		unsafe_put_user(entries->result[3], &user->result[3], fault);
	}
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

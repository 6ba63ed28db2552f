/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One call in user memory.  What is read and what is written do not overlap, and only
 * that is copied: this is most of what an ioctl costs beside the call.
 */
#ifndef _PV_HYPERCALL_ENTRY_H
#define _PV_HYPERCALL_ENTRY_H

#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>
#include <linux/pv_hypercall.h>

/* A struct pv_hypercall_call is an entry behind a head. */
#define PV_CALL_ENTRY(user)	((struct pv_hypercall_entry __user *)&(user)->nr)

static_assert(sizeof(struct pv_hypercall_call) ==
	      offsetof(struct pv_hypercall_call, nr) + sizeof(struct pv_hypercall_entry));
static_assert(offsetof(struct pv_hypercall_call, args) -
	      offsetof(struct pv_hypercall_call, nr) ==
	      offsetof(struct pv_hypercall_entry, args));
static_assert(offsetof(struct pv_hypercall_call, result) -
	      offsetof(struct pv_hypercall_call, nr) ==
	      offsetof(struct pv_hypercall_entry, result));

static inline int pv_entry_read(const struct pv_hypercall_entry __user *user, u64 *nr,
				u64 args[4])
{
	if (!user_read_access_begin(user, sizeof(*user)))
		return -EFAULT;
	unsafe_get_user(*nr, &user->nr, fault);
	unsafe_get_user(args[0], &user->args[0], fault);
	unsafe_get_user(args[1], &user->args[1], fault);
	unsafe_get_user(args[2], &user->args[2], fault);
	unsafe_get_user(args[3], &user->args[3], fault);
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

static inline int pv_entry_write(struct pv_hypercall_entry __user *user, const u64 result[4])
{
	if (!user_write_access_begin(user, sizeof(*user)))
		return -EFAULT;
	unsafe_put_user(result[0], &user->result[0], fault);
	unsafe_put_user(result[1], &user->result[1], fault);
	unsafe_put_user(result[2], &user->result[2], fault);
	unsafe_put_user(result[3], &user->result[3], fault);
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

#endif /* _PV_HYPERCALL_ENTRY_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls in user memory.  The copies are most of the cost of an ioctl apart from the call, so
 * these functions copy only inputs in and only outputs out.
 */
#ifndef _PV_HYPERCALL_ENTRY_H
#define _PV_HYPERCALL_ENTRY_H

#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>
#include <linux/pv_hypercall.h>

/* A struct pv_hypercall_call is an entry after size and flags. */
#define PV_ENTRY_OF_CALL(user)	((struct pv_hypercall_entry __user *)&(user)->nr)

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

#if defined(CONFIG_ARM64)

/*
 * Each access to user memory masks its address and tests for a fault, so copies of whole
 * entries take half as many instructions as accesses to members.
 */
static inline int pv_entry_read_all(struct pv_hypercall_entry *entries,
				    const struct pv_hypercall_entry __user *user, unsigned int nr)
{
	return copy_from_user(entries, user, nr * sizeof(*user)) ? -EFAULT : 0;
}

static inline int pv_entry_write_all(struct pv_hypercall_entry __user *user,
				     const struct pv_hypercall_entry *entries, unsigned int nr)
{
	return copy_to_user(user, entries, nr * sizeof(*user)) ? -EFAULT : 0;
}

#else

/* An access to user memory is one instruction. */
static inline int pv_entry_read_all(struct pv_hypercall_entry *entries,
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

static inline int pv_entry_write_all(struct pv_hypercall_entry __user *user,
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

#endif

#endif /* _PV_HYPERCALL_ENTRY_H */

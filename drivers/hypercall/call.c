// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_NOP and PV_HYPERCALL_CALL: one call, there and back.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include <pv/hypercall.h>

#include "entry.h"
#include "pv_hypercall.h"
#include "send.h"

int pv_ioctl_nop(struct file *file, u32 flags, void __user *user)
{
	struct pv_hypercall_nop __user *nop = user;
	static const u64 args[4];
	u64 result[4];

	pv_send(PV_HC_NOP, args, result);
	return put_user((s64)result[0], &nop->status);
}

int pv_ioctl_call(struct file *file, u32 flags, void __user *user)
{
	struct pv_hypercall_call __user *c = user;
	struct pv_client *client = file->private_data;
	u64 nr, args[4], result[4];
	const struct pv_call *call;
	int err;

	err = pv_entry_read(PV_CALL_ENTRY(c), &nr, args);
	if (err)
		return err;
	call = READ_ONCE(client->last);
	if (!call || call->nr != nr) {
		call = pv_call_admit(nr);
		if (!call)
			return -EPERM;
		WRITE_ONCE(client->last, call);
	}
	err = pv_call_check_args(call, args);
	if (err)
		return err;
	err = pv_call_check_lockdown();
	if (err)
		return err;
	pv_send(nr, args, result);
	return pv_entry_write(PV_CALL_ENTRY(c), result);
}

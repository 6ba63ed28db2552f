// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_QUERY, PV_HYPERCALL_NOP and PV_HYPERCALL_CALL: single calls.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include <pv/hypercall.h>

#include "../hypervisor/pv_hypervisor.h"
#include "entry.h"
#include "pv_hypercall.h"
#include "send.h"

/* User space and the host have separate headers for the same numbers. */
static_assert(PV_HYPERCALL_NR_QUERY == PV_HC_QUERY);
static_assert(PV_HYPERCALL_NR_NOP == PV_HC_NOP);
static_assert(PV_HYPERCALL_NR_UNASSIGNED == PV_HC_UNASSIGNED);
static_assert(PV_HYPERCALL_FEATURE_QUERY == PV_FEATURE_QUERY);
static_assert(PV_HYPERCALL_FEATURE_NOP == PV_FEATURE_NOP);
static_assert(PV_HYPERCALL_FEATURE_VCPU_INFO == PV_FEATURE_VCPU_INFO);
static_assert(PV_HYPERCALL_FEATURE_HOST_TID == PV_FEATURE_HOST_TID);

/* These structs have not grown, so each accepted size covers all members. */
static_assert(sizeof(struct pv_hypercall_nop) == PV_HYPERCALL_NOP_SIZE_VER0);
static_assert(sizeof(struct pv_hypercall_call) == PV_HYPERCALL_CALL_SIZE_VER0);

int pv_call_ioctl_query(struct file *file, union pv_arg *arg)
{
	struct pv_hypercall_query *query = &arg->query;
	struct pv_host host;
	int err;

	err = pv_host_query_by(&host, pv_send_call);
	if (err)
		return err;

	query->out_flags = host.present ? PV_HYPERCALL_HOST : 0;
	query->abi = host.abi;
	query->features = host.features;
	query->status = host.status;
	return 0;
}

int pv_call_ioctl_nop(struct file *file, void __user *user)
{
	struct pv_hypercall_nop __user *nop = user;
	static const u64 args[4];
	u64 result[4];

	pv_send(PV_HC_NOP, args, result);
	return put_user((s64)result[0], &nop->status);
}

int pv_call_ioctl_call(struct file *file, void __user *user)
{
	struct pv_hypercall_call __user *c = user;
	struct pv_client *client = file->private_data;
	u64 nr, args[4], result[4];
	const struct pv_call *call;
	int err;

	err = pv_entry_read(PV_ENTRY_OF_CALL(c), &nr, args);
	if (err)
		return err;
	call = READ_ONCE(client->last);
	if (!call || call->nr != nr) {
		call = pv_table_allowed(nr);
		if (!call)
			return -EPERM;
		WRITE_ONCE(client->last, call);
	}
	err = pv_send_check_args(call, args);
	if (err)
		return err;
	err = pv_send_check_lockdown();
	if (err)
		return err;
	pv_send(nr, args, result);
	return pv_entry_write(PV_ENTRY_OF_CALL(c), result);
}

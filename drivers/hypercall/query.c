// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_QUERY: is there a host side.
 */
#include <linux/errno.h>
#include <linux/uaccess.h>

#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"

int pv_ioctl_query(struct file *file, u32 flags, void __user *user)
{
	struct pv_hypercall_query query;
	struct pv_host host;
	int err;

	if (copy_from_user(&query, user, sizeof(query)))
		return -EFAULT;
	if (query.reserved)
		return -EINVAL;
	err = pv_host_query(&host);
	if (err)
		return err;

	query.flags = host.present ? PV_HYPERCALL_HOST : 0;
	query.abi = host.abi;
	query.features = host.features;
	query.status = host.status;
	return copy_to_user(user, &query, sizeof(query)) ? -EFAULT : 0;
}

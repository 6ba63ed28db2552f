// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_VCPU_INFO: what the host knows of a vCPU.
 *
 * The host writes its record to a page of ours, whose address user space does not
 * choose, and the record is believed only after it was looked at.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <pv/hypercall.h>

#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"
#include "send.h"

#define KNOWN_FLAGS	(PV_VCPU_HOST_TID | PV_VCPU_EXITS | PV_VCPU_REGS | PV_VCPU_PC | \
			 PV_VCPU_SP)

static_assert(PV_HYPERCALL_MAX_REGS == PV_VCPU_MAX_REGS);
static_assert(sizeof(struct pv_vcpu_info) <= PV_VCPU_INFO_ALIGN);

static bool is_sane(const struct pv_vcpu_info *record, u64 id)
{
	/* A newer host may write more, but not over the next record. */
	if (record->size < offsetof(struct pv_vcpu_info, regs) ||
	    record->size > PV_VCPU_INFO_ALIGN)
		return false;
	if (record->vcpu_id != id)
		return false;
	if (!(record->flags & PV_VCPU_REGS))
		return true;
	return record->nr_regs <= PV_VCPU_MAX_REGS &&
	       record->size >= offsetof(struct pv_vcpu_info, regs) +
			       record->nr_regs * sizeof(record->regs[0]);
}

/* Takes over what has its flag, so that the rest is 0 whatever the host left there. */
static void take(struct pv_hypercall_vcpu_info *info, const struct pv_vcpu_info *record)
{
	info->flags = record->flags & KNOWN_FLAGS;
	info->vcpu_id = record->vcpu_id;
	if (info->flags & PV_VCPU_EXITS)
		info->exits = record->exits;
	if (info->flags & PV_VCPU_HOST_TID)
		info->host_tid = record->host_tid;
	if (info->flags & PV_VCPU_PC)
		info->pc = record->pc;
	if (info->flags & PV_VCPU_SP)
		info->sp = record->sp;
	if (info->flags & PV_VCPU_REGS) {
		info->nr_regs = record->nr_regs;
		memcpy(info->regs, record->regs,
		       record->nr_regs * sizeof(record->regs[0]));
	}
}

static int call_host(struct pv_hypercall_vcpu_info *info, u64 id, void *page)
{
	const u64 args[4] = { id, virt_to_phys(page) };
	struct pv_vcpu_info record;
	u64 result[4];

	pv_send(PV_HC_VCPU_INFO, args, result);
	info->status = result[0];
	if (info->status)
		return 0;

	/* The host can write at any time: what is checked must be what is used. */
	memcpy(&record, page, sizeof(record));
	if (!is_sane(&record, id))
		return -EPROTO;
	take(info, &record);
	return 0;
}

int pv_ioctl_vcpu_info(struct file *file, u32 flags, void __user *user)
{
	struct pv_hypercall_vcpu_info __user *u = user;
	struct pv_hypercall_vcpu_info info = {};
	void *page;
	u32 id;
	int err;

	if (get_user(info.size, &u->size) || get_user(info.cpu, &u->cpu))
		return -EFAULT;
	if (!pv_cpu_is_present(info.cpu))
		return -ENOENT;
	id = pv_vcpu_id(info.cpu);
	if (id == PV_VCPU_ID_UNKNOWN)
		return -ENOENT;

	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	err = call_host(&info, id, page);
	free_page((unsigned long)page);
	if (err)
		return err;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

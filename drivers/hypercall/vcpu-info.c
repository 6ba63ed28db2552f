// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_VCPU_INFO: the state of a vCPU as the host reports it.
 *
 * The host writes its record to a page of the kernel, whose address user space does not choose.
 * The driver copies and validates the record before it uses it.
 */
#include <linux/cc_platform.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/string.h>
#include <pv/hypercall.h>

#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"
#include "send.h"

#define PV_VCPU_INFO_FLAGS	(PV_HYPERCALL_VCPU_HOST_TID | PV_HYPERCALL_VCPU_EXITS | \
				 PV_HYPERCALL_VCPU_REGS | PV_HYPERCALL_VCPU_PC | \
				 PV_HYPERCALL_VCPU_SP | PV_HYPERCALL_VCPU_NESTED)

static_assert(PV_HYPERCALL_VCPU_HOST_TID == PV_VCPU_HOST_TID);
static_assert(PV_HYPERCALL_VCPU_EXITS == PV_VCPU_EXITS);
static_assert(PV_HYPERCALL_VCPU_REGS == PV_VCPU_REGS);
static_assert(PV_HYPERCALL_VCPU_PC == PV_VCPU_PC);
static_assert(PV_HYPERCALL_VCPU_SP == PV_VCPU_SP);
static_assert(PV_HYPERCALL_VCPU_NESTED == PV_VCPU_NESTED);
static_assert(PV_HYPERCALL_MAX_REGS == PV_VCPU_MAX_REGS);
static_assert(sizeof(struct pv_vcpu_info) <= PV_VCPU_INFO_ALIGN);
static_assert(sizeof(struct pv_vcpu_info) % sizeof(u64) == 0);

static bool pv_vcpu_info_valid(const struct pv_vcpu_info *record, u64 id)
{
	/* A newer host can write more, up to the next record. */
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

/* Copy only members with a flag; other members stay 0. */
static void pv_vcpu_info_convert(struct pv_hypercall_vcpu_info *info,
				 const struct pv_vcpu_info *record)
{
	const u32 flags = record->flags & PV_VCPU_INFO_FLAGS;

	info->out_flags = flags;
	info->vcpu_id = record->vcpu_id;
	if (flags & PV_HYPERCALL_VCPU_EXITS)
		info->exits = record->exits;
	if (flags & PV_HYPERCALL_VCPU_HOST_TID)
		info->host_tid = record->host_tid;
	if (flags & PV_HYPERCALL_VCPU_PC)
		info->pc = record->pc;
	if (flags & PV_HYPERCALL_VCPU_SP)
		info->sp = record->sp;
	if (flags & PV_HYPERCALL_VCPU_REGS) {
		info->nr_regs = record->nr_regs;
		memcpy(info->regs, record->regs,
		       record->nr_regs * sizeof(record->regs[0]));
	}
}

/*
 * The host can write to the page at any time.  Read each word once, so that the values that are
 * checked are those that are used.
 */
static void pv_vcpu_info_copy(struct pv_vcpu_info *record, const void *page)
{
	u64 *to = (u64 *)record;
	const u64 *from = page;
	unsigned int i;

	for (i = 0; i < sizeof(*record) / sizeof(*to); i++)
		to[i] = READ_ONCE(from[i]);
}

static int pv_vcpu_info_send(struct pv_hypercall_vcpu_info *info, u64 id, void *page)
{
	const u64 args[4] = { id, virt_to_phys(page) };
	struct pv_vcpu_info record;
	u64 result[4];

	pv_send(PV_HC_VCPU_INFO, args, result);
	info->status = result[0];
	if (info->status)
		return 0;

	pv_vcpu_info_copy(&record, page);
	if (!pv_vcpu_info_valid(&record, id))
		return -EPROTO;
	pv_vcpu_info_convert(info, &record);
	return 0;
}

/*
 * Whether the host cannot write to the memory of this guest: SEV and TDX have both attributes,
 * Realms (6.13) only CC_ATTR_MEM_ENCRYPT.  Protected guests of pKVM have no attribute, but only
 * they have the hypercall that shares memory.
 *
 * noinline: the test module pv_hypercall_private replaces the result.
 */
static noinline bool pv_vcpu_info_private(void)
{
	return cc_platform_has(CC_ATTR_MEM_ENCRYPT) ||
	       cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT) || pv_calls_private();
}

int pv_vcpu_info_ioctl(struct file *file, union pv_arg *arg)
{
	struct pv_hypercall_vcpu_info *info = &arg->vcpu_info;
	u32 cpu = info->cpu;
	void *page;
	u32 id;
	int err;

	if (!pv_cpu_is_present(&cpu))
		return -ENOENT;
	id = pv_vcpu_id(cpu);
	if (id == PV_VCPU_ID_UNKNOWN)
		return -ENOENT;
	if (pv_vcpu_info_private())
		return -EOPNOTSUPP;

	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	*info = (struct pv_hypercall_vcpu_info){ .size = info->size, .cpu = cpu };
	err = pv_vcpu_info_send(info, id, page);
	free_page((unsigned long)page);
	return err;
}

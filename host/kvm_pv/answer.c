// SPDX-License-Identifier: GPL-2.0
/*
 * The answers to hypercalls, see pv/hypercall.h.
 */
#include <linux/align.h>

#include "hook.h"
#include "kvm_pv.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static s64 kvm_pv_answer_query(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	switch (kvm_pv_arch_arg(vcpu, 0)) {
	case PV_QUERY_MAGIC:
		return PV_MAGIC;
	case PV_QUERY_ABI:
		return PV_ABI_VERSION;
	case PV_QUERY_FEATURES:
		return PV_FEATURE_QUERY | PV_FEATURE_NOP | PV_FEATURE_DEVICE |
		       (static_call_query(kvm_pv_vcpu_write) ? PV_FEATURE_VCPU_INFO : 0) |
		       (pv->flags & KVM_PV_EXPOSE_TID ? PV_FEATURE_HOST_TID : 0);
	default:
		return -PV_EINVAL;
	}
}

static s64 kvm_pv_answer_nop(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	return 0;
}

/* The trace has thread and exits in any case, the guest with options only. */
static void kvm_pv_answer_expose(const struct kvm_pv *pv, struct pv_vcpu_info *info, pid_t tid)
{
	if (tid && pv->flags & KVM_PV_EXPOSE_TID) {
		info->flags |= PV_VCPU_HOST_TID;
		info->host_tid = tid;
	}
	if (!(pv->flags & KVM_PV_EXPOSE_EXITS)) {
		info->flags &= ~PV_VCPU_EXITS;
		info->exits = 0;
	}
}

static s64 kvm_pv_answer_vcpu_info(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	u64 id = kvm_pv_arch_arg(vcpu, 0), gpa = kvm_pv_arch_arg(vcpu, 1);
	struct kvm_vcpu *target;
	struct pv_vcpu_info info;
	pid_t tid;
	int idx, err;

	if (!static_call_query(kvm_pv_vcpu_write))
		return -KVM_PV_ARCH_ENOSYS;
	if (!IS_ALIGNED(gpa, PV_VCPU_INFO_ALIGN))
		return -PV_EINVAL;

	target = id <= INT_MAX ? kvm_get_vcpu_by_id(vcpu->kvm, id) : NULL;
	if (!target)
		return -PV_ENOENT;

	kvm_pv_vcpu_read(target, &info);
	tid = kvm_pv_vcpu_tid(target);
	trace_vcpu_info(pv->id, vcpu->vcpu_id, tid, &info);

	kvm_pv_answer_expose(pv, &info, tid);

	idx = srcu_read_lock(&vcpu->kvm->srcu);
	err = kvm_pv_vcpu_write_guest(vcpu, gpa, &info, sizeof(info));
	srcu_read_unlock(&vcpu->kvm->srcu, idx);

	return err ? -PV_EFAULT : 0;
}

/* The guest reads a negative register as a status. */
static s64 kvm_pv_answer_address(u64 address)
{
	return address > S64_MAX ? -PV_ENOENT : address;
}

static s64 kvm_pv_answer_device(struct kvm_pv *pv, struct kvm_vcpu *vcpu)
{
	if (kvm_pv_arch_arg(vcpu, 0))
		return -PV_ENOENT;

	switch (kvm_pv_arch_arg(vcpu, 1)) {
	case PV_DEVICE_BASE:
		return kvm_pv_answer_address(pv->base);
	case PV_DEVICE_NR_CPUS:
		return pv->nr_cpus;
	case PV_DEVICE_SHARED_BASE:
		return pv->page ? kvm_pv_answer_address(pv->page->gpa) : 0;
	case PV_DEVICE_SHARED_SIZE:
		return pv->page ? pv->page->size : 0;
	default:
		return -PV_EINVAL;
	}
}

const kvm_pv_answer_fn kvm_pv_answers[PV_HC_NR] = {
	[PV_HC_QUERY - PV_HC_BASE]	= kvm_pv_answer_query,
	[PV_HC_NOP - PV_HC_BASE]	= kvm_pv_answer_nop,
	[PV_HC_VCPU_INFO - PV_HC_BASE]	= kvm_pv_answer_vcpu_info,
	[PV_HC_DEVICE - PV_HC_BASE]	= kvm_pv_answer_device,
};

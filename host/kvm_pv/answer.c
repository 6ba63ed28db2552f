// SPDX-License-Identifier: GPL-2.0
/*
 * The hypercalls that are answered, see pv/hypercall.h.
 */
#include <linux/align.h>
#include <linux/nospec.h>

#include "kvm_pv.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

typedef s64 (*kvm_pv_answer_fn)(struct kvm_pv *pv, struct kvm_vcpu *vcpu,
				u64 arg0, u64 arg1);

static s64 kvm_pv_answer_query(struct kvm_pv *pv, struct kvm_vcpu *vcpu,
			       u64 word, u64 unused)
{
	switch (word) {
	case PV_QUERY_MAGIC:
		return PV_MAGIC;
	case PV_QUERY_ABI:
		return PV_ABI_VERSION;
	case PV_QUERY_FEATURES:
		return PV_FEATURE_QUERY | PV_FEATURE_NOP | PV_FEATURE_VCPU_INFO |
		       (pv->flags & KVM_PV_EXPOSE_TID ? PV_FEATURE_HOST_TID : 0);
	default:
		return -PV_EINVAL;
	}
}

static s64 kvm_pv_answer_nop(struct kvm_pv *pv, struct kvm_vcpu *vcpu,
			     u64 unused0, u64 unused1)
{
	return 0;
}

static s64 kvm_pv_answer_vcpu_info(struct kvm_pv *pv, struct kvm_vcpu *vcpu,
				   u64 id, u64 gpa)
{
	struct kvm_vcpu *target;
	struct pv_vcpu_info info;
	pid_t tid;
	int idx, err;

	if (!IS_ALIGNED(gpa, PV_VCPU_INFO_ALIGN))
		return -PV_EINVAL;

	target = id <= INT_MAX ? kvm_get_vcpu_by_id(vcpu->kvm, id) : NULL;
	if (!target)
		return -PV_ENOENT;

	kvm_pv_vcpu_read(target, &info);
	tid = kvm_pv_vcpu_tid(target);
	trace_vcpu_info(pv->id, vcpu->vcpu_id, tid, &info);

	if (tid && pv->flags & KVM_PV_EXPOSE_TID) {
		info.flags |= PV_VCPU_HOST_TID;
		info.host_tid = tid;
	}

	idx = srcu_read_lock(&vcpu->kvm->srcu);
	err = kvm_vcpu_write_guest(vcpu, gpa, &info, sizeof(info));
	srcu_read_unlock(&vcpu->kvm->srcu, idx);

	return err ? -PV_EFAULT : 0;
}

static const kvm_pv_answer_fn kvm_pv_answers[PV_HC_NR] = {
	[PV_HC_QUERY - PV_HC_BASE]	= kvm_pv_answer_query,
	[PV_HC_NOP - PV_HC_BASE]	= kvm_pv_answer_nop,
	[PV_HC_VCPU_INFO - PV_HC_BASE]	= kvm_pv_answer_vcpu_info,
};

/**
 * kvm_pv_answer - answer a hypercall
 * @pv: the VM that calls
 * @vcpu: its vCPU that calls, in whose thread we are
 * @call: number of the call, counted from PV_HC_BASE
 * @arg0: first argument
 * @arg1: second argument
 *
 * Return: what the guest is told.
 */
s64 kvm_pv_answer(struct kvm_pv *pv, struct kvm_vcpu *vcpu, u32 call,
		  u64 arg0, u64 arg1)
{
	if (call >= PV_HC_NR)
		return kvm_pv_arch_enosys;

	atomic64_inc(&pv->hypercalls);
	call = array_index_nospec(call, PV_HC_NR);
	return kvm_pv_answers[call](pv, vcpu, arg0, arg1);
}

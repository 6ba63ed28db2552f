/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lookup of vCPUs for hooks.  Inline, because each exit of each VM to its VMM calls two hooks.
 */
#ifndef _KVM_PV_VM_CACHE_H
#define _KVM_PV_VM_CACHE_H

#include <linux/atomic.h>
#include <linux/percpu.h>

#include "kvm_pv.h"

/**
 * struct kvm_pv_vm_cache - the last lookup of a vCPU on a CPU
 * @vcpu: the vCPU of KVM, NULL: none; it can have ended
 * @generation: kvm_pv_vm_generation before the lookup
 * @v: the result
 * @exits: state of the vCPU's telemetry, NULL: it has none
 */
struct kvm_pv_vm_cache {
	const struct kvm_vcpu *vcpu;
	int generation;
	struct kvm_pv_vcpu *v;
	struct kvm_pv_exits_vcpu *exits;
};

DECLARE_PER_CPU(struct kvm_pv_vm_cache, kvm_pv_vm_cache);
extern atomic_t kvm_pv_vm_generation;

/*
 * KVM on x86 loads a vCPU while it creates it.  The vCPU has the index 0 then, and KVM frees it if
 * the creation fails.
 */
static inline bool kvm_pv_vm_is_created(struct kvm_vcpu *vcpu)
{
	return kvm_get_vcpu(vcpu->kvm, vcpu->vcpu_idx) == vcpu;
}

/**
 * kvm_pv_vm_vcpu - kvm_pv_vm_find_vcpu() for hooks, which often find the same vCPU repeatedly
 * @vcpu: the vCPU of KVM
 *
 * Preemption is off, which includes RCU.  Not for interrupts.
 */
static __always_inline struct kvm_pv_vcpu *kvm_pv_vm_vcpu(struct kvm_vcpu *vcpu)
{
	struct kvm_pv_vm_cache *cache = this_cpu_ptr(&kvm_pv_vm_cache);
	/* pairs with kvm_pv_vm_changed() */
	int generation = atomic_read_acquire(&kvm_pv_vm_generation);

	if (unlikely(cache->vcpu != vcpu || cache->generation != generation)) {
		cache->v = kvm_pv_vm_find_vcpu(vcpu);
		cache->exits = kvm_pv_vm_find_exits(vcpu);
		/* The result changes at the end of the creation. */
		cache->vcpu = kvm_pv_vm_is_created(vcpu) ? vcpu : NULL;
		cache->generation = generation;
	}
	return cache->v;
}

/**
 * kvm_pv_vm_exits - state of the telemetry of the vCPU that kvm_pv_vm_vcpu() was called for last
 *
 * In the same section with preemption off.
 */
static __always_inline struct kvm_pv_exits_vcpu *kvm_pv_vm_exits(void)
{
	return __this_cpu_read(kvm_pv_vm_cache.exits);
}

#endif /* _KVM_PV_VM_CACHE_H */

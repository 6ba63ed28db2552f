// SPDX-License-Identifier: GPL-2.0
/*
 * Exit telemetry of VMs, see pv/exits.h.
 *
 *   exits-probe	registration of the probes of KVM's trace events
 *   exits-count	the probes: counters and events of a vCPU
 *   exits-*.h, exits-x86, exits-arm64
 *			clock and reasons of the architecture
 *
 * The hooks on the functions that load and put a vCPU keep a per-CPU pointer to the state of the
 * vCPU that is loaded, so that the probes look up nothing.  KVM loads each vCPU before it runs, so
 * the pointer of a CPU is right when a probe reads it, once the hooks are registered and each CPU
 * has set its pointer in an interrupt.
 */
#include <linux/slab.h>
#include <linux/smp.h>

#include "exits.h"
#include "kvm_pv.h"

/**
 * kvm_pv_exits_size - bytes of the shared pages that telemetry needs
 * @nr_cpus: number of vCPUs
 */
u32 kvm_pv_exits_size(u32 nr_cpus)
{
	return nr_cpus * KVM_PV_EXITS_STRIDE;
}

/**
 * kvm_pv_exits_alloc - add telemetry to the shared pages of a VM
 * @page: the pages, with kvm_pv_exits_size() bytes at the end
 * @nr_cpus: number of vCPUs
 *
 * Return: the telemetry, which is off, or NULL.
 */
struct kvm_pv_exits *kvm_pv_exits_alloc(struct kvm_pv_page *page, u32 nr_cpus)
{
	u32 offset = page->size - kvm_pv_exits_size(nr_cpus), i;
	struct pv_shared_header *header = page->header;
	struct kvm_pv_exits *exits;

	BUILD_BUG_ON(sizeof(struct pv_exits_vcpu) != 128);
	BUILD_BUG_ON(sizeof(struct pv_exits_reason) != 320);
	BUILD_BUG_ON(sizeof(struct pv_exits_event) != 64);
	BUILD_BUG_ON(KVM_PV_EXITS_RING_AT + KVM_PV_EXITS_RING * sizeof(struct pv_exits_event) !=
		     KVM_PV_EXITS_STRIDE);
	BUILD_BUG_ON(KVM_PV_EXITS_REASONS >= U8_MAX);
	BUILD_BUG_ON(KVM_PV_EXITS_REASONS_AT +
		     KVM_PV_EXITS_REASONS * sizeof(struct pv_exits_reason) > KVM_PV_EXITS_RING_AT);

	exits = kvzalloc(struct_size(exits, vcpus, nr_cpus), KVM_PV_GFP);
	if (!exits)
		return NULL;

	mutex_init(&exits->lock);
	exits->header = header;
	exits->nr = nr_cpus;
	for (i = 0; i < nr_cpus; i++) {
		struct kvm_pv_exits_vcpu *v = &exits->vcpus[i];

		v->exits = exits;
		v->shared = (void *)header + offset + i * KVM_PV_EXITS_STRIDE;
		v->shared->vcpu_id = cpu_to_le32(U32_MAX);
	}

	header->exits = cpu_to_le32(offset);
	header->exits_stride = cpu_to_le32(KVM_PV_EXITS_STRIDE);
	header->exits_nr = cpu_to_le32(nr_cpus);
	header->exits_reasons = cpu_to_le32(KVM_PV_EXITS_REASONS_AT);
	header->exits_reason_size = cpu_to_le32(sizeof(struct pv_exits_reason));
	header->exits_nr_reasons = cpu_to_le32(KVM_PV_EXITS_REASONS);
	header->exits_ring = cpu_to_le32(KVM_PV_EXITS_RING_AT);
	header->exits_ring_size = cpu_to_le32(KVM_PV_EXITS_RING);
	return exits;
}

static void kvm_pv_exits_forget(void *data)
{
	const struct kvm_pv_exits *exits = data;
	const struct kvm_pv_exits_vcpu *v = __this_cpu_read(kvm_pv_exits_loaded);

	/* The state of another VM can have been freed while this CPU was offline. */
	if (v >= exits->vcpus && v < exits->vcpus + exits->nr)
		__this_cpu_write(kvm_pv_exits_loaded, NULL);
}

/**
 * kvm_pv_exits_free - free the telemetry of a VM
 * @exits: the telemetry, which is off, or NULL
 *
 * The hooks no longer find the VM.  May sleep.
 */
void kvm_pv_exits_free(struct kvm_pv_exits *exits)
{
	if (!exits)
		return;

	on_each_cpu(kvm_pv_exits_forget, exits, 1);
	synchronize_rcu(); /* a probe that was interrupted */
	kvfree(exits);
}

/**
 * kvm_pv_exits_find - state of a vCPU
 * @exits: telemetry of its VM, or NULL
 * @vcpu: the vCPU of KVM
 *
 * Return: the state, or NULL: the VM has no telemetry, or none for this vCPU.
 */
struct kvm_pv_exits_vcpu *kvm_pv_exits_find(struct kvm_pv_exits *exits,
					    const struct kvm_vcpu *vcpu)
{
	if (!exits || vcpu->vcpu_idx >= exits->nr)
		return NULL;

	return &exits->vcpus[array_index_nospec(vcpu->vcpu_idx, exits->nr)];
}

/**
 * kvm_pv_exits_load - a vCPU is loaded on this CPU
 * @v: its state, NULL: it has none, or no vCPU is loaded
 * @vcpu: the vCPU of KVM
 *
 * Preemption is off.
 */
void notrace kvm_pv_exits_load(struct kvm_pv_exits_vcpu *v, struct kvm_vcpu *vcpu)
{
	unsigned long flags;

	/* kvm_pv_exits_probe_sync() interrupts. */
	local_irq_save(flags);
	if (v && !READ_ONCE(v->exits->level))
		v = NULL;
	if (v)
		kvm_pv_exits_count_load(v, vcpu);
	__this_cpu_write(kvm_pv_exits_loaded, v);
	local_irq_restore(flags);
}

/**
 * kvm_pv_exits_put - the vCPU that is loaded leaves this CPU
 * @vcpu: the vCPU of KVM
 *
 * Preemption is off, and the lock of a run queue can be held.
 */
void notrace kvm_pv_exits_put(struct kvm_vcpu *vcpu)
{
	struct kvm_pv_exits_vcpu *v = __this_cpu_read(kvm_pv_exits_loaded);

	if (!v)
		return;

	kvm_pv_exits_count_put(v, vcpu);
	__this_cpu_write(kvm_pv_exits_loaded, NULL);
}

static void kvm_pv_exits_set(struct kvm_pv_exits *exits, u32 level)
{
	u32 i, flags = level == PV_EXITS_EVENTS ? KVM_PV_EXITS_EVENT : 0;

	lockdep_assert_held(&exits->lock);

	WRITE_ONCE(exits->level, level);
	for (i = 0; i < exits->nr; i++)
		WRITE_ONCE(exits->vcpus[i].first_flags, flags);
	WRITE_ONCE(exits->header->exits_level, cpu_to_le32(level));
}

static void kvm_pv_exits_clear(struct kvm_pv_exits *exits)
{
	kvm_pv_exits_set(exits, PV_EXITS_OFF);
	on_each_cpu(kvm_pv_exits_forget, exits, 1);
}

/* The hooks come first: a CPU keeps its pointer right from its interrupt on. */
static int kvm_pv_exits_start(struct kvm_pv_exits *exits, u32 level)
{
	int err;

	err = kvm_pv_exits_arch_prepare();
	if (err)
		return err;
	kvm_pv_vcpu_hooks_get();
	err = kvm_pv_vcpu_hooks_wait();
	if (err)
		goto put_hooks;

	WRITE_ONCE(exits->header->exits_set, cpu_to_le32(kvm_pv_exits_arch_set));
	preempt_disable();
	WRITE_ONCE(exits->started, kvm_pv_exits_clock());
	preempt_enable();
	kvm_pv_exits_set(exits, level);
	err = kvm_pv_exits_probe_get();
	if (err)
		goto clear_level;
	kvm_pv_exits_probe_sync();
	return 0;

clear_level:
	kvm_pv_exits_clear(exits);
put_hooks:
	kvm_pv_vcpu_hooks_put();
	return err;
}

static void kvm_pv_exits_stop(struct kvm_pv_exits *exits)
{
	kvm_pv_exits_clear(exits);
	kvm_pv_exits_probe_put();
	kvm_pv_vcpu_hooks_put();
}

/**
 * kvm_pv_exits_change - change the level of telemetry
 * @exits: the telemetry of a VM that is or was linked, or NULL
 * @level: PV_EXITS_OFF, ...
 *
 * May sleep; without locks.
 *
 * Return: 0; -EOPNOTSUPP: the VM was attached without telemetry, or this KVM does not report what
 * is needed; -ENOENT: the VM was detached; or another error.
 */
int kvm_pv_exits_change(struct kvm_pv_exits *exits, u32 level)
{
	int err = 0;

	if (!exits)
		return level ? -EOPNOTSUPP : 0;

	mutex_lock(&exits->lock);
	if (exits->closed)
		err = -ENOENT;
	else if (level && !exits->level)
		err = kvm_pv_exits_start(exits, level);
	else if (!level && exits->level)
		kvm_pv_exits_stop(exits);
	else
		kvm_pv_exits_set(exits, level);
	mutex_unlock(&exits->lock);

	return err;
}

/**
 * kvm_pv_exits_close - the VM is detached
 * @exits: its telemetry, or NULL
 *
 * May sleep.  May be called more than once.
 */
void kvm_pv_exits_close(struct kvm_pv_exits *exits)
{
	if (!exits)
		return;

	mutex_lock(&exits->lock);
	exits->closed = true;
	if (exits->level)
		kvm_pv_exits_stop(exits);
	mutex_unlock(&exits->lock);
}

/**
 * kvm_pv_exits_level - present level of telemetry
 * @exits: the telemetry of a VM, or NULL
 */
u32 kvm_pv_exits_level(const struct kvm_pv_exits *exits)
{
	return exits ? READ_ONCE(exits->level) : PV_EXITS_OFF;
}

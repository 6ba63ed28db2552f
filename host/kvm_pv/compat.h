/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernel versions and configurations.
 */
#ifndef _KVM_PV_COMPAT_H
#define _KVM_PV_COMPAT_H

#include <linux/btf.h>
#include <linux/export.h>
#include <linux/ftrace.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#include "../../include/kernel/fence.h"

#ifdef CONFIG_ARM64
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>
#include <linux/maple_tree.h>
#endif

/* A module that is built outside of the kernel's tree has no Kconfig. */
#ifndef CONFIG_KPROBES
#error "kvm_pv requires a kernel with CONFIG_KPROBES, by which it finds the functions of KVM"
#endif

/* See fence.h.  Kbuild defines the range, see meta.mk. */
#define kvm_pv_fence(force)						\
	pv_fence(KBUILD_MODNAME, LINUX_VERSION_CODE, PV_OLDEST, PV_NEWEST, force)

/* A namespace is a string since Linux 6.13, and an identifier before. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define EXPORT_SYMBOL_KVM_PV(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, "KVM_PV")
#define MODULE_IMPORT_KVM_PV()		MODULE_IMPORT_NS("KVM_PV")
#else
#define EXPORT_SYMBOL_KVM_PV(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, KVM_PV)
#define MODULE_IMPORT_KVM_PV()		MODULE_IMPORT_NS(KVM_PV)
#endif

/* 7.3 logs a warning if the former name is used. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define system_dfl_wq	system_unbound_wq
#endif

/* Since 7.0 the arguments of all kfuncs are trusted. */
#ifndef KF_TRUSTED_ARGS
#define KF_TRUSTED_ARGS	0
#endif

/*
 * The hooks read arguments and set the instruction pointer.  If ftrace always saves these,
 * the hooks do not request the full registers, which cost more.
 */
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define KVM_PV_FTRACE_FLAGS	FTRACE_OPS_FL_PERMANENT
#else
#define KVM_PV_FTRACE_FLAGS	(FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_SAVE_REGS)
#endif

/* Up to 6.1 struct ftrace_regs is a wrapper of struct pt_regs. */
#ifndef ftrace_instruction_pointer_set

static __always_inline unsigned long
kvm_pv_ftrace_arg0(struct ftrace_regs *fregs)
{
	return ftrace_regs_get_argument(fregs, 0);
}

static __always_inline void
kvm_pv_ftrace_redirect(struct ftrace_regs *fregs, void *to)
{
	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)to);
}

#else

static __always_inline unsigned long
kvm_pv_ftrace_arg0(struct ftrace_regs *fregs)
{
	return regs_get_kernel_argument(&fregs->regs, 0);
}

static __always_inline void
kvm_pv_ftrace_redirect(struct ftrace_regs *fregs, void *to)
{
	instruction_pointer_set(&fregs->regs, (unsigned long)to);
}

#endif /* ftrace_instruction_pointer_set */

/* vm_flags is constant since 6.3. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
static inline void kvm_pv_vma_set_flags(struct vm_area_struct *vma, vm_flags_t flags)
{
	vm_flags_set(vma, flags);
}
#else
static inline void kvm_pv_vma_set_flags(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}
#endif

/*
 * kvm_pv_vcpu_get_pid - the thread that ran a vCPU last
 *
 * Up to 6.12 vcpu->pid is an RCU pointer, and KVM_RUN of another thread waits for a grace
 * period before it puts the old pid.  Since 6.13 (commit 3e7f43188ee2) it is a plain pointer:
 * KVM_RUN replaces it under vcpu->pid_lock and puts the old pid at once, so that RCU does not
 * protect it.  rcu_dereference() of the plain pointer compiles without a warning.
 *
 * pid_lock is a rwlock_t, which KVM takes with interrupts on: the caller holds no raw
 * spinlock and is not in an interrupt.
 *
 * Returns the pid with a reference, or NULL if no thread has run the vCPU.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
static inline struct pid *kvm_pv_vcpu_get_pid(struct kvm_vcpu *vcpu)
{
	struct pid *pid;

	read_lock(&vcpu->pid_lock);
	pid = get_pid(vcpu->pid);
	read_unlock(&vcpu->pid_lock);

	return pid;
}
#else
static inline struct pid *kvm_pv_vcpu_get_pid(struct kvm_vcpu *vcpu)
{
	struct pid *pid;

	rcu_read_lock();
	pid = get_pid(rcu_dereference(vcpu->pid));
	rcu_read_unlock();

	return pid;
}
#endif

/* The cgroups of a thread in all hierarchies, for comparisons only */
#ifdef CONFIG_CGROUPS
static inline const void *kvm_pv_task_cgroups(const struct task_struct *task)
{
	return rcu_access_pointer(task->cgroups);
}
#else
static inline const void *kvm_pv_task_cgroups(const struct task_struct *task)
{
	return NULL;
}
#endif

/* uclamp.min that user space has set for a thread, -1: it has the default */
#ifdef CONFIG_UCLAMP_TASK
static inline int kvm_pv_uclamp_min(struct task_struct *task)
{
	struct uclamp_se clamp = task->uclamp_req[UCLAMP_MIN];

	return clamp.user_defined ? clamp.value : -1;
}
#else
static inline int kvm_pv_uclamp_min(struct task_struct *task)
{
	return -1;
}
#endif

#ifdef CONFIG_X86
/* Since 6.2 KVM can be built without SMM, and no vCPU is in SMM then. */
#ifdef HF_SMM_MASK
#define KVM_PV_HF_SMM_MASK	HF_SMM_MASK
#else
#define KVM_PV_HF_SMM_MASK	0
#endif

/* CONFIG_KVM_HYPERV exists since 6.8, as does guest_memfd; before, it is always built in. */
#if IS_ENABLED(CONFIG_KVM_HYPERV) || !defined(KVM_CAP_GUEST_MEMFD)
static inline bool kvm_pv_hyperv_hypercalls(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.hyperv_enabled && vcpu->kvm->arch.hyperv.hv_guest_os_id;
}
#else
static inline bool kvm_pv_hyperv_hypercalls(struct kvm_vcpu *vcpu)
{
	return false;
}
#endif

/* Since 6.15 the configuration of Xen is optional. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
static inline bool kvm_pv_xen_hypercalls(struct kvm_vcpu *vcpu)
{
	return vcpu->kvm->arch.xen_hvm_config.flags & KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL;
}
#elif IS_ENABLED(CONFIG_KVM_XEN)
static inline bool kvm_pv_xen_hypercalls(struct kvm_vcpu *vcpu)
{
	return vcpu->kvm->arch.xen.hvm_config.flags & KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL;
}
#else
static inline bool kvm_pv_xen_hypercalls(struct kvm_vcpu *vcpu)
{
	return false;
}
#endif

/* Since 7.2 RIP is a member of its own, and a bitmap has the registers that KVM has read. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define KVM_PV_REG_RIP	VCPU_REGS_RIP

static inline bool kvm_pv_reg_available(struct kvm_vcpu *vcpu, unsigned int reg)
{
	return READ_ONCE(vcpu->arch.regs_avail) & BIT(reg);
}

static inline unsigned long kvm_pv_rip(struct kvm_vcpu *vcpu)
{
	return READ_ONCE(vcpu->arch.regs[VCPU_REGS_RIP]);
}
#else
#define KVM_PV_REG_RIP	VCPU_REG_RIP

static inline bool kvm_pv_reg_available(struct kvm_vcpu *vcpu, unsigned int reg)
{
	return test_bit(reg, vcpu->arch.regs_avail);
}

static inline unsigned long kvm_pv_rip(struct kvm_vcpu *vcpu)
{
	return READ_ONCE(vcpu->arch.rip);
}
#endif
#endif /* CONFIG_X86 */

/*
 * Parameters of a probe of kvm_entry.  Since 6.9 the event of x86 has another one.  The event of
 * arm64 has the program counter.
 */
#ifdef CONFIG_ARM64
#define KVM_PV_EXITS_ENTRY_ARGS	unsigned long pc
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define KVM_PV_EXITS_ENTRY_ARGS	struct kvm_vcpu *vcpu
#else
#define KVM_PV_EXITS_ENTRY_ARGS	struct kvm_vcpu *vcpu, bool force_immediate_exit
#endif

/* pKVM: the host cannot access memory of the guest. */
#ifdef CONFIG_ARM64
static inline bool kvm_pv_vm_is_protected(struct kvm *kvm)
{
	return kvm_vm_is_protected(kvm);
}
#else
static inline bool kvm_pv_vm_is_protected(struct kvm *kvm)
{
	return false;
}
#endif

#ifdef CONFIG_ARM64
/*
 * KVM runs guests of a guest since 6.3.  This is the test of is_hyp_ctxt(), which calls a function
 * that recent kernels do not export.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
static inline bool kvm_pv_vcpu_nested(struct kvm_vcpu *vcpu)
{
	return vcpu_has_nv(vcpu) && !vcpu_is_el2(vcpu) &&
	       !(ctxt_sys_reg(&vcpu->arch.ctxt, HCR_EL2) & HCR_TGE);
}
#else
static inline bool kvm_pv_vcpu_nested(struct kvm_vcpu *vcpu)
{
	return false;
}
#endif

/* The size of the guest's physical address space is a member of struct kvm_s2_mmu since 6.7. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
static inline u64 kvm_pv_ipa_size(struct kvm *kvm)
{
	return kvm_phys_size(&kvm->arch.mmu);
}
#else
static inline u64 kvm_pv_ipa_size(struct kvm *kvm)
{
	return kvm_phys_size(kvm);
}
#endif

/* The offset of the guest's virtual counter is in the context of the timer since 6.4. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
static __always_inline u64 kvm_pv_voffset(struct kvm_vcpu *vcpu)
{
	const struct arch_timer_offset *offset = &vcpu_vtimer(vcpu)->offset;

	return (offset->vm_offset ? *offset->vm_offset : 0) +
	       (offset->vcpu_offset ? *offset->vcpu_offset : 0);
}
#else
static __always_inline u64 kvm_pv_voffset(struct kvm_vcpu *vcpu)
{
	return __vcpu_sys_reg(vcpu, CNTVOFF_EL2);
}
#endif

/*
 * The VMM's KVM_ARM_VM_SMCCC_FILTER, since 6.4.  KVM_ARM_VM_SMCCC_FILTER changes the tree only
 * before a vCPU has run, so the hook reads it without a lock, as KVM does.
 */
#ifdef KVM_ARM_VM_SMCCC_FILTER
static inline bool kvm_pv_smccc_filtered(struct kvm *kvm, u32 function)
{
	void *action = mtree_load(&kvm->arch.smccc_filter, function);

	return action && xa_to_value(action) != KVM_SMCCC_FILTER_HANDLE;
}
#else
static inline bool kvm_pv_smccc_filtered(struct kvm *kvm, u32 function)
{
	return false;
}
#endif
#endif /* CONFIG_ARM64 */

#endif /* _KVM_PV_COMPAT_H */

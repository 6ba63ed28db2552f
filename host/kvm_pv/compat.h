/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernel versions and configurations: all of them are here.
 */
#ifndef _KVM_PV_COMPAT_H
#define _KVM_PV_COMPAT_H

#include <linux/ftrace.h>
#include <linux/kvm_host.h>
#include <linux/sched.h>

/*
 * Arguments and the instruction pointer are all that the hooks need.  Where
 * ftrace always saves them, the full registers are not asked for: they cost more.
 */
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define KVM_PV_FTRACE_FLAGS	FTRACE_OPS_FL_PERMANENT
#else
#define KVM_PV_FTRACE_FLAGS	(FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_SAVE_REGS)
#endif

/* Up to 6.1 a struct ftrace_regs is no more than a struct pt_regs. */
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

/* uclamp.min that somebody has given to a thread, -1: it has the default */
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
/* CONFIG_KVM_HYPERV is of 6.8, as is guest_memfd; before, it is always built in. */
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
#endif /* CONFIG_X86 */

#endif /* _KVM_PV_COMPAT_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: while this module is loaded on a host, KVM answers each hypercall of each
 * guest as a VMM does that offers KVM's interface and has no hypercalls.
 *
 * A kprobe on kvm_emulate_hypercall() replaces the function.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/static_call.h>

#include "../../host/kvm_symbol.h"

static unsigned int vector = UD_VECTOR;
module_param(vector, uint, 0444);
MODULE_PARM_DESC(vector, "exception: 6 (#UD), 13 (#GP), or 0: skip the instruction, change no register");

static unsigned int rejected;
module_param(rejected, uint, 0444);
MODULE_PARM_DESC(rejected, "hypercalls so far");

typedef void kvm_reject_queue_fn(struct kvm_vcpu *vcpu, unsigned int nr);
typedef void kvm_reject_queue_error_fn(struct kvm_vcpu *vcpu, unsigned int nr, u32 error);
typedef int kvm_reject_skip_fn(struct kvm_vcpu *vcpu);

DEFINE_STATIC_CALL_NULL(kvm_reject_queue, kvm_reject_queue_fn);
DEFINE_STATIC_CALL_NULL(kvm_reject_queue_error, kvm_reject_queue_error_fn);
DEFINE_STATIC_CALL_NULL(kvm_reject_skip, kvm_reject_skip_fn);

static int kvm_reject_handle(struct kvm_vcpu *vcpu)
{
	rejected++;
	switch (vector) {
	case UD_VECTOR:
		static_call(kvm_reject_queue)(vcpu, UD_VECTOR);
		return 1;
	case GP_VECTOR:
		static_call(kvm_reject_queue_error)(vcpu, GP_VECTOR, 0);
		return 1;
	default:
		return static_call(kvm_reject_skip)(vcpu);
	}
}

/* On entry of the function: its argument and the return address are in place. */
static int kvm_reject_enter(struct kprobe *kp, struct pt_regs *regs)
{
	instruction_pointer_set(regs, (unsigned long)kvm_reject_handle);
	return 1;
}

static struct kprobe kvm_reject_kprobe = {
	.symbol_name = "kvm_emulate_hypercall",
	.pre_handler = kvm_reject_enter,
};

static int kvm_reject_symbols(void)
{
	void *queue = kvm_symbol_find("kvm_queue_exception");
	void *queue_error = kvm_symbol_find("kvm_queue_exception_e");
	void *skip = kvm_symbol_find("kvm_skip_emulated_instruction");

	if (!queue || !queue_error || !skip)
		return -ENOENT;

	static_call_update(kvm_reject_queue, queue);
	static_call_update(kvm_reject_queue_error, queue_error);
	static_call_update(kvm_reject_skip, skip);
	return 0;
}

static int __init kvm_reject_init(void)
{
	int err;

	if (vector && vector != UD_VECTOR && vector != GP_VECTOR) {
		pr_err("vector=%u: choose 6, 13 or 0\n", vector);
		return -EINVAL;
	}
	err = kvm_reject_symbols();
	if (err)
		return err;
	return register_kprobe(&kvm_reject_kprobe);
}
module_init(kvm_reject_init);

static void __exit kvm_reject_exit(void)
{
	unregister_kprobe(&kvm_reject_kprobe);
	/* A vCPU thread can be preempted in kvm_reject_handle(). */
	synchronize_rcu_tasks();
}
module_exit(kvm_reject_exit);

MODULE_DESCRIPTION("KVM without hypercalls");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A live patch of KVM's handler of hypercalls.  While it is enabled, all hypercalls of all guests
 * return without effect.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kvm_host.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/static_call.h>

#include "../kvm_symbol.h"

typedef int kvm_livepatch_skip_fn(struct kvm_vcpu *vcpu);
DEFINE_STATIC_CALL_NULL(kvm_livepatch_skip, kvm_livepatch_skip_fn);

static int kvm_livepatch_handle(struct kvm_vcpu *vcpu)
{
	return static_call(kvm_livepatch_skip)(vcpu);
}

static struct klp_func kvm_livepatch_funcs[] = {
	{
		.old_name	= "kvm_emulate_hypercall",
		.new_func	= kvm_livepatch_handle,
	},
	{ }
};

static struct klp_object kvm_livepatch_objects[] = {
	{
		.name	= "kvm",
		.funcs	= kvm_livepatch_funcs,
	},
	{ }
};

static struct klp_patch kvm_livepatch = {
	.mod	= THIS_MODULE,
	.objs	= kvm_livepatch_objects,
};

static int __init kvm_livepatch_init(void)
{
	void *skip = kvm_symbol_find("kvm_skip_emulated_instruction");

	if (!skip)
		return -ENOENT;

	static_call_update(kvm_livepatch_skip, skip);
	return klp_enable_patch(&kvm_livepatch);
}
module_init(kvm_livepatch_init);

/* The kernel unloads the module only after the patch was disabled. */
static void __exit kvm_livepatch_exit(void)
{
}
module_exit(kvm_livepatch_exit);

MODULE_DESCRIPTION("Live patch of KVM's handler of hypercalls, for tests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");

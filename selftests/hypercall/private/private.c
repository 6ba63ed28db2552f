// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: while this module is loaded, pv_hypercall takes the memory of the guest for
 * encrypted or private memory.
 *
 * A kretprobe replaces the result of pv_vcpu_info_private().
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static int pv_private_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	regs_set_return_value(regs, true);
	return 0;
}

static struct kretprobe pv_private_probe = {
	.kp.symbol_name = "pv_vcpu_info_private",
	.handler = pv_private_return,
};

static int __init pv_private_init(void)
{
	return register_kretprobe(&pv_private_probe);
}
module_init(pv_private_init);

static void __exit pv_private_exit(void)
{
	unregister_kretprobe(&pv_private_probe);
}
module_exit(pv_private_exit);

MODULE_DESCRIPTION("Guest with private memory");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");

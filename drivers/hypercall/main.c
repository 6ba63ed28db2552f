// SPDX-License-Identifier: GPL-2.0
/*
 * pv_hypercall: /dev/pv_hypercall, hypercalls from the user space of a guest.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"

static int __init pv_hypercall_init(void)
{
	/*
	 * A module gets here on KVM only, since pv_hypervisor does not load elsewhere
	 * and says why.  Built into the kernel, it has said so as well.
	 */
	if (!pv_on_kvm())
		return -ENODEV;
	pv_table_init();
	return pv_chardev_init();
}

static void __exit pv_hypercall_exit(void)
{
	pv_chardev_exit();
}

module_init(pv_hypercall_init);
module_exit(pv_hypercall_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("Hypercalls from user space");
MODULE_LICENSE("GPL");

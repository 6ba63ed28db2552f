/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions of KVM that not all kernels export, for test modules.  The address may be behind an
 * ENDBR, where only a static call may land.
 */
#ifndef _SELFTESTS_KVM_SYMBOL_H
#define _SELFTESTS_KVM_SYMBOL_H

#include <linux/kprobes.h>
#include <linux/printk.h>

static inline void *kvm_symbol_find(const char *name)
{
	struct kprobe kp = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };

	if (register_kprobe(&kp)) {
		pr_err("the KVM of this kernel has no %s\n", name);
		return NULL;
	}

	unregister_kprobe(&kp);
	return kp.addr;
}

#endif /* _SELFTESTS_KVM_SYMBOL_H */

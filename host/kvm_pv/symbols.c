// SPDX-License-Identifier: GPL-2.0
/*
 * Symbols that KVM does not export.  This is the one file that looks for them.
 *
 * A kprobe resolves the name and tells the address; it is never armed.
 *
 * The functions are called by static calls, which are direct calls on x86: on a
 * CPU with indirect branch tracking an indirect call of these would be a fault.
 * The kernel takes the ENDBR away from functions whose address nobody takes, and
 * the address that a kprobe tells lies behind it anyway.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/static_call.h>

#include "kvm_pv.h"

DEFINE_STATIC_CALL_NULL(kvm_pv_bus_register, kvm_io_bus_register_dev);
DEFINE_STATIC_CALL_NULL(kvm_pv_bus_unregister, kvm_io_bus_unregister_dev);
DEFINE_STATIC_CALL_NULL(kvm_pv_irq_line, kvm_set_irq);

bool kvm_pv_irq_known __ro_after_init;

/**
 * kvm_pv_symbol_find - address of a function
 * @names: its names in the order of preference, ends with NULL
 *
 * Return: the address, at which it can be called directly or traced, or NULL.
 */
void *kvm_pv_symbol_find(const char * const *names)
{
	for (; *names; names++) {
		struct kprobe kp = {
			.symbol_name	= *names,
			.flags		= KPROBE_FLAG_DISABLED,
		};

		if (!register_kprobe(&kp)) {
			void *addr = kp.addr;

			unregister_kprobe(&kp);
			return addr;
		}
	}

	return NULL;
}

static void *kvm_pv_symbol_need(const char *name)
{
	const char * const names[] = { name, NULL };
	void *addr = kvm_pv_symbol_find(names);

	if (!addr)
		pr_err("the KVM of this kernel has no %s\n", name);
	return addr;
}

int __init kvm_pv_symbols_init(void)
{
	const char * const irq_names[] = { "kvm_set_irq", NULL };
	void *irq_line = kvm_pv_symbol_find(irq_names);
	void *bus_register = kvm_pv_symbol_need("kvm_io_bus_register_dev");
	void *bus_unregister = kvm_pv_symbol_need("kvm_io_bus_unregister_dev");

	if (!bus_register || !bus_unregister)
		return -ENOENT;

	static_call_update(kvm_pv_bus_register, bus_register);
	static_call_update(kvm_pv_bus_unregister, bus_unregister);
	/* Without it devices have no lines. */
	if (irq_line) {
		static_call_update(kvm_pv_irq_line, irq_line);
		kvm_pv_irq_known = true;
	}
	return 0;
}

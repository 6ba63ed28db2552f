// SPDX-License-Identifier: GPL-2.0
/*
 * Symbols that KVM does not export.  This is the one file that looks for them.
 *
 * Since 6.18 KVM exports most symbols to kvm-intel and kvm-amd only.  The table has the same
 * symbols for all kernels.
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

DEFINE_STATIC_CALL_NULL(kvm_pv_is_vm, file_is_kvm);
DEFINE_STATIC_CALL_NULL(kvm_pv_bus_register, kvm_io_bus_register_dev);
DEFINE_STATIC_CALL_NULL(kvm_pv_bus_unregister, kvm_io_bus_unregister_dev);
DEFINE_STATIC_CALL_NULL(kvm_pv_irq_line, kvm_set_irq);
DEFINE_STATIC_CALL_NULL(kvm_pv_vcpu_write, kvm_vcpu_write_guest);
DEFINE_STATIC_CALL_NULL(kvm_pv_running_vcpu, kvm_get_running_vcpu);

/**
 * struct kvm_pv_symbol - a function of KVM
 * @name: its name
 * @key: static call to it
 * @tramp: trampoline of the static call
 * @lost: what this host lacks without the function, NULL: kvm_pv does not load
 */
struct kvm_pv_symbol {
	const char *name;
	struct static_call_key *key;
	void *tramp;
	const char *lost;
};

static const struct kvm_pv_symbol kvm_pv_symbols[] __initconst = {
	{ "file_is_kvm",
	  &STATIC_CALL_KEY(kvm_pv_is_vm), STATIC_CALL_TRAMP_ADDR(kvm_pv_is_vm) },
	{ "kvm_io_bus_register_dev",
	  &STATIC_CALL_KEY(kvm_pv_bus_register), STATIC_CALL_TRAMP_ADDR(kvm_pv_bus_register) },
	{ "kvm_io_bus_unregister_dev",
	  &STATIC_CALL_KEY(kvm_pv_bus_unregister), STATIC_CALL_TRAMP_ADDR(kvm_pv_bus_unregister) },
	{ "kvm_set_irq",
	  &STATIC_CALL_KEY(kvm_pv_irq_line), STATIC_CALL_TRAMP_ADDR(kvm_pv_irq_line),
	  "devices have no interrupt lines" },
	{ "kvm_vcpu_write_guest",
	  &STATIC_CALL_KEY(kvm_pv_vcpu_write), STATIC_CALL_TRAMP_ADDR(kvm_pv_vcpu_write),
	  "no VCPU_INFO, and BPF devices cannot write to memory" },
	{ "kvm_get_running_vcpu",
	  &STATIC_CALL_KEY(kvm_pv_running_vcpu), STATIC_CALL_TRAMP_ADDR(kvm_pv_running_vcpu),
	  "the frequencies of CPUs are unknown" },
};

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

int __init kvm_pv_symbols_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kvm_pv_symbols); i++) {
		const struct kvm_pv_symbol *symbol = &kvm_pv_symbols[i];
		const char * const names[] = { symbol->name, NULL };
		void *func = kvm_pv_symbol_find(names);

		if (func) {
			__static_call_update(symbol->key, symbol->tramp, func);
		} else if (symbol->lost) {
			pr_warn("the KVM of this kernel has no %s: %s\n", symbol->name,
				symbol->lost);
		} else {
			pr_err("the KVM of this kernel has no %s\n", symbol->name);
			return -ENOENT;
		}
	}

	return 0;
}

/**
 * kvm_pv_file_is_vm - is a file that of a VM
 * @file: the file
 */
bool kvm_pv_file_is_vm(struct file *file)
{
	return static_call(kvm_pv_is_vm)(file);
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_file_is_vm);

/**
 * kvm_pv_vcpu_write_guest - write to the memory of a guest
 * @vcpu: the vCPU, in whose thread this is; the caller is in a read section of its VM's srcu
 * @gpa: guest-physical address
 * @data: the data
 * @len: bytes
 *
 * Return: 0; -EOPNOTSUPP: KVM lacks the function; or an error of KVM.
 */
int kvm_pv_vcpu_write_guest(struct kvm_vcpu *vcpu, gpa_t gpa, const void *data, unsigned long len)
{
	if (!static_call_query(kvm_pv_vcpu_write))
		return -EOPNOTSUPP;
	return static_call(kvm_pv_vcpu_write)(vcpu, gpa, data, len);
}
EXPORT_SYMBOL_KVM_PV(kvm_pv_vcpu_write_guest);

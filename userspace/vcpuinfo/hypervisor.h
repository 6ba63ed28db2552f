/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section hypervisor: functions for all sources of facts.
 */
#ifndef _VCPUINFO_HYPERVISOR_H
#define _VCPUINFO_HYPERVISOR_H

#include "vcpuinfo.h"

#define EVIDENCE_MAX	32
#define USER_MODE_LINUX	"user-mode Linux"

/**
 * enum evidence_kind - what a fact other than CPUID and hypercalls proves
 * @EVIDENCE_DEVICE: the VMM implements it, and it exists whatever CPUID shows
 * @EVIDENCE_INTERFACE: a device of an interface that several VMMs implement; real machines
 *                      can have virtio devices
 * @EVIDENCE_FIRMWARE: firmware reports a virtual machine without a name
 * @EVIDENCE_TEXT: a DMI string that only virtual machines have; the user of a VMM can set it
 * @EVIDENCE_PRODUCT: names the product if another source shows the vendor; real machines,
 *                    or other VMMs, can have it
 */
enum evidence_kind {
	EVIDENCE_DEVICE,
	EVIDENCE_INTERFACE,
	EVIDENCE_FIRMWARE,
	EVIDENCE_TEXT,
	EVIDENCE_PRODUCT,
};

/**
 * struct evidence - one fact
 * @kind: what it proves
 * @vendor: hypervisor that it names, or NULL
 * @product: VMM or cloud that it names, or NULL
 * @excludes: hypervisor that is not below this VMM, or NULL
 * @source: source of the fact, such as "pci:80ee:cafe"
 */
struct evidence {
	enum evidence_kind kind;
	const char *vendor;
	const char *product;
	const char *excludes;
	char source[96];
};

/**
 * struct evidence_list - facts, at most one for each kind, vendor and product
 * @nr: entries of @facts
 * @facts: in the order of their sources
 */
struct evidence_list {
	size_t nr;
	struct evidence facts[EVIDENCE_MAX];
};

/* Whether KVM's hypercalls exist on this machine */
enum kvm_interface {
	KVM_INTERFACE_UNKNOWN,
	KVM_INTERFACE_ABSENT,
	KVM_INTERFACE_PRESENT,
};

/* hypervisor-facts.c */
const char *hypervisor_member(struct json_object *o, const char *key);
void hypervisor_source(__u32 leaf, char *text, size_t size);
void hypervisor_signature(struct json_object *o, const char *text, bool has_leaf,
			  __u32 leaf, const char *source);
struct json_object *hypervisor_interface(const char *name, __u32 leaf, const char *version,
					 const char *version_source);
void hypervisor_confidential(struct json_object *o, const char *kind, const char *state,
			     bool paravisor, const char *source);
void hypervisor_is(struct json_object *o, const char *vendor, const char *source);
void hypervisor_below(struct json_object *o, const char *vendor, const char *source);
void hypervisor_move_below(struct json_object *o);
enum kvm_interface hypervisor_kvm(struct json_object *o);

/* cpuid.c, kernel.c, firmware.c, devices.c, smbios.c */
bool cpuid_read(struct vcpuinfo *v, struct json_object *o);
void kernel_read(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list);
bool kernel_is_xen(const struct pv_sysfs *sysfs);
void firmware_read(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list);
bool firmware_is_denied(const struct vcpuinfo *v);
void devices_read(struct vcpuinfo *v, struct evidence_list *list);
void smbios_read(struct vcpuinfo *v, struct evidence_list *list);

/* verdict.c */
__printf(3, 4)
void evidence_add(struct evidence_list *list, const struct evidence *fact,
		  const char *fmt, ...);
void verdict_decide(struct json_object *o, const struct evidence_list *list);

#endif /* _VCPUINFO_HYPERVISOR_H */

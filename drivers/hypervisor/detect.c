// SPDX-License-Identifier: GPL-2.0
/*
 * Questions to ask of what was found.
 */
#include "detect.h"

/**
 * pv_detected_vendor - on what does the machine run
 * @d: what was found
 *
 * Return: the vendor's name, or NULL where none is known.
 */
const char *pv_detected_vendor(const struct pv_detected *d)
{
	return d->primary < 0 ? NULL : d->found[d->primary].known->vendor;
}

/**
 * pv_detected_virtual - is there a hypervisor
 * @d: what was found
 *
 * Only CPUID can say that there is none.
 *
 * Return: "yes", "no" or "unknown".
 */
const char *pv_detected_virtual(const struct pv_detected *d)
{
	if (d->cpuid)
		return d->hypervisor_bit ? "yes" : "no";
	return d->nr ? "yes" : "unknown";
}

/**
 * pv_detected_kvm - is it KVM
 * @d: what was found
 *
 * Return: true where KVM is what the machine really runs on.
 */
bool pv_detected_kvm(const struct pv_detected *d)
{
	const char *vendor = pv_detected_vendor(d);

	return vendor && !strcmp(vendor, "KVM");
}

/**
 * pv_found_has_leaf - is there a leaf
 * @f: a signature that CPUID shows
 * @n: number of the leaf, from the base leaf on
 *
 * A last leaf which is below the base, or far from it, says nothing.
 *
 * Return: true where the leaf may be read.
 */
bool pv_found_has_leaf(const struct pv_found *f, __u32 n)
{
	__u32 last = f->max_leaf - f->leaf;	/* huge where it is below */

	return last <= 0xffff && last >= n;
}

/**
 * pv_interface_name - name of an interface
 * @interface: the interface
 *
 * Return: the name, or NULL where it is not known.
 */
const char *pv_interface_name(enum pv_interface interface)
{
	switch (interface) {
	case PV_INTERFACE_KVM:
		return "kvm";
	case PV_INTERFACE_HYPERV:
		return "hyperv";
	case PV_INTERFACE_XEN:
		return "xen";
	case PV_INTERFACE_UNKNOWN:
		break;
	}
	return NULL;
}

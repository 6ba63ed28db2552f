// SPDX-License-Identifier: GPL-2.0
/*
 * Questions about the result of the detection.
 */
#include "detect.h"

/**
 * pv_detected_vendor - which hypervisor runs the VM
 * @d: result of the detection
 *
 * Return: the vendor's name; NULL if it is not known.
 */
const char *pv_detected_vendor(const struct pv_detected *d)
{
	return d->primary < 0 ? NULL : d->found[d->primary].known->vendor;
}

/**
 * pv_detected_virtual - whether there is a hypervisor
 * @d: result of the detection
 *
 * A hypervisor can clear the bit in CPUID.  "no" means that CPUID shows neither the bit nor
 * a signature; other facts can contradict it.  arm64 cannot exclude a hypervisor.
 *
 * Return: "yes", "no" or "unknown".
 */
const char *pv_detected_virtual(const struct pv_detected *d)
{
	if (d->evidence != PV_EVIDENCE_NONE)
		return "yes";
	return d->cpuid ? "no" : "unknown";
}

/**
 * pv_detected_interface - find an interface
 * @d: result of the detection
 * @interface: the interface
 *
 * Return: its signature; NULL if the hypervisor does not offer the interface.
 */
const struct pv_found *pv_detected_interface(const struct pv_detected *d,
					     enum pv_interface interface)
{
	int i;

	for (i = 0; i < d->nr; i++)
		if (d->found[i].interface == interface)
			return &d->found[i];
	return NULL;
}

/**
 * pv_detected_kvm - whether the hypervisor offers KVM's interface
 * @d: result of the detection
 *
 * The vendor can be another one.  Linux uses the interface only if the hypervisor bit is set.
 *
 * Return: true if KVM's hypercalls can be tried.
 */
bool pv_detected_kvm(const struct pv_detected *d)
{
	if (d->cpuid && !d->hypervisor_bit)
		return false;
	return pv_detected_interface(d, PV_INTERFACE_KVM);
}

/**
 * pv_found_has_leaf - whether a leaf exists
 * @f: a signature of CPUID
 * @n: number of the leaf, relative to the base leaf
 *
 * A highest leaf below the base, or more than 0xffff above it, is not valid.
 *
 * Return: true if the leaf may be read.
 */
bool pv_found_has_leaf(const struct pv_found *f, __u32 n)
{
	__u32 last = f->max_leaf - f->leaf;	/* huge if it is below */

	return last <= 0xffff && last >= n;
}

/**
 * pv_interface_name - name of an interface
 * @interface: the interface
 *
 * Return: the name; NULL if the interface is not known.
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

/**
 * pv_evidence_name - name of a confidence
 * @evidence: the confidence
 *
 * Return: "strong" or "weak"; NULL if nothing is known.
 */
const char *pv_evidence_name(enum pv_evidence evidence)
{
	switch (evidence) {
	case PV_EVIDENCE_STRONG:
		return "strong";
	case PV_EVIDENCE_WEAK:
		return "weak";
	case PV_EVIDENCE_NONE:
		break;
	}
	return NULL;
}

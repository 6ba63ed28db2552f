// SPDX-License-Identifier: GPL-2.0
/*
 * Which hypervisor runs the VM, from the signatures that it shows.
 *
 * A signature that only one hypervisor uses names the vendor.  KVM's, Hyper-V's and Xen's
 * also announce an interface that other hypervisors implement, so each of them alone is
 * weak evidence.
 */
#include "detect.h"

/* A signature of the vendor, which announces no interface of another hypervisor */
static bool is_own(const struct pv_found *f)
{
	return f->known && !f->known->interface;
}

/* A signature that announces the interface of its leaves */
static bool is_interface(const struct pv_found *f)
{
	return f->known && f->known->interface && f->known->interface == f->interface;
}

/* Index of the matching signature with the highest base; -1: none matches */
static int find_highest(const struct pv_detected *d, bool (*match)(const struct pv_found *f))
{
	int i = d->nr;

	while (i-- && !match(&d->found[i]))
		;
	return i;
}

/*
 * The lowest signature below @end that announces no interface.  KVM can have the interfaces of
 * Hyper-V and Xen below its own, so another signature there is that of a hypervisor that
 * implements KVM's interface.
 */
static int below_kvm(const struct pv_detected *d, int end)
{
	int i;

	for (i = 0; i < end; i++)
		if (!d->found[i].interface)
			return i;
	return -1;
}

/* KVM, unless the signature of another hypervisor is below KVM's */
static void decide_kvm(struct pv_detected *d, int kvm)
{
	int below = below_kvm(d, kvm);

	if (below >= 0) {
		d->primary = is_own(&d->found[below]) ? below : -1;
		return;
	}
	d->primary = kvm;
	/* Hypervisors that implement KVM's interface implement no second one below it. */
	if (!kvm && !pv_kvm_features_of_kvm(d->kvm_features[0]))
		d->evidence = PV_EVIDENCE_WEAK;
}

/* bhyve and QEMU offer parts of the interface, with Hyper-V's signature. */
static void decide_hyperv(struct pv_detected *d, int hyperv)
{
	if (!strcmp(d->found[hyperv].known->vendor, "Hyper-V")) {
		if (!pv_hyperv_is_complete(&d->hyperv))
			return;
		if (!pv_hyperv_is_microsoft(&d->hyperv))
			d->evidence = PV_EVIDENCE_WEAK;
	}
	d->primary = hyperv;
}

/* KVM implements Xen's interface, but not together with Hyper-V's. */
static void decide_xen(struct pv_detected *d, int xen)
{
	d->primary = xen;
	if (!d->hyperv.leaf)
		d->evidence = PV_EVIDENCE_WEAK;
}

/* The user of a VMM can choose the signature beside Hyper-V's interface. */
static void decide_own(struct pv_detected *d, int own)
{
	d->primary = own;
	if (d->found[own].interface == PV_INTERFACE_HYPERV)
		d->evidence = PV_EVIDENCE_WEAK;
}

static void decide_interface(struct pv_detected *d, int i)
{
	switch (d->found[i].interface) {
	case PV_INTERFACE_KVM:
		decide_kvm(d, i);
		break;
	case PV_INTERFACE_HYPERV:
		decide_hyperv(d, i);
		break;
	case PV_INTERFACE_XEN:
		decide_xen(d, i);
		break;
	case PV_INTERFACE_UNKNOWN:
		break;
	}
}

/**
 * pv_vendor_decide - decide on the vendor
 * @d: in and out: all signatures and interfaces are known; @d->primary and @d->evidence
 *     are set
 */
void pv_vendor_decide(struct pv_detected *d)
{
	int interface = find_highest(d, is_interface), own = find_highest(d, is_own);

	d->primary = -1;
	d->evidence = PV_EVIDENCE_NONE;
	if (d->hypervisor_bit || d->nr)
		d->evidence = PV_EVIDENCE_STRONG;

	/* The highest base has precedence, as in arch/x86/kernel/cpu/hypervisor.c. */
	if (interface >= 0 && interface > own)
		decide_interface(d, interface);
	else if (own >= 0)
		decide_own(d, own);

	/* A hypervisor that hides the bit can hide or change leaves, too. */
	if (d->nr && d->cpuid && !d->hypervisor_bit)
		d->evidence = PV_EVIDENCE_WEAK;
}

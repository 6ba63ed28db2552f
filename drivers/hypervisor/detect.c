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

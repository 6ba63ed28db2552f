// SPDX-License-Identifier: GPL-2.0
/*
 * SMCCC UID of a hypervisor: W0 .. W3 hold the bytes of a UUID, four each, the
 * first one lowest (Arm DEN0028, "Call UID Query").
 */
#include "detect.h"

static void format_uid(const __u32 uid[4], char *text, size_t len)
{
	unsigned char b[16];
	int i;

	for (i = 0; i < 16; i++)
		b[i] = uid[i / 4] >> (i % 4 * 8);

	snprintf(text, len,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
		 b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/**
 * pv_uid_detect - what an SMCCC UID says
 * @fn: call that returned it: PV_SMCCC_UID, or PV_SMCCC_STANDARD_UID where that is not
 *      answered
 * @uid: W0 .. W3 of the call, over HVC
 * @d: out: what was found; where this is KVM the caller has to call
 *     PV_SMCCC_KVM_FEATURES and to hand the answer to pv_uid_features()
 */
void pv_uid_detect(__u32 fn, const __u32 uid[4], struct pv_detected *d)
{
	struct pv_found *f = &d->found[0];

	memset(d, 0, sizeof(*d));
	d->primary = -1;

	/* NOT_SUPPORTED, or firmware that leaves the registers alone */
	if (uid[0] == 0xffffffff || !(uid[0] | uid[1] | uid[2] | uid[3]))
		return;

	format_uid(uid, f->text, sizeof(f->text));
	f->leaf = fn;
	f->known = pv_signature_by_uid(uid);
	d->nr = 1;
	if (f->known)
		d->primary = 0;
}

/**
 * pv_uid_features - what KVM says of itself
 * @features: W0 .. W3 of call PV_SMCCC_KVM_FEATURES, over HVC
 * @d: in and out: what was found
 */
void pv_uid_features(const __u32 features[4], struct pv_detected *d)
{
	/* NOT_SUPPORTED is no bitmap, though it looks like a full one. */
	if (features[0] == 0xffffffff)
		return;

	d->kvm_leaf = PV_SMCCC_KVM_FEATURES;
	memcpy(d->kvm_features, features, sizeof(d->kvm_features));
	pv_confidential_smccc(d);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * SMCCC UID of a hypervisor: W0 .. W3 contain the bytes of a UUID, four each, the first
 * byte lowest (Arm DEN0028, "Call UID Query").
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
 * pv_uid_detect - detect the hypervisor by an SMCCC UID
 * @fn: call that returned it: PV_SMCCC_UID, or PV_SMCCC_STANDARD_UID if that is not
 *      supported
 * @uid: W0 .. W3 of the call, over HVC
 * @d: out: the result.  On KVM the caller has to call PV_SMCCC_KVM_FEATURES and to pass
 *     the answer to pv_uid_features().
 */
void pv_uid_detect(__u32 fn, const __u32 uid[4], struct pv_detected *d)
{
	struct pv_found *f = &d->found[0];

	memset(d, 0, sizeof(*d));
	d->primary = -1;

	/* NOT_SUPPORTED, or firmware that does not change the registers */
	if (uid[0] == 0xffffffff || !(uid[0] | uid[1] | uid[2] | uid[3]))
		return;

	format_uid(uid, f->text, sizeof(f->text));
	f->leaf = fn;
	f->known = pv_signature_by_uid(uid);
	d->nr = 1;
	d->evidence = PV_EVIDENCE_STRONG;
	if (f->known) {
		f->interface = f->known->interface;
		d->primary = 0;
	}
}

/**
 * pv_uid_features - set the features of KVM
 * @features: W0 .. W3 of call PV_SMCCC_KVM_FEATURES, over HVC
 * @d: in and out: the result
 */
void pv_uid_features(const __u32 features[4], struct pv_detected *d)
{
	/* NOT_SUPPORTED is not a bitmap, although it has all bits set. */
	if (features[0] == 0xffffffff)
		return;

	d->kvm_leaf = PV_SMCCC_KVM_FEATURES;
	memcpy(d->kvm_features, features, sizeof(d->kvm_features));
	pv_confidential_smccc(d);
}

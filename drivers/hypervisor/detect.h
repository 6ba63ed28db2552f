/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detection of the hypervisor, for the module and for libpv alike: nothing here,
 * and nothing in signature.c, cpuid.c, uid.c, detect.c and feature.c, knows where it
 * runs.  The caller brings the reader, so that a recorded machine runs through the
 * same code.
 */
#ifndef _PV_DETECT_H
#define _PV_DETECT_H

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#endif
#endif

/* SMCCC functions of a hypervisor, and of KVM; both 32-bit fast calls over HVC */
#define PV_SMCCC_UID		0x8600ff01U
#define PV_SMCCC_KVM_FEATURES	0x86000000U

#define PV_SIGNATURE_LEN	12
#define PV_DETECT_MAX		8	/* signatures that one machine shows */

struct pv_cpuid_regs {
	__u32 eax;
	__u32 ebx;
	__u32 ecx;
	__u32 edx;
};

/* Reads one CPUID leaf; the native one cannot fail, a recorded one leaves zeroes. */
typedef void (*pv_cpuid_fn)(void *ctx, __u32 leaf, __u32 subleaf,
			    struct pv_cpuid_regs *regs);

/**
 * struct pv_signature - one known hypervisor
 * @text: the PV_SIGNATURE_LEN bytes that CPUID shows, without the NULs at their
 *        end; NULL: none
 * @uid: the SMCCC vendor-hypervisor UID as returned in W0..W3, all 0: none
 * @vendor: name as its makers write it
 */
struct pv_signature {
	const char *text;
	__u32 uid[4];
	const char *vendor;
};

/**
 * struct pv_found - one signature that the machine shows
 * @text: as shown, without the NULs at its end, unprintable bytes as '.', or the
 *        UID in its usual form
 * @leaf: CPUID base leaf, or the SMCCC function that answered
 * @max_leaf: highest leaf of that base; 0 where there is no such thing
 * @known: entry of the table, NULL: not in the table
 */
struct pv_found {
	char text[40];
	__u32 leaf;
	__u32 max_leaf;
	const struct pv_signature *known;
};

/**
 * struct pv_detected - what was found
 * @hypervisor_bit: CPUID.1:ECX[31]; x86 only
 * @nr: entries of @found
 * @found: all signatures, in the order of their leaves
 * @primary: index of the one that the machine really runs on, -1: none is known.
 *           As Linux does it: the known one with the highest base, since an
 *           enlightened KVM shows Hyper-V's at the lowest
 * @kvm_features: KVM's feature bits, x86: base + 1 EAX; arm64: 128 bits of FEATURES
 * @kvm_hints: x86: base + 1 EDX
 */
struct pv_detected {
	bool hypervisor_bit;
	int nr;
	struct pv_found found[PV_DETECT_MAX];
	int primary;
	__u32 kvm_features[4];
	__u32 kvm_hints;
};

/* signature.c */
const struct pv_signature *pv_signature_by_text(const char *text);
const struct pv_signature *pv_signature_by_uid(const __u32 uid[4]);

/* cpuid.c */
void pv_cpuid_detect(pv_cpuid_fn read, void *ctx, struct pv_detected *d);

/* uid.c */
void pv_uid_detect(const __u32 uid[4], struct pv_detected *d);

/* detect.c: of what was found; the vendor is NULL where none is known */
const char *pv_detected_vendor(const struct pv_detected *d);
bool pv_detected_kvm(const struct pv_detected *d);

/* feature.c: NULL where the bit has no name */
const char *pv_kvm_feature_x86(unsigned int bit);
const char *pv_kvm_feature_arm64(unsigned int bit);
const char *pv_kvm_hint_x86(unsigned int bit);

#endif /* _PV_DETECT_H */

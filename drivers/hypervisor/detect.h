/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detection of the hypervisor, for the module and for libpv.
 *
 * The vendor and the interfaces are separate facts.  The vendor is the hypervisor that runs
 * the VM.  An interface is what the guest can call, and several hypervisors implement that of
 * another one: OpenBSD vmm and VirtualBox offer KVM's leaves, bhyve offers Hyper-V's.
 *
 * This header, signature.c, cpuid.c, vendor.c, hyperv.c, xen.c, confidential.c, nesting.c,
 * uid.c, detect.c and feature.c do not depend on the kernel or on user space.  The caller
 * passes a function that reads CPUID, so the same code runs on a recorded machine.
 */
#ifndef _PV_DETECT_H
#define _PV_DETECT_H

#ifdef __KERNEL__
#include <linux/bits.h>
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
#ifndef BIT
#define BIT(nr)			(1UL << (nr))
#endif
#endif

/* SMCCC functions of a hypervisor, and of KVM; both 32-bit fast calls over HVC */
#define PV_SMCCC_UID		0x8600ff01U
#define PV_SMCCC_STANDARD_UID	0x8500ff01U	/* where Xen answers */
#define PV_SMCCC_KVM_FEATURES	0x86000000U

#define PV_SIGNATURE_LEN	12
#define PV_DETECT_MAX		8	/* signatures that one machine shows */
#define PV_CONFIDENTIAL_MAX	8	/* facts about one confidential guest */
#define PV_SOURCE_LEN		24

#define PV_MSR_SEV_STATUS	0xc0010131U

struct pv_cpuid_regs {
	__u32 eax;
	__u32 ebx;
	__u32 ecx;
	__u32 edx;
};

/* Reads one CPUID leaf.  A leaf that a recorded machine lacks reads as zeroes. */
typedef void (*pv_cpuid_fn)(void *ctx, __u32 leaf, __u32 subleaf,
			    struct pv_cpuid_regs *regs);

/**
 * enum pv_match - how a signature of the table is compared with the one in CPUID
 * @PV_MATCH_WHOLE: all bytes
 * @PV_MATCH_PREFIX: the first bytes, for vendors that document only these
 * @PV_MATCH_CONTAINS: anywhere
 */
enum pv_match {
	PV_MATCH_WHOLE,
	PV_MATCH_PREFIX,
	PV_MATCH_CONTAINS,
};

/**
 * enum pv_interface - meaning of the leaves after a base leaf
 * @PV_INTERFACE_UNKNOWN: not known
 * @PV_INTERFACE_KVM: KVM's
 * @PV_INTERFACE_HYPERV: Hyper-V's
 * @PV_INTERFACE_XEN: Xen's
 */
enum pv_interface {
	PV_INTERFACE_UNKNOWN,
	PV_INTERFACE_KVM,
	PV_INTERFACE_HYPERV,
	PV_INTERFACE_XEN,
};

/**
 * enum pv_evidence - confidence in the vendor, or in the existence of a hypervisor
 * @PV_EVIDENCE_NONE: nothing is known
 * @PV_EVIDENCE_WEAK: only a signature that other hypervisors use, too
 * @PV_EVIDENCE_STRONG: a signature that only this hypervisor uses, or two facts that agree
 */
enum pv_evidence {
	PV_EVIDENCE_NONE,
	PV_EVIDENCE_WEAK,
	PV_EVIDENCE_STRONG,
};

/**
 * struct pv_signature - one known hypervisor
 * @text: PV_SIGNATURE_LEN bytes of CPUID less the NULs at their end, or a part of them,
 *        see @match; NULL: none
 * @match: how @text is compared
 * @interface: interface that this signature announces, for signatures that other
 *             hypervisors use to offer the interface; else PV_INTERFACE_UNKNOWN
 * @uid: the SMCCC vendor-hypervisor UID as returned in W0..W3, all 0: none
 * @vendor: name as the vendor writes it
 */
struct pv_signature {
	const char *text;
	enum pv_match match;
	enum pv_interface interface;
	__u32 uid[4];
	const char *vendor;
};

/**
 * struct pv_found - one signature of the machine
 * @text: the signature without the NULs at its end, unprintable bytes as '.', or the
 *        UID in its usual form
 * @leaf: CPUID base leaf, or the SMCCC function that answered
 * @max_leaf: highest leaf of that base; 0: not known
 * @interface: meaning of the leaves of that base.  It can differ from that of @known: the
 *             signature beside Hyper-V's interface can be any text.
 * @known: entry of the table; NULL: not in the table
 */
struct pv_found {
	char text[40];
	__u32 leaf;
	__u32 max_leaf;
	enum pv_interface interface;
	const struct pv_signature *known;
};

/**
 * struct pv_hyperv - Hyper-V's interface, whatever hypervisor offers it
 * @leaf: base leaf; 0: the interface is absent
 * @version_leaf: source of @major, @minor, @build; 0: not known
 * @major: version of the hypervisor
 * @minor: version of the hypervisor
 * @build: version of the hypervisor
 * @features_leaf: source of @privileges and @features; 0: not known
 * @privileges: partition privileges, 64 bits
 * @features: features, 32 bits
 * @hints_leaf: source of @hints; 0: not known
 * @hints: recommendations, 32 bits
 */
struct pv_hyperv {
	__u32 leaf;
	__u32 version_leaf;
	__u16 major;
	__u16 minor;
	__u32 build;
	__u32 features_leaf;
	__u32 privileges[2];
	__u32 features;
	__u32 hints_leaf;
	__u32 hints;
};

/**
 * struct pv_xen - Xen's interface
 * @leaf: base leaf; 0: the interface is absent
 * @version_leaf: source of @major and @minor; 0: not known
 * @major: version of the hypervisor
 * @minor: version of the hypervisor
 * @features_leaf: source of @features; 0: not known
 * @features: features, 64 bits
 * @hvm_leaf: source of @hvm_features; 0: not known
 * @hvm_features: features of HVM and PVH domains, 32 bits
 */
struct pv_xen {
	__u32 leaf;
	__u32 version_leaf;
	__u16 major;
	__u16 minor;
	__u32 features_leaf;
	__u32 features[2];
	__u32 hvm_leaf;
	__u32 hvm_features;
};

/**
 * enum pv_confidential_kind - technology that protects the memory of a guest from the host
 * @PV_CONFIDENTIAL_TDX: Intel TDX
 * @PV_CONFIDENTIAL_SEV: AMD SEV
 * @PV_CONFIDENTIAL_SEV_ES: AMD SEV-ES
 * @PV_CONFIDENTIAL_SEV_SNP: AMD SEV-SNP
 * @PV_CONFIDENTIAL_CCA: Realm of Arm's Confidential Compute Architecture
 * @PV_CONFIDENTIAL_PKVM: pKVM on arm64
 */
enum pv_confidential_kind {
	PV_CONFIDENTIAL_TDX,
	PV_CONFIDENTIAL_SEV,
	PV_CONFIDENTIAL_SEV_ES,
	PV_CONFIDENTIAL_SEV_SNP,
	PV_CONFIDENTIAL_CCA,
	PV_CONFIDENTIAL_PKVM,
};

/**
 * enum pv_confidential_state - whether the technology protects this guest
 * @PV_CONFIDENTIAL_UNKNOWN: available; the guest cannot see whether it is active
 * @PV_CONFIDENTIAL_ACTIVE: it protects this guest
 * @PV_CONFIDENTIAL_INACTIVE: it does not protect this guest
 */
enum pv_confidential_state {
	PV_CONFIDENTIAL_UNKNOWN,
	PV_CONFIDENTIAL_ACTIVE,
	PV_CONFIDENTIAL_INACTIVE,
};

/**
 * struct pv_confidential - fact about a confidential guest, from one source
 * @kind: technology
 * @state: whether it protects this guest
 * @paravisor: a paravisor in the same protected memory runs below the guest, so the guest
 *             itself may not see the technology
 * @source: source of the fact, such as "cpuid:0x21"
 */
struct pv_confidential {
	enum pv_confidential_kind kind;
	enum pv_confidential_state state;
	bool paravisor;
	char source[PV_SOURCE_LEN];
};

/**
 * struct pv_nesting - hypervisors below the detected one, and above this machine
 * @extension: virtualisation extension for guests of this machine: "vmx", "svm", "none";
 *             NULL: not known
 * @extension_leaf: source of @extension
 * @nested_leaf: leaf that reports that the hypervisor is a guest itself; 0: not known
 */
struct pv_nesting {
	const char *extension;
	__u32 extension_leaf;
	__u32 nested_leaf;
};

/**
 * struct pv_detected - result of the detection
 * @cpuid: CPUID was read, and so @hypervisor_bit is known; x86 only
 * @hypervisor_bit: CPUID.1:ECX[31]; x86 only
 * @nr: entries of @found
 * @found: all signatures, in the order of their leaves
 * @primary: index of the signature that names the vendor; -1: the vendor is not known
 * @evidence: confidence in the vendor, or in the hypervisor if the vendor is not known
 * @kvm_leaf: leaf or SMCCC function that returned @kvm_features; 0: not known
 * @kvm_features: KVM's feature bits, x86: base + 1 EAX; arm64: 128 bits of FEATURES
 * @kvm_hints: x86: base + 1 EDX
 * @hyperv: Hyper-V's interface; x86 only
 * @xen: Xen's interface; x86 only
 * @nr_confidential: entries of @confidential
 * @confidential: facts about a confidential guest, one entry per source and kind
 * @nesting: hypervisors below and above; x86 only
 */
struct pv_detected {
	bool cpuid;
	bool hypervisor_bit;
	int nr;
	struct pv_found found[PV_DETECT_MAX];
	int primary;
	enum pv_evidence evidence;
	__u32 kvm_leaf;
	__u32 kvm_features[4];
	__u32 kvm_hints;
	struct pv_hyperv hyperv;
	struct pv_xen xen;
	int nr_confidential;
	struct pv_confidential confidential[PV_CONFIDENTIAL_MAX];
	struct pv_nesting nesting;
};

/* signature.c */
const struct pv_signature *pv_signature_by_text(const char *text);
const struct pv_signature *pv_signature_by_uid(const __u32 uid[4]);

/* cpuid.c */
void pv_cpuid_detect(pv_cpuid_fn read, void *ctx, struct pv_detected *d);

/* vendor.c */
void pv_vendor_decide(struct pv_detected *d);

/* hyperv.c; names are NULL if the bit has none */
bool pv_hyperv_claimed(pv_cpuid_fn read, void *ctx, const struct pv_found *f);
void pv_hyperv_detect(pv_cpuid_fn read, void *ctx, const struct pv_found *f,
		      struct pv_hyperv *hv);
bool pv_hyperv_is_complete(const struct pv_hyperv *hv);
bool pv_hyperv_is_microsoft(const struct pv_hyperv *hv);
bool pv_hyperv_is_root(const struct pv_hyperv *hv);
const char *pv_hyperv_privilege(unsigned int bit);
const char *pv_hyperv_feature(unsigned int bit);
const char *pv_hyperv_hint(unsigned int bit);

/* xen.c; names are NULL if the bit has none */
void pv_xen_detect(pv_cpuid_fn read, void *ctx, const struct pv_found *f,
		   struct pv_xen *xen);
const char *pv_xen_feature(unsigned int bit);
const char *pv_xen_hvm_feature(unsigned int bit);

/* confidential.c */
void pv_confidential_cpuid(pv_cpuid_fn read, void *ctx, struct pv_detected *d);
void pv_confidential_smccc(struct pv_detected *d);
bool pv_confidential_sev_open(const struct pv_detected *d);
void pv_confidential_sev_status(__u64 status, struct pv_detected *d);
const char *pv_confidential_name(enum pv_confidential_kind kind);
const char *pv_confidential_state_name(enum pv_confidential_state state);

/* nesting.c */
void pv_nesting_cpuid(pv_cpuid_fn read, void *ctx, struct pv_detected *d);

/* uid.c */
void pv_uid_detect(__u32 fn, const __u32 uid[4], struct pv_detected *d);
void pv_uid_features(const __u32 features[4], struct pv_detected *d);

/* detect.c: questions about the result */
const char *pv_detected_vendor(const struct pv_detected *d);
const char *pv_detected_virtual(const struct pv_detected *d);
const struct pv_found *pv_detected_interface(const struct pv_detected *d,
					     enum pv_interface interface);
bool pv_detected_kvm(const struct pv_detected *d);
bool pv_found_has_leaf(const struct pv_found *f, __u32 n);
const char *pv_interface_name(enum pv_interface interface);
const char *pv_evidence_name(enum pv_evidence evidence);

/* feature.c: NULL if the bit has no name */
bool pv_kvm_features_of_kvm(__u32 features);
const char *pv_kvm_feature_x86(unsigned int bit);
const char *pv_kvm_feature_arm64(unsigned int bit);
const char *pv_kvm_hint_x86(unsigned int bit);
const char *pv_bit_name(const char *name, unsigned int bit, char *buf, size_t len);

#endif /* _PV_DETECT_H */

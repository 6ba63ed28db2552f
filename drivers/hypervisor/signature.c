// SPDX-License-Identifier: GPL-2.0
/*
 * Signatures of known hypervisors.
 *
 * LKVMLKVMLKVM, CROSVMCROSVM and similar strings are not in the table, because they are
 * names of CPU vendors in leaf 0.  Entries that match a part of a signature come last, so
 * that complete ones have precedence.
 */
#include "detect.h"

static const struct pv_signature signatures[] = {
	/* KVM: x86 linux/kvm_para.h, arm64 linux/arm-smccc.h (pKVM has the same UID) */
	{
		.text = "KVMKVMKVM",
		.interface = PV_INTERFACE_KVM,
		.uid = { 0xb66fb428, 0xe911c52e, 0x564bcaa9, 0x743a004d },
		.vendor = "KVM",
	},
	/* KVM_GET_SUPPORTED_HV_CPUID: KVM's own signature beside Hyper-V's interface */
	{
		.text = "Linux KVM Hv",
		.interface = PV_INTERFACE_HYPERV,
		.vendor = "KVM",
	},
	{
		.text = "Microsoft Hv",
		.interface = PV_INTERFACE_HYPERV,
		.uid = { 0x4d32ba58, 0xcd244764, 0x8eef6c75, 0x16597024 },
		.vendor = "Hyper-V",
	},
	/* Hyper-V on arm64 before it had a UUID: "MsHyperV" */
	{ .uid = { 0x7948734d, 0x56726570 }, .vendor = "Hyper-V" },
	{
		.text = "XenVMMXenVMM",
		.interface = PV_INTERFACE_XEN,
		.uid = { 0xdc1218a7, 0x694398c6, 0xd179cf9a, 0x67e6de8d },
		.vendor = "Xen",
	},
	{ .text = "VMwareVMware", .vendor = "VMware" },
	{ .text = "TCGTCGTCGTCG", .vendor = "TCG" },
	{ .text = "bhyve bhyve ", .vendor = "bhyve" },
	{ .text = "BHyVE BHyVE ", .vendor = "bhyve" },
	{ .text = "VBoxVBoxVBox", .vendor = "VirtualBox" },
	{ .text = "prl hyperv  ", .vendor = "Parallels" },
	{ .text = " lrpepyh  vr", .vendor = "Parallels" },
	{ .text = "ACRNACRNACRN", .vendor = "ACRN" },
	{ .text = "Jailhouse", .vendor = "Jailhouse" },
	{ .text = "QNXQVMBSQG", .vendor = "QNX" },
	{ .text = "OpenBSDVMM58", .vendor = "OpenBSD vmm" },
	{ .text = "___ NVMM ___", .vendor = "NVMM" },
	{ .text = "HAXMHAXMHAXM", .vendor = "HAXM" },
	{ .text = "EVMMEVMMEVMM", .vendor = "Intel KGT" },
	{ .text = "UnisysSpar64", .vendor = "Unisys s-Par" },
	{ .text = "SRESRESRESRE", .vendor = "LMHS SRE" },
	{ .text = "Apple VZ", .vendor = "Apple Virtualization" },
	{ .text = "PKVMPKVMPKVM", .vendor = "pKVM" },
	{ .text = "FEXIFEXIEMU", .vendor = "FEX-Emu" },
	{ .text = "Napocahv    ", .vendor = "Napoca" },
	{ .text = "AKAROSINSIDE", .vendor = "Akaros" },
	{ .text = "Barevisor!", .vendor = "Barevisor" },
	{ .text = "MiniVisor", .vendor = "MiniVisor" },
	{ .text = "NoirVisor ZT", .vendor = "NoirVisor" },
	{
		.uid = { 0xcd8fd5c1, 0xdb5f53a4, 0x36ce6592, 0x145f3d67 },
		.vendor = "Gunyah",
	},
	/* Gunyah as Qualcomm builds it */
	{
		.uid = { 0xbd54bd19, 0x1b57370b, 0x9b606f94, 0xe69d5354 },
		.vendor = "Gunyah",
	},
	/* "QNXQVMBS" with swapped bytes in each word; the guide does not document EDX. */
	{ .text = "QXNQSBMV", .match = PV_MATCH_PREFIX, .vendor = "QNX" },
	/* Parallels with blanks or NULs around its name, and with swapped bytes */
	{ .text = "prl hyperv", .match = PV_MATCH_CONTAINS, .vendor = "Parallels" },
	{ .text = "lrpepyh", .match = PV_MATCH_CONTAINS, .vendor = "Parallels" },
	{ .text = "QNXQVMBS", .match = PV_MATCH_CONTAINS, .vendor = "QNX" },
	{ .text = "PpyH", .match = PV_MATCH_CONTAINS, .vendor = "HyperPlatform" },
};

static bool matches(const struct pv_signature *s, const char *text)
{
	switch (s->match) {
	case PV_MATCH_WHOLE:
		return !strcmp(s->text, text);
	case PV_MATCH_PREFIX:
		return !strncmp(s->text, text, strlen(s->text));
	case PV_MATCH_CONTAINS:
		return strstr(text, s->text);
	}
	return false;
}

/**
 * pv_signature_by_text - look up the signature of a CPUID base leaf
 * @text: the signature, without the NULs at its end
 *
 * Return: the entry; NULL if the table lacks it.
 */
const struct pv_signature *pv_signature_by_text(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signatures); i++)
		if (signatures[i].text && matches(&signatures[i], text))
			return &signatures[i];
	return NULL;
}

/**
 * pv_signature_by_uid - look up an SMCCC vendor-hypervisor UID
 * @uid: W0 .. W3
 *
 * Return: the entry; NULL if the table lacks it.
 */
const struct pv_signature *pv_signature_by_uid(const __u32 uid[4])
{
	size_t i;

	/* An entry without a UID has zeroes, which must not match. */
	if (!uid[0])
		return NULL;
	for (i = 0; i < ARRAY_SIZE(signatures); i++)
		if (!memcmp(signatures[i].uid, uid, sizeof(signatures[i].uid)))
			return &signatures[i];
	return NULL;
}

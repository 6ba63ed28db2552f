/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * Guest-host ABI: the hypercalls that pvguest adds to KVM.
 *
 * A call returns one signed register: RAX on x86, X0 on arm64.  A value of 0 or
 * more is the answer; a negative value is a status.  One register is what every
 * transport carries, the GHCB of a confidential guest included.
 *
 * The numbers lie where neither KVM nor the SMC Calling Convention assigns any:
 *
 *   x86    0x50560000 + n   ("PV" in the high half; upstream ends at 12)
 *   arm64  0xC6008000 + n   (SMCCC: fast, SMC64, owner 6 = vendor hypervisor;
 *                            KVM's own functions end at 127)
 *
 * A host that has no kvm_pv refuses them as it refuses any unknown number:
 * -KVM_ENOSYS (-1000) on x86, NOT_SUPPORTED (-1) on arm64.
 */
#ifndef _PV_HYPERCALL_H
#define _PV_HYPERCALL_H

#include <linux/types.h>

#define PV_HC_BASE_X86		0x50560000U
#define PV_HC_BASE_ARM64	0xC6008000U

#if defined(__aarch64__)
#define PV_HC_BASE		PV_HC_BASE_ARM64
#else
#define PV_HC_BASE		PV_HC_BASE_X86
#endif

/**
 * PV_HC_QUERY - what the host side is.
 *
 * arg0: which word, PV_QUERY_*.  Returns the word, or -PV_EINVAL.
 */
#define PV_HC_QUERY		(PV_HC_BASE + 0)

/** PV_HC_NOP - does nothing and returns 0; the price of it is the exit. */
#define PV_HC_NOP		(PV_HC_BASE + 1)

/**
 * PV_HC_VCPU_INFO - what the host knows of one vCPU of the calling VM.
 *
 * arg0: KVM's id of the vCPU (x86: the APIC id, arm64: folded from MPIDR_EL1)
 * arg1: guest-physical address of a struct pv_vcpu_info, PV_VCPU_INFO_ALIGN
 *       aligned, which the host overwrites
 *
 * Returns 0, -PV_ENOENT (no such vCPU), -PV_EINVAL (alignment) or -PV_EFAULT
 * (the address is no writable guest memory).
 */
#define PV_HC_VCPU_INFO		(PV_HC_BASE + 2)

/**
 * PV_HC_DEVICE - one word about a device of the host.
 *
 * arg0: index of the device; 0 is the virtual cpufreq device, see pv/vcpufreq.h
 * arg1: which word, PV_DEVICE_*
 *
 * Returns the word, -PV_ENOENT (no such device) or -PV_EINVAL (no such word).  A device that
 * firmware describes has the same words.  The VM can be detached and attached between two
 * calls, so a guest reads a word again after the others.
 */
#define PV_HC_DEVICE		(PV_HC_BASE + 3)

/** PV_HC_NR - how many numbers from PV_HC_BASE on are assigned. */
#define PV_HC_NR		4

/** PV_HC_UNASSIGNED - never assigned, so always rejected: the cost of a rejected call */
#define PV_HC_UNASSIGNED	(PV_HC_BASE + 0x7eff)

/**
 * PV_TAG - upper half of a first argument that is a tag.
 *
 * A call that ignores its arguments can have a tag in arg0, with a lower half that the guest
 * chooses, and a sequence number in arg1: a tracer on the host can identify each call.
 */
#define PV_TAG			0x47545650U	/* "PVTG" in memory */

/* The words of PV_HC_QUERY. */
#define PV_QUERY_MAGIC		0
#define PV_QUERY_ABI		1
#define PV_QUERY_FEATURES	2

#define PV_MAGIC		0x4b565047U	/* "GPVK" in memory */
#define PV_ABI_VERSION		1

/* The bits of PV_QUERY_FEATURES: bit n says that call n is answered. */
#define PV_FEATURE_QUERY	0x00000001U
#define PV_FEATURE_NOP		0x00000002U
#define PV_FEATURE_VCPU_INFO	0x00000004U
#define PV_FEATURE_DEVICE	0x00000008U
/* The administrator of the host lets this guest see host thread ids. */
#define PV_FEATURE_HOST_TID	0x80000000U

/* The words of PV_HC_DEVICE. */
#define PV_DEVICE_BASE		0	/* guest-physical address of the frame of CPU 0 */
#define PV_DEVICE_NR_CPUS	1	/* number of frames */
#define PV_DEVICE_SHARED_BASE	2	/* guest-physical address of the shared pages */
#define PV_DEVICE_SHARED_SIZE	3	/* their size in bytes, 0: none */

/* Statuses, negated on return; the values of KVM_E* in linux/kvm_para.h. */
#define PV_EPERM		1
#define PV_ENOENT		2
#define PV_EFAULT		14
#define PV_EINVAL		22
#define PV_ENOSYS_X86		1000
#define PV_ENOSYS_ARM64		1	/* SMCCC_RET_NOT_SUPPORTED */

/* struct pv_vcpu_info.flags: which members hold a fact. */
#define PV_VCPU_HOST_TID	0x00000001U
#define PV_VCPU_EXITS		0x00000002U
#define PV_VCPU_REGS		0x00000004U	/* regs[0 .. nr_regs - 1] */
#define PV_VCPU_PC		0x00000008U
#define PV_VCPU_SP		0x00000010U
/* The vCPU runs a guest of the guest: pc, sp and regs are those of that guest. */
#define PV_VCPU_NESTED		0x00000020U

#define PV_VCPU_INFO_ALIGN	512
#define PV_VCPU_MAX_REGS	32

/**
 * struct pv_vcpu_info - the record that PV_HC_VCPU_INFO fills, little endian
 * @size: bytes of this record that the host wrote
 * @flags: PV_VCPU_*: a member without its flag is 0 and means nothing
 * @vcpu_id: KVM's id of the vCPU, as asked for
 * @exits: exits of this vCPU since it was created, if the administrator of the host shows them
 * @host_tid: thread id of the vCPU in the host's initial pid namespace
 * @pc: program counter as of the vCPU's last exit
 * @sp: stack pointer as of the vCPU's last exit
 * @nr_regs: members of @regs that are in use
 * @reserved: 0
 * @regs: general-purpose registers as of the vCPU's last exit; x86: in the order
 *        of their encoding (rax rcx rdx rbx rsp rbp rsi rdi r8 .. r15, rsp being
 *        0 here and valid as @sp only), arm64: x0 .. x30
 *
 * Never crosses a page because of PV_VCPU_INFO_ALIGN.
 */
struct pv_vcpu_info {
	__u32 size;
	__u32 flags;
	__u64 vcpu_id;
	__u64 exits;
	__u64 host_tid;
	__u64 pc;
	__u64 sp;
	__u32 nr_regs;
	__u32 reserved;
	__u64 regs[PV_VCPU_MAX_REGS];
};

#endif /* _PV_HYPERCALL_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pv_hypervisor.ko, as seen by the other modules of the guest.
 */
#ifndef _PV_HYPERVISOR_H
#define _PV_HYPERVISOR_H

#include <linux/limits.h>
#include <linux/types.h>

#define PV_VCPU_ID_UNKNOWN	U32_MAX

/**
 * struct pv_host - what PV_HC_QUERY says of the host side
 * @present: it is there; the rest but @status is 0 where it is not
 * @abi: its PV_ABI_VERSION
 * @features: PV_FEATURE_*
 * @status: answer to PV_QUERY_MAGIC
 */
struct pv_host {
	bool present;
	u32 abi;
	u64 features;
	s64 status;
};

/**
 * pv_on_kvm - may hypercalls be sent
 *
 * Modules that cannot be without them ask in their init, since the answer may be no
 * where all are built into the kernel.
 *
 * Return: true where the hypervisor is KVM.
 */
bool pv_on_kvm(void);

/**
 * pv_kvm_feature - does KVM announce a feature
 * @bit: x86: bit of CPUID base + 1, EAX; arm64: bit of the answer to FEATURES
 *
 * Return: true where it does; false also where it does not say.
 */
bool pv_kvm_feature(unsigned int bit);

/**
 * pv_hypercall - call the hypervisor
 * @fn: number of the call
 * @args: arguments, 0 where the call takes none
 * @result: out: registers of the answer; x86: RAX, the rest is 0; arm64: X0 .. X3
 *
 * Works in any context.
 *
 * Return: 0, whatever the hypervisor answers, or -ENODEV where it is not KVM.
 */
int pv_hypercall(u32 fn, const u64 args[4], u64 result[4]);

/**
 * pv_host_query - is there a host side, and what can it do
 * @host: out: what there is, as of now: it comes and goes while the guest runs
 *
 * Return: 0, -ENODEV where the hypervisor is not KVM, or -EPROTO where the host
 * contradicts itself.
 */
int pv_host_query(struct pv_host *host);

/**
 * pv_vcpu_id - KVM's id of the vCPU that is a CPU of this guest
 * @cpu: a possible CPU
 *
 * Return: the id, or PV_VCPU_ID_UNKNOWN.
 */
u32 pv_vcpu_id(unsigned int cpu);

#endif /* _PV_HYPERVISOR_H */

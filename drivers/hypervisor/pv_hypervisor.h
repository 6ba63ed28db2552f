/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interface of pv_hypervisor.ko for the other modules of the guest.
 */
#ifndef _PV_HYPERVISOR_H
#define _PV_HYPERVISOR_H

#include <linux/limits.h>
#include <linux/types.h>

#define PV_VCPU_ID_UNKNOWN	U32_MAX

/**
 * struct pv_host - the host side as PV_HC_QUERY reports it
 * @present: the host side is present; if it is not, all fields except @status are 0
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
 * pv_on_kvm - check whether KVM's hypercalls can be made
 *
 * False if the hypervisor does not offer KVM's interface, and if it offers the interface but the
 * first hypercall, which pv_hypervisor made when it was loaded, raised an exception or had no
 * effect.  Modules that need hypercalls check it in their init.
 *
 * Return: true if hypercalls work.
 */
bool pv_on_kvm(void);

/**
 * pv_kvm_feature - check whether KVM announces a feature
 * @bit: x86: bit of CPUID base + 1, EAX; arm64: bit of the answer to FEATURES
 *
 * Return: true if the bit is set; false also if KVM reports no features.
 */
bool pv_kvm_feature(unsigned int bit);

/**
 * pv_hypercall - make a hypercall
 * @fn: number of the call
 * @args: arguments, 0 if the call does not use them
 * @result: out: registers of the answer; x86: RAX, the rest is 0; arm64: X0 .. X3
 *
 * Works in any context.
 *
 * Return: 0 for any answer of the hypervisor, or -ENODEV if pv_on_kvm() is false.
 */
int pv_hypercall(u32 fn, const u64 args[4], u64 result[4]);

typedef int pv_hypercall_fn(u32 fn, const u64 args[4], u64 result[4]);

/**
 * pv_host_query_by - query the host side and its features
 * @host: out: the current state; the host side can be attached and detached at any time
 * @call: makes the hypercalls, as pv_hypercall()
 *
 * Return: 0, the error of @call, or -EPROTO if the answers contradict each other.
 */
int pv_host_query_by(struct pv_host *host, pv_hypercall_fn *call);

/* By pv_hypercall(), for the files of pv_hypervisor.ko */
int pv_host_query(struct pv_host *host);

/**
 * pv_vcpu_id - get KVM's id of the vCPU that is a CPU of this guest
 * @cpu: a possible CPU; a number from user space must have passed array_index_nospec()
 *
 * Return: the id, or PV_VCPU_ID_UNKNOWN.
 */
u32 pv_vcpu_id(unsigned int cpu);

#endif /* _PV_HYPERVISOR_H */

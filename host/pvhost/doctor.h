/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvhost(8): properties of this host, and the backend that follows from them.
 *
 * doctor.c has the checks, and calls fact.c.  backend.c chooses the backend.  Both call policy.c.
 */
#ifndef _PVHOST_DOCTOR_H
#define _PVHOST_DOCTOR_H

#include "pvhost.h"

/**
 * enum pvhost_found - result of a check
 * @PVHOST_UNKNOWN: the files do not show it, or cannot be read
 * @PVHOST_MISSING: the host does not have it
 * @PVHOST_FOUND: the host has it
 */
enum pvhost_found {
	PVHOST_UNKNOWN,
	PVHOST_MISSING,
	PVHOST_FOUND,
};

/**
 * struct pvhost_fact - a property of the host
 * @found: whether the host has it
 * @value: details, empty: none
 */
struct pvhost_fact {
	enum pvhost_found found;
	char value[96];
};

/* policy.c: cpufreq policies */

/**
 * struct pvhost_policies - the policies of the host
 * @found: whether the host has a policy
 * @nr: number of policies
 * @cpus: related CPUs of each
 * @nr_schedutil: number of policies with the governor schedutil
 * @driver: driver, empty: unknown
 * @governor: governor of the first policy that does not have schedutil, empty: none
 */
struct pvhost_policies {
	enum pvhost_found found;
	size_t nr;
	struct pv_cpulist *cpus;
	size_t nr_schedutil;
	char driver[32];
	char governor[32];
};

void pvhost_policies_read(const struct pv_sysfs *sysfs, struct pvhost_policies *policies);
void pvhost_policies_free(struct pvhost_policies *policies);
/* FOUND: each vCPU thread can run on CPUs of one policy only */
void pvhost_policies_pinned(const struct pv_sysfs *sysfs, pid_t pid,
			    const struct pvhost_policies *policies, struct pvhost_fact *fact);

/* fact.c: one function for each check */
void pvhost_fact_kernel(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_kvm(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_kprobes(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_kvm_pv(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_privileges(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_lockdown(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_signatures(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_ftrace(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_livepatch(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_uclamp(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_cpufreq(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_schedutil(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_btf(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_struct_ops(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
void pvhost_fact_kvm_pv_bpf(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);

/* backend.c: the choice of --backend auto */

/**
 * struct pvhost_auto - the best backend that the host and the VM support
 * @backend: KVM_PV_UCLAMP, ...
 * @uclamp: reason why uclamp is not available, empty: it is available
 * @freq_qos: the same for freq-qos
 */
struct pvhost_auto {
	__u32 backend;
	char uclamp[160];
	char freq_qos[160];
};

/* @pid: process of the VM, 0: no VM is given; @capped: the VM gets a cap */
void pvhost_backend_choose(struct pvhost_auto *choice, const struct pv_sysfs *sysfs, pid_t pid,
			   bool capped);
void pvhost_backend_print(const struct pvhost_auto *choice, FILE *out);

#endif /* _PVHOST_DOCTOR_H */

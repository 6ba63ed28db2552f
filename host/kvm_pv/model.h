/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Performance tables, perf domains and caps.  This header and model.c use no kernel objects, so
 * that they build on architectures without KVM.
 */
#ifndef _KVM_PV_MODEL_H
#define _KVM_PV_MODEL_H

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/kvm_pv.h>
#include <linux/types.h>
#include <pv/vcpufreq.h>

struct kvm_pv_vcpu;
struct kvm_pv_window;

/**
 * struct kvm_pv_model - performance that a VM can get
 * @nr_perf: entries of @perf
 * @perf: performance table, ascending
 * @cap: highest performance at present, within the table
 */
struct kvm_pv_model {
	u32 nr_perf;
	u32 perf[KVM_PV_MAX_PERF];
	u32 cap;
};

/**
 * struct kvm_pv_domain - CPUs that share one performance
 * @first: its windows
 * @request: last request in the lower half, 0: none; see model.c for the upper half
 * @tid: thread that sent it, in the initial pid namespace, 0: none yet
 * @vcpu_id: vCPU that sent it, U32_MAX: none yet
 * @applied: number of times that a request was applied to a thread
 * @failed: number of times that this failed
 * @fail_reason: KVM_PV_FAIL_* of the last failure
 * @pending: a request is not applied yet
 * @suppressed: number of requests that another one replaced before they were applied
 *
 * No lock protects the members.  @tid, @vcpu_id and @fail_reason are for KVM_PV_STATS only and
 * need not match @request.
 */
struct kvm_pv_domain {
	struct kvm_pv_window *first;
	atomic64_t request;
	pid_t tid;
	u32 vcpu_id;
	atomic64_t applied;
	atomic64_t failed;
	u32 fail_reason;
	bool pending;
	atomic64_t suppressed;
};

/**
 * struct kvm_pv_window - registers and record of one CPU of the guest
 * @domain: its domain: @own, or that of an earlier window
 * @next: in the domain's windows
 * @own: domain of this window and those of the same number after it
 * @domain_nr: register perf_domain
 * @sel: register perftbl_sel
 * @vcpu: vCPU that was the last one to write set_perf, NULL: none yet
 * @record: the record, NULL: the VM has no shared pages
 * @reads: valid reads
 * @requests: valid writes of set_perf
 * @refused: invalid accesses
 * @deferred: requests that were taken from the record
 */
struct kvm_pv_window {
	struct kvm_pv_domain *domain;
	struct kvm_pv_window *next;
	struct kvm_pv_domain own;
	u32 domain_nr;
	u32 sel;
	struct kvm_pv_vcpu *vcpu;
	struct pv_freq_record *record;
	atomic64_t reads;
	atomic64_t requests;
	atomic64_t refused;
	atomic64_t deferred;
};

int kvm_pv_model_set_table(struct kvm_pv_model *model, u32 nr);
u32 kvm_pv_model_entry(const struct kvm_pv_model *model, u32 sel);
u32 kvm_pv_model_min(const struct kvm_pv_model *model);
u32 kvm_pv_model_max(const struct kvm_pv_model *model);
u32 kvm_pv_model_clamp(const struct kvm_pv_model *model, u32 perf);
u32 kvm_pv_model_perf(const struct kvm_pv_model *model, u32 request);
int kvm_pv_model_set_cap(struct kvm_pv_model *model, u32 cap);
u32 kvm_pv_model_cap(const struct kvm_pv_model *model);
void kvm_pv_model_link(struct kvm_pv_window *windows, u32 nr);
bool kvm_pv_model_request(struct kvm_pv_domain *domain, u32 request);
bool kvm_pv_model_take(struct kvm_pv_domain *domain, const struct pv_freq_record *record);

/* The last request of a domain, 0: none */
static inline u32 kvm_pv_model_last(const struct kvm_pv_domain *domain)
{
	return lower_32_bits(atomic64_read(&domain->request));
}

#endif /* _KVM_PV_MODEL_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of KVM the programs read, relocated by CO-RE to the kernel that runs:
 *
 *   vcpu_number()	number of the hypercall that a vCPU makes
 *   vcpu_argument()	first or second argument of that call
 *   vcpu_offset()	from the host's counter to the guest's, in ticks
 *   vcpu_ratio()	what the host's counter is scaled by before
 *   vcpu_left()		the host's counter when the guest was left last
 *   vcpu_id()		KVM's id of a vCPU
 *   vcpu_of_exit()	the vCPU of a kvm_exit event, NULL: the kernel does not tell
 *   vcpu_reason()	reason of that exit, as state.h counts
 *
 * Where @direct, the verifier knows the type of the pointer: a load, and no helper.
 */
#ifndef _HYPERTRACE_VCPU_BPF_H
#define _HYPERTRACE_VCPU_BPF_H

#include <linux/types.h>
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#define __core __attribute__((preserve_access_index))

#if defined(__TARGET_ARCH_x86)
#include "vcpu-x86.bpf.h"
#elif defined(__TARGET_ARCH_arm64)
#include "vcpu-arm64.bpf.h"
#endif

static __always_inline __u32 vcpu_id(struct kvm_vcpu *vcpu, bool direct)
{
	return direct ? vcpu->vcpu_id : BPF_CORE_READ(vcpu, vcpu_id);
}

#endif /* _HYPERTRACE_VCPU_BPF_H */

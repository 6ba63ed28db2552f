// SPDX-License-Identifier: GPL-2.0
/*
 * All exits by their reason, from the exit to the entry that comes next.
 */
#include "hist.bpf.h"

SEC("raw_tp")
int exits_exit(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 args[] = { ctx->args[0], ctx->args[1] };
	struct kvm_vcpu *vcpu = vcpu_of_exit(args);
	struct state_thread *t = thread_get();

	if (!t)
		return 0;
	if (vcpu)
		thread_runs(t, vcpu, false);
	t->user = 0;
	t->user_start = 0;
	t->exit = histogram_ready(t, vcpu_reason(args)) ? bpf_ktime_get_ns() : 0;
	return 0;
}

SEC("raw_tp")
int exits_entry(struct bpf_raw_tracepoint_args *ctx)
{
	struct state_thread *t = thread_current();
	__u64 now;

	if (!t || !t->exit)
		return 0;
	now = bpf_ktime_get_ns();
	if (histogram_add(t, now, now - t->exit))
		histograms[(t->histogram - 1) & (STATE_HISTOGRAMS - 1)].user += t->user;
	t->exit = 0;
	return 0;
}

SEC("raw_tp")
int exits_user(struct bpf_raw_tracepoint_args *ctx)
{
	struct state_thread *t = thread_current();

	if (t && t->exit)
		t->user_start = bpf_ktime_get_ns();
	return 0;
}

/* KVM_RUN: the thread may have run another vCPU before, whose exit this does not end. */
SEC("kprobe")
int BPF_KPROBE(exits_run, struct kvm_vcpu *vcpu)
{
	struct state_thread *t = thread_get();

	if (!t)
		return 0;
	if (t->vcpu != (__u64)vcpu) {
		t->exit = 0;
		thread_runs(t, vcpu, false);
	}
	if (t->user_start) {
		t->user += bpf_ktime_get_ns() - t->user_start;
		t->user_start = 0;
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

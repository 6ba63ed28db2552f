// SPDX-License-Identifier: GPL-2.0
/*
 * Latency of hypercalls.
 *
 * Programs on KVM's handler of hypercalls alone have no overhead for other exits: fentry and
 * fexit, or kprobes if the kernel cannot attach these to the handler.  With --full, programs are
 * attached to all exits and entries as well, and a call is measured from exit to entry.
 *
 * The method with the lowest overhead needs one program: on x86 KVM stores the time of the exit,
 * and one function has all numbers as its argument.
 *
 * kvm_pv answers its own calls from an ftrace hook on the same function.  When fentry runs, the
 * answer has replaced the number, so an event of kvm_pv has the number.
 *
 * The kernel can skip a program (recursion_misses, nmissed of a kretprobe).  An end without a begin
 * is ignored, and a begin without an end is counted as lost at the next begin.
 */
#include <pv/hypercall.h>

#include "hist.bpf.h"

struct state_clock clocks[STATE_CLOCKS];
__u32 clock_index;

/* Is it a call that split is about? */
static __always_inline bool tagged(struct state_thread *t, struct kvm_vcpu *vcpu)
{
	t->tag = vcpu_argument(vcpu, false);
	if (t->tag >> 32 != PV_TAG)
		return false;
	t->sequence = vcpu_argument(vcpu, true);
	t->offset = vcpu_offset(vcpu);
	t->ratio = vcpu_ratio(vcpu);
	return true;
}

static __noinline int tagged_event(const struct state_thread *t, __u64 start, __u64 end)
{
	struct state_tagged *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!t || !e) {
		if (e)
			bpf_ringbuf_discard(e, 0);
		__sync_fetch_and_add(&lost.events, 1);
		return 0;
	}
	e->tag = t->tag;
	e->sequence = t->sequence;
	e->start = start;
	e->end = end;
	e->offset = t->offset;
	e->ratio = t->ratio;
	e->id = t->id;
	e->vcpu_id = t->vcpu_id;
	e->reserved = 0;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

static __always_inline int begin(struct state_thread *t, struct kvm_vcpu *vcpu,
				 __u64 number, bool direct)
{
	thread_runs(t, vcpu, direct);
	if (options.tagged && !tagged(t, vcpu))
		return 0;
	if (histogram_ready(t, number))
		t->start = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int handler_entered(struct kvm_vcpu *vcpu, bool direct)
{
	struct state_thread *t = thread_get();

	if (!t)
		return 0;
	if (t->announced) {
		t->announced = 0;
		return 0;
	}
	if (t->start) {
		__sync_fetch_and_add(&lost.ends, 1);
		t->start = 0;
	}
	return begin(t, vcpu, vcpu_number(vcpu, direct), direct);
}

static __always_inline int handler_left(void)
{
	__u64 now = bpf_ktime_get_ns(), ns;
	struct state_thread *t = thread_current();

	if (!t)
		return 0;
	t->announced = 0;
	/* A call that was on its way when the trace began is not counted. */
	if (!t->start)
		return 0;
	ns = now - t->start;
	if (options.tagged)
		tagged_event(t, t->start, now);
	t->start = 0;

	if (!options.full) {
		histogram_add(t, now, ns);
	} else if (t->exit) {
		t->handler += ns;
		t->called = 1;
	}
	return 0;
}

SEC("fentry")
int BPF_PROG(fentry_handler, struct kvm_vcpu *vcpu)
{
	return handler_entered(vcpu, true);
}

SEC("fexit")
int BPF_PROG(fexit_handler)
{
	return handler_left();
}

SEC("kprobe")
int BPF_KPROBE(kprobe_handler, struct kvm_vcpu *vcpu)
{
	return handler_entered(vcpu, false);
}

SEC("kretprobe")
int BPF_KPROBE(kretprobe_handler)
{
	return handler_left();
}

/* @vcpu has made the call, and is answered. */
static __always_inline int count_answer(struct kvm_vcpu *vcpu, __u64 number, bool direct)
{
	__u64 now = bpf_ktime_get_ns(), ticks;
	const struct state_clock *c = &clocks[clock_index & (STATE_CLOCKS - 1)];
	struct state_thread *t = thread_get();
	__s64 ns;

	if (!t)
		return 0;
	if (t->vcpu != (__u64)vcpu)
		t->scaled = vcpu_ratio(vcpu) != options.ratio;
	thread_runs(t, vcpu, direct);
	if (!histogram_ready(t, number))
		return 0;
	if (t->scaled) {
		__sync_fetch_and_add(&lost.clocks, 1);
		return 0;
	}
	ticks = vcpu_left(vcpu, direct);
	ns = now - c->ns - ((__s64)((ticks - c->ticks) * c->scale) >> STATE_CLOCK_SHIFT);
	/* The clocks are not exact. */
	histogram_add(t, now, ns < 0 ? 0 : ns);
	return 0;
}

SEC("fexit")
int BPF_PROG(fexit_answer, struct kvm_vcpu *vcpu, __u64 nr, __u64 a0, __u64 a1, __u64 a2,
	     __u64 a3, int op_64_bit)
{
	return count_answer(vcpu, op_64_bit ? nr : (__u32)nr, true);
}

SEC("fexit")
int BPF_PROG(fexit_answer_new, struct kvm_vcpu *vcpu)
{
	return count_answer(vcpu, vcpu_number(vcpu, true), true);
}

/* kvm_pv_answer(vcpu, nr) */
SEC("raw_tp")
int answered(struct bpf_raw_tracepoint_args *ctx)
{
	return count_answer((struct kvm_vcpu *)ctx->args[0], (__u32)ctx->args[1], false);
}

/* kvm_pv_call(vcpu, nr) */
SEC("raw_tp")
int announced(struct bpf_raw_tracepoint_args *ctx)
{
	struct state_thread *t = thread_get();

	if (!t)
		return 0;
	t->announced = 1;
	/* A kprobe may have been called before kvm_pv, for the same call. */
	t->start = 0;
	return begin(t, (struct kvm_vcpu *)ctx->args[0], ctx->args[1], false);
}

SEC("raw_tp")
int full_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct state_thread *t = thread_get();

	if (!t)
		return 0;
	t->handler = 0;
	t->user = 0;
	t->user_start = 0;
	t->called = 0;
	t->exit = bpf_ktime_get_ns();
	return 0;
}

SEC("raw_tp")
int full_entry(struct bpf_raw_tracepoint_args *ctx)
{
	struct state_thread *t = thread_current();
	struct state_histogram *p;
	__u64 now, exit;

	if (!t)
		return 0;
	exit = t->exit;
	/* The kernel may skip full_exit() of the next exit. */
	t->exit = 0;
	if (!t->called)
		return 0;
	t->called = 0;
	now = bpf_ktime_get_ns();
	if (!histogram_add(t, now, now - exit))
		return 0;
	p = &histograms[(t->histogram - 1) & (STATE_HISTOGRAMS - 1)];
	p->handler += t->handler;
	p->user += t->user;
	return 0;
}

/* KVM_RUN returns, and is called again. */
SEC("raw_tp")
int full_user(struct bpf_raw_tracepoint_args *ctx)
{
	struct state_thread *t = thread_current();

	if (t && t->called)
		t->user_start = bpf_ktime_get_ns();
	return 0;
}

SEC("kprobe")
int full_run(struct pt_regs *ctx)
{
	struct state_thread *t = thread_current();

	if (t && t->user_start) {
		t->user += bpf_ktime_get_ns() - t->user_start;
		t->user_start = 0;
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

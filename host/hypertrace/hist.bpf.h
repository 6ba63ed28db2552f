/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms: one for each number of each vCPU of each thread.  A thread keeps the index
 * of the one that it used last, so that the map is asked only where the number changes.
 */
#ifndef _HYPERTRACE_HIST_BPF_H
#define _HYPERTRACE_HIST_BPF_H

#include "thread.bpf.h"

struct state_histogram histograms[STATE_HISTOGRAMS];
__u32 nr_histograms;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STATE_HISTOGRAMS);
	__type(key, struct state_key);
	__type(value, __u32);
} indexes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, STATE_EVENTS_SIZE);
} events SEC(".maps");

static __always_inline bool histogram_wanted(__u64 number)
{
	__u32 i;

	if (!options.nr_numbers)
		return true;
	for (i = 0; i < STATE_WANTED; i++) {
		if (i >= options.nr_numbers)
			break;
		if (options.numbers[i] == number)
			return true;
	}
	return false;
}

static __always_inline __u32 histogram_new(struct state_thread *t, const struct state_key *key)
{
	__u32 index = __sync_fetch_and_add(&nr_histograms, 1);
	struct state_histogram *p;

	if (index >= STATE_HISTOGRAMS) {
		__sync_fetch_and_sub(&nr_histograms, 1);
		return STATE_FULL;
	}

	p = &histograms[index & (STATE_HISTOGRAMS - 1)];
	p->id = t->id;
	p->number = key->number;
	p->vcpu_id = key->vcpu_id;
	p->min = ~0ULL;
	index++;
	if (bpf_map_update_elem(&indexes, key, &index, BPF_ANY))
		return STATE_FULL;
	t->numbers++;
	return index;
}

/* Sets t->histogram and t->number. */
static __noinline int histogram_find(struct state_thread *t, __u64 number)
{
	struct state_key key = { 0 };
	__u32 *known;

	if (!t)
		return 0;
	t->number = number;
	if (!histogram_wanted(number)) {
		t->histogram = STATE_UNWANTED;
		return 0;
	}

	key.serial = t->serial;
	key.vcpu_id = t->vcpu_id;
	key.number = number;
	known = bpf_map_lookup_elem(&indexes, &key);
	if (!known && t->numbers >= STATE_NUMBERS) {
		key.number = STATE_OTHER;
		known = bpf_map_lookup_elem(&indexes, &key);
	}
	t->histogram = known ? *known : histogram_new(t, &key);
	return 0;
}

/* Is this number of this thread counted?  Where it should but cannot be, it is lost. */
static __always_inline bool histogram_ready(struct state_thread *t, __u64 number)
{
	if (t->number != number || t->histogram == STATE_UNKNOWN)
		histogram_find(t, number);
	if (t->histogram < STATE_FULL)
		return true;
	if (t->histogram == STATE_FULL)
		__sync_fetch_and_add(&lost.numbers, 1);
	return false;
}

/* How many bits of a value its bucket ignores; BPF has no instruction that counts zeros. */
static __noinline __u32 histogram_shift(__u64 value)
{
	__u64 rest = value >> STATE_BUCKET_BITS;
	__u32 shift = 0;

	if (rest >> 32) {
		rest >>= 32;
		shift += 32;
	}
	if (rest >> 16) {
		rest >>= 16;
		shift += 16;
	}
	if (rest >> 8) {
		rest >>= 8;
		shift += 8;
	}
	if (rest >> 4) {
		rest >>= 4;
		shift += 4;
	}
	if (rest >> 2) {
		rest >>= 2;
		shift += 2;
	}
	return shift + (rest >> 1);
}

/* As pv_histogram_bucket() of libpv.  A value mostly has as many bits as that before it. */
static __always_inline __u32 histogram_bucket(struct state_histogram *p, __u64 value)
{
	const __u64 linear = 1 << STATE_BUCKET_BITS;
	__u32 shift = p->shift & 63;

	if ((value >> shift) - linear >= linear) {
		if (value < linear)
			return value;
		shift = histogram_shift(value) & 63;
		p->shift = shift;
	}
	return (shift << STATE_BUCKET_BITS) + (value >> shift);
}

static __noinline int histogram_event(const struct state_thread *t, __u64 now, __u64 ns)
{
	struct state_event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!t || !e) {
		if (e)
			bpf_ringbuf_discard(e, 0);
		__sync_fetch_and_add(&lost.events, 1);
		return 0;
	}
	e->time = now;
	e->id = t->id;
	e->number = t->number;
	e->ns = ns;
	e->user = t->user;
	e->vcpu_id = t->vcpu_id;
	e->reserved = 0;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* histogram_ready() has said yes; false: it is not counted */
static __always_inline bool histogram_add(struct state_thread *t, __u64 now, __u64 ns)
{
	struct state_histogram *p = &histograms[(t->histogram - 1) & (STATE_HISTOGRAMS - 1)];
	__u32 bucket;

	if (options.min_ns && ns < options.min_ns)
		return false;

	bucket = histogram_bucket(p, ns);
	/* The verifier wants to see it. */
	asm volatile("" : "+r"(bucket));
	if (bucket < STATE_BUCKETS) {
		if (p->counts[bucket] == ~0U) {
			__sync_fetch_and_add(&lost.counts, 1);
			return false;
		}
		p->counts[bucket]++;
	}
	p->sum += ns;
	if (ns < p->min)
		p->min = ns;
	if (ns > p->max)
		p->max = ns;

	if (options.events)
		histogram_event(t, now, ns);
	return true;
}

#endif /* _HYPERTRACE_HIST_BPF_H */

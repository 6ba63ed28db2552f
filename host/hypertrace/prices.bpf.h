/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms: one for each number of each vCPU of each thread.  A thread keeps the index
 * of the one that it used last, so that the map is asked only where the number changes.
 */
#ifndef _HYPERTRACE_PRICES_BPF_H
#define _HYPERTRACE_PRICES_BPF_H

#include "thread.bpf.h"

struct state_prices prices[STATE_PRICES];
__u32 nr_prices;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STATE_PRICES);
	__type(key, struct state_key);
	__type(value, __u32);
} indexes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, STATE_EVENTS_SIZE);
} events SEC(".maps");

static __always_inline bool prices_wanted(__u64 number)
{
	__u32 i;

	if (!wish.nr_numbers)
		return true;
	for (i = 0; i < STATE_WANTED; i++) {
		if (i >= wish.nr_numbers)
			break;
		if (wish.numbers[i] == number)
			return true;
	}
	return false;
}

static __always_inline __u32 prices_new(struct state_thread *t, const struct state_key *key)
{
	__u32 index = __sync_fetch_and_add(&nr_prices, 1);
	struct state_prices *p;

	if (index >= STATE_PRICES) {
		__sync_fetch_and_sub(&nr_prices, 1);
		return STATE_FULL;
	}

	p = &prices[index & (STATE_PRICES - 1)];
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

/* Sets t->prices and t->number. */
static __noinline int prices_find(struct state_thread *t, __u64 number)
{
	struct state_key key = { 0 };
	__u32 *known;

	if (!t)
		return 0;
	t->number = number;
	if (!prices_wanted(number)) {
		t->prices = STATE_UNWANTED;
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
	t->prices = known ? *known : prices_new(t, &key);
	return 0;
}

/* Is this number of this thread counted?  Where it should but cannot be, it is lost. */
static __always_inline bool prices_ready(struct state_thread *t, __u64 number)
{
	if (t->number != number || t->prices == STATE_UNKNOWN)
		prices_find(t, number);
	if (t->prices < STATE_FULL)
		return true;
	if (t->prices == STATE_FULL)
		__sync_fetch_and_add(&lost.numbers, 1);
	return false;
}

/* How many bits of a value its bucket ignores; BPF has no instruction that counts zeros. */
static __noinline __u32 prices_shift(__u64 value)
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
static __always_inline __u32 prices_bucket(struct state_prices *p, __u64 value)
{
	const __u64 linear = 1 << STATE_BUCKET_BITS;
	__u32 shift = p->shift & 63;

	if ((value >> shift) - linear >= linear) {
		if (value < linear)
			return value;
		shift = prices_shift(value) & 63;
		p->shift = shift;
	}
	return (shift << STATE_BUCKET_BITS) + (value >> shift);
}

static __noinline int prices_event(const struct state_thread *t, __u64 now, __u64 ns)
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

/* prices_ready() has said yes; false: it is not counted */
static __always_inline bool prices_add(struct state_thread *t, __u64 now, __u64 ns)
{
	struct state_prices *p = &prices[(t->prices - 1) & (STATE_PRICES - 1)];
	__u32 bucket;

	if (wish.min_ns && ns < wish.min_ns)
		return false;

	bucket = prices_bucket(p, ns);
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

	if (wish.events)
		prices_event(t, now, ns);
	return true;
}

#endif /* _HYPERTRACE_PRICES_BPF_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telemetry in the shared pages.
 *
 * The host can write anything there at any time.  Offsets and sizes are read once per operation,
 * and are within the mapping after that.  Invalid data is counted and logged once.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/processor.h>

#include "../shared.h"
#include "clock.h"
#include "pv_exits.h"

/* Attempts to read counters between two changes of the host */
#define PV_AREA_ATTEMPTS	1000

/* Limits that no host has a reason to exceed */
#define PV_AREA_MAX_VCPUS	8192
#define PV_AREA_MAX_REASONS	1024
#define PV_AREA_MAX_RING	65536

struct pv_area pv_area;
DEFINE_MUTEX(pv_area_lock); /* protects pv_area and its pages */
u64 pv_area_invalid;

/**
 * pv_area_note - the host has written invalid data
 * @what: what is invalid
 */
void pv_area_note(const char *what)
{
	lockdep_assert_held(&pv_area_lock);

	if (!pv_area_invalid++)
		dev_warn(pv_area.dev, "the telemetry of the host is invalid: %s\n", what);
}

/* Whether @nr entries of @size bytes at @offset are within @end bytes, behind @start */
static bool pv_area_fits(u32 offset, u32 nr, u32 size, u64 start, u64 end)
{
	return IS_ALIGNED(offset, sizeof(u64)) && IS_ALIGNED(size, sizeof(u64)) &&
	       offset >= start && offset + (u64)nr * size <= end;
}

static bool pv_area_is_valid(const struct pv_area *area)
{
	if (area->nr > PV_AREA_MAX_VCPUS || area->nr_reasons > PV_AREA_MAX_REASONS ||
	    area->ring_size > PV_AREA_MAX_RING)
		return false;
	if (area->ring_size && !is_power_of_2(area->ring_size))
		return false;
	if (area->reason_size < sizeof(struct pv_exits_reason))
		return false;

	return pv_area_fits(area->first, area->nr, area->stride, sizeof(struct pv_shared_header),
			    area->size) &&
	       pv_area_fits(area->reasons, area->nr_reasons, area->reason_size,
			    sizeof(struct pv_exits_vcpu), area->stride) &&
	       pv_area_fits(area->ring, area->ring_size, sizeof(struct pv_exits_event),
			    area->ring_size ? sizeof(struct pv_exits_vcpu) : 0,
			    area->ring_size ? area->stride : U32_MAX);
}

/**
 * pv_area_update - read the layout
 *
 * Return: 0; -ENODEV: no device, or no host side is attached; -ENODATA: the VM has no telemetry;
 * -EPROTO: the layout is invalid.
 */
int pv_area_update(void)
{
	const struct pv_shared_header *header = pv_area.header;
	struct pv_area *area = &pv_area;

	lockdep_assert_held(&pv_area_lock);

	area->epoch = header ? pv_shared_epoch(header) : 0;
	if (!area->epoch)
		return -ENODEV;
	smp_rmb(); /* the epoch before the members that were written before it */

	area->first = pv_shared_word(&header->exits);
	if (!area->first)
		return -ENODATA;
	area->stride = pv_shared_word(&header->exits_stride);
	area->nr = pv_shared_word(&header->exits_nr);
	area->level = pv_shared_word(&header->exits_level);
	area->set = pv_shared_word(&header->exits_set);
	area->khz = pv_shared_word(&header->exits_khz) ?: pv_clock_khz();
	area->reasons = pv_shared_word(&header->exits_reasons);
	area->reason_size = pv_shared_word(&header->exits_reason_size);
	area->nr_reasons = pv_shared_word(&header->exits_nr_reasons);
	area->ring = pv_shared_word(&header->exits_ring);
	area->ring_size = pv_shared_word(&header->exits_ring_size);

	if (!area->khz || !pv_area_is_valid(area)) {
		pv_area_note("its layout does not fit the shared pages");
		return -EPROTO;
	}
	return 0;
}

/**
 * pv_area_vcpu - telemetry of a vCPU
 * @vcpu: the vCPU, below the number of vCPUs
 *
 * pv_area_update() has returned 0 since the lock was taken.
 */
struct pv_exits_vcpu *pv_area_vcpu(u32 vcpu)
{
	lockdep_assert_held(&pv_area_lock);

	return (void *)pv_area.header + pv_area.first + (size_t)vcpu * pv_area.stride;
}

static void pv_area_copy(const struct pv_exits_vcpu *shared, struct pv_exits_read *read,
			 struct pv_exits_stat *stats, u32 nr)
{
	const void *reasons = (const void *)shared + pv_area.reasons;
	u32 i, j;

	read->vcpu_id = pv_shared_word(&shared->vcpu_id);
	read->halts = pv_shared_long(&shared->halts);
	read->halt_time = pv_shared_long(&shared->halt_time);
	read->preemptions = pv_shared_long(&shared->preemptions);
	read->preempt_time = pv_shared_long(&shared->preempt_time);

	for (i = 0; i < nr; i++) {
		const struct pv_exits_reason *reason = reasons + (size_t)i * pv_area.reason_size;
		struct pv_exits_stat *stat = &stats[i];

		stat->reason = pv_shared_word(&reason->reason);
		stat->reserved = 0;
		stat->count = pv_shared_long(&reason->count);
		stat->time = pv_shared_long(&reason->time);
		stat->users = pv_shared_long(&reason->users);
		stat->user_time = pv_shared_long(&reason->user_time);
		for (j = 0; j < PV_EXITS_BUCKETS; j++)
			stat->histogram[j] = pv_shared_long(&reason->histogram[j]);
	}
}

/**
 * pv_area_read - read the counters of a vCPU
 * @vcpu: the vCPU, below the number of vCPUs
 * @read: out: @vcpu_id, @now, and the counters of the vCPU
 * @stats: out: its reasons
 * @nr: in: room at @stats, pv_area.nr_reasons at least; out: reasons
 *
 * pv_area_update() has returned 0 since the lock was taken.
 *
 * Return: 0, or -EAGAIN.
 */
int pv_area_read(u32 vcpu, struct pv_exits_read *read, struct pv_exits_stat *stats, u32 *nr)
{
	const struct pv_exits_vcpu *shared = pv_area_vcpu(vcpu);
	u32 attempt, seq, used;

	for (attempt = 0; attempt < PV_AREA_ATTEMPTS; attempt++, cpu_relax()) {
		seq = pv_shared_word(&shared->seq);
		if (seq & 1)
			continue;
		smp_rmb(); /* the count before the counters */
		used = pv_shared_word(&shared->nr_reasons);
		*nr = min(used, pv_area.nr_reasons);
		pv_area_copy(shared, read, stats, *nr);
		read->now = pv_clock_read();
		smp_rmb(); /* the counters before the count */
		if (pv_shared_word(&shared->seq) != seq)
			continue;

		if (used > pv_area.nr_reasons)
			pv_area_note("a vCPU has more reasons than the maximum");
		return 0;
	}

	return -EAGAIN;
}

/**
 * pv_area_ns - convert a duration
 * @ticks: ticks of the clock of the telemetry
 */
u64 pv_area_ns(u64 ticks)
{
	/* The division of x86 faults if the result does not fit. */
	if (mul_u64_u64_shr(ticks, USEC_PER_SEC, 64) >= pv_area.khz)
		return U64_MAX;
	return mul_u64_u32_div(ticks, USEC_PER_SEC, pv_area.khz);
}

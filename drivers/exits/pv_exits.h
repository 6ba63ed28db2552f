/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of pv_exits.ko, in layers: a file calls files below it only.
 *
 *   device       module init; finds the device and maps its shared pages
 *   chardev      /dev/pv_exits
 *   drain        passes the events of the rings to the trace event
 *   area         telemetry in the shared pages; validates what the host writes
 *   reason       names of reasons; used by libpv too
 *   clock.h      the clock of the telemetry
 */
#ifndef _PV_EXITS_PRIVATE_H
#define _PV_EXITS_PRIVATE_H

#include <linux/mutex.h>
#include <linux/pv_exits.h>
#include <linux/types.h>
#include <pv/exits.h>

#include "../compat.h"

/**
 * struct pv_area - the mapped pages, and their valid layout
 * @header: mapping, NULL: none
 * @size: its size
 * @dev: the device, with a reference
 * @epoch: epoch that the rest was read in, 0: none
 * @level: PV_EXITS_OFF, ...
 * @set: PV_EXITS_VMX, ...
 * @khz: frequency of the clock
 * @first: offset of vCPU 0
 * @stride: bytes per vCPU
 * @nr: number of vCPUs
 * @reasons: offset of the reasons of a vCPU
 * @reason_size: bytes per reason
 * @nr_reasons: reasons of a vCPU at most
 * @ring: offset of the ring of a vCPU
 * @ring_size: events, 0: no ring
 */
struct pv_area {
	struct pv_shared_header *header;
	size_t size;
	struct device *dev;
	u32 epoch;
	u32 level;
	u32 set;
	u32 khz;
	u32 first;
	u32 stride;
	u32 nr;
	u32 reasons;
	u32 reason_size;
	u32 nr_reasons;
	u32 ring;
	u32 ring_size;
};

/* The mapping; pv_area_lock protects it, and all that is done with it. */
extern struct pv_area pv_area;
extern struct mutex pv_area_lock;
extern u64 pv_area_invalid;

/* area.c */
int pv_area_update(void);
void pv_area_note(const char *what);
struct pv_exits_vcpu *pv_area_vcpu(u32 vcpu);
int pv_area_read(u32 vcpu, struct pv_exits_read *read, struct pv_exits_stat *stats, u32 *nr);
u64 pv_area_ns(u64 ticks);

/* drain.c */
void pv_drain_run(void);
void pv_drain_close(void);
int pv_drain_init(void);
void pv_drain_exit(void);
u64 pv_drain_lost(void);

/* chardev.c */
int pv_chardev_init(void);
void pv_chardev_exit(void);

#endif /* _PV_EXITS_PRIVATE_H */

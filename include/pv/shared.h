/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * Guest-host ABI: pages that the host shares with a guest.
 *
 * The host allocates the pages and adds them to the VM as a memory slot, outside of guest RAM.
 * The guest finds them by the second memory range of the device's description, or by
 * PV_HC_DEVICE, and maps them as normal cacheable memory.  A confidential guest maps them
 * shared with the host.  Neither side needs a VM exit to access them.
 *
 *   0x000  struct pv_shared_header, written by the host only
 *   @records + n * @record_size
 *          struct pv_freq_record of guest CPU n, see pv/vcpufreq.h
 *   @exits + n * @exits_stride
 *          exit telemetry of vCPU n, see pv/exits.h
 *
 * All members are little endian.  The guest accesses each 32-bit member by a single aligned
 * 32-bit load or store, and reads a 64-bit member as two halves: if the host is detached, accesses
 * exit to the VMM, which need not be able to emulate others.
 *
 * Each side treats what the other side has written as untrusted data.  A guest ignores reserved
 * members, which a later version can define.
 */
#ifndef _PV_SHARED_H
#define _PV_SHARED_H

#include <linux/types.h>

#define PV_SHARED_MAGIC		0x48535650	/* "PVSH" */
#define PV_SHARED_VERSION	1

/* Address and size of the pages are multiples of the largest page size of a guest. */
#define PV_SHARED_ALIGN		0x10000

/**
 * struct pv_shared_header - first 128 bytes of the shared pages
 * @magic: PV_SHARED_MAGIC
 * @version: PV_SHARED_VERSION; versions only add, so a guest accepts higher ones
 * @epoch: 0 if no host side is attached, and then the guest uses the registers only.  Each
 *         attach sets another value, and the guest sends its requests again.  If the pages are
 *         removed, a VMM normally reads as 0
 * @nr_records: number of records
 * @records: offset of the record of guest CPU 0, a multiple of @record_size
 * @record_size: bytes from one record to the next, a multiple of 128
 * @exits: offset of the telemetry of vCPU 0, 0: the VM has no telemetry
 * @exits_stride: bytes from the telemetry of one vCPU to the next
 * @exits_nr: number of vCPUs that have telemetry
 * @exits_level: PV_EXITS_OFF, ..., what the host writes at present; it can change at any time
 * @exits_set: PV_EXITS_VMX, ..., what a reason of an exit is; 0: the telemetry
 *             was never on
 * @exits_khz: frequency of the clock of the telemetry in kHz, see pv/exits.h; 0: unknown
 * @exits_reasons: offset of the reasons in the telemetry of a vCPU
 * @exits_reason_size: bytes from one reason to the next
 * @exits_nr_reasons: number of reasons of a vCPU at most
 * @exits_ring: offset of the ring in the telemetry of a vCPU
 * @exits_ring_size: events in the ring, a power of 2; 0: no ring
 * @reserved: 0
 *
 * @epoch is valid once it is not 0, and all other members but @exits_level, @exits_set and
 * @exits_khz were written before it.
 */
struct pv_shared_header {
	__le32 magic;
	__le32 version;
	__le32 epoch;
	__le32 nr_records;
	__le32 records;
	__le32 record_size;
	__le32 exits;
	__le32 exits_stride;
	__le32 exits_nr;
	__le32 exits_level;
	__le32 exits_set;
	__le32 exits_khz;
	__le32 exits_reasons;
	__le32 exits_reason_size;
	__le32 exits_nr_reasons;
	__le32 exits_ring;
	__le32 exits_ring_size;
	__le32 reserved[15];
};

#endif /* _PV_SHARED_H */

/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Guest-host ABI: the registers of a virtual cpufreq device, as in the binding
 * qemu,virtual-cpufreq and in Linux' drivers/cpufreq/virtual-cpufreq.c (6.13).
 *
 * Each CPU has a window of PV_FREQ_STRIDE bytes at base + cpu * PV_FREQ_STRIDE,
 * where cpu is the guest's logical CPU number.  Every register is 32 bits wide,
 * little endian, and answers aligned 32-bit accesses only.
 *
 *          +----------------------+
 *   0x00   | cur_perf         ro  |  performance that the vCPU runs at
 *   0x04   | set_perf         wo  |  performance that the guest asks for
 *   0x08   | perftbl_len      ro  |  entries of the table, 1 .. 64; 1 = no table:
 *          |                      |  the entry is the maximum, any 1 .. max goes
 *   0x0c   | perftbl_sel      rw  |  index of the entry that perftbl_rd shows
 *   0x10   | perftbl_rd       ro  |  entry perftbl_sel, or 0 beyond the table
 *   0x14   | perf_domain      ro  |  CPUs of one number share one policy
 *          +----------------------+
 *
 * Performance is in kHz by convention; both sides use it as a plain number.  What a vCPU
 * runs at need not be what was asked for; a host that does not know says that it is.
 *
 * Extension: registers from 0x40 on, all of which read 0 on a host that has none, and
 * whose writes such a host ignores.
 *
 *          +----------------------+
 *   0x40   | ext_magic        ro  |  PV_FREQ_EXT_MAGIC: the rest is there
 *   0x44   | ext_version      ro  |  PV_FREQ_EXT_VERSION; a guest that knows a lower
 *          |                      |  one goes on: versions only add
 *   0x48   | ext_features     ro  |  PV_FREQ_EXT_*
 *   0x50   | record_lo        rw  |  guest-physical address of the CPU's record, a
 *   0x54   | record_hi        rw  |  multiple of PV_FREQ_RECORD_ALIGN
 *   0x58   | record_ctl       rw  |  write PV_FREQ_RECORD_ON or _OFF; read: what is so.
 *          |                      |  A record that the host cannot use stays off
 *          +----------------------+
 *
 * The CPU of a window switches its record on itself: so the host learns which of its
 * threads the CPU is.  The record is on until it is switched off, the host is detached,
 * or the memory goes away; the host reads and writes it until record_ctl reads off.
 */
#ifndef _PV_VCPUFREQ_H
#define _PV_VCPUFREQ_H

#include <linux/types.h>

#define PV_FREQ_STRIDE		0x1000

#define PV_FREQ_CUR_PERF	0x00
#define PV_FREQ_SET_PERF	0x04
#define PV_FREQ_PERFTBL_LEN	0x08
#define PV_FREQ_PERFTBL_SEL	0x0c
#define PV_FREQ_PERFTBL_RD	0x10
#define PV_FREQ_PERF_DOMAIN	0x14

#define PV_FREQ_EXT_MAGIC_REG	0x40
#define PV_FREQ_EXT_VERSION_REG	0x44
#define PV_FREQ_EXT_FEATURES	0x48
#define PV_FREQ_RECORD_LO	0x50
#define PV_FREQ_RECORD_HI	0x54
#define PV_FREQ_RECORD_CTL	0x58

#define PV_FREQ_PERFTBL_MAX	64

#define PV_FREQ_EXT_MAGIC	0x51465650	/* "PVFQ" */
#define PV_FREQ_EXT_VERSION	1

/* ext_features */
#define PV_FREQ_EXT_RECORD	0x1	/* keeps the host's half of the record */
#define PV_FREQ_EXT_LAZY	0x2	/* looks at the guest's half */

/* record_ctl */
#define PV_FREQ_RECORD_OFF	0
#define PV_FREQ_RECORD_ON	1

/* Two lines of 64 bytes: it never crosses a page. */
#define PV_FREQ_RECORD_ALIGN	128

/**
 * struct pv_freq_record - what host and guest tell each other of a CPU without an exit
 * @seq: odd while the host writes its half; an even number that is the same before and
 *       after goes with what was read between
 * @cur_perf: performance that the vCPU runs at, as register cur_perf
 * @ceiling: the host will not give more than this for now; the maximum of the table
 *           where there is no cap; never 0
 * @generation: changes with @ceiling
 * @host_reserved: 0
 * @request: performance that the guest asks for, as register set_perf; 0: nothing yet.
 *           The host looks here when the vCPU leaves its CPU, and at every access to
 *           the device, and takes a number that differs from the last request of the
 *           perf domain as a request.  The guest writes it to the records of all CPUs
 *           of the domain, and before it writes set_perf
 * @guest_reserved: 0
 *
 * All members are little endian.  The first line is the host's, the second the guest's.
 */
struct pv_freq_record {
	__le32 seq;
	__le32 cur_perf;
	__le32 ceiling;
	__le32 generation;
	__le32 host_reserved[12];
	__le32 request;
	__le32 guest_reserved[15];
};

#define PV_FREQ_COMPATIBLE	"qemu,virtual-cpufreq"

#endif /* _PV_VCPUFREQ_H */

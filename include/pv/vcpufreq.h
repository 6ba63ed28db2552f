/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * Guest-host ABI: the virtual cpufreq device.
 *
 * The registers are those of the binding qemu,virtual-cpufreq and of
 * drivers/cpufreq/virtual-cpufreq.c of Linux 6.13.  Each CPU has a frame of PV_FREQ_STRIDE
 * bytes at base + cpu * PV_FREQ_STRIDE, where cpu is the guest's logical CPU number.  Each
 * register is 32 bits wide, little endian, and accepts aligned 32-bit accesses only.
 *
 *          +----------------------+
 *   0x00   | cur_perf         ro  |  current performance of the vCPU
 *   0x04   | set_perf         wo  |  performance that the guest requests
 *   0x08   | perftbl_len      ro  |  entries of the table, 1 .. 64; 1: the entry is the
 *          |                      |  maximum, and each value of 1 .. maximum is valid
 *   0x0c   | perftbl_sel      rw  |  index of the entry that perftbl_rd returns
 *   0x10   | perftbl_rd       ro  |  entry perftbl_sel, or 0 beyond the table
 *   0x14   | perf_domain      ro  |  CPUs with an equal number share one policy
 *          +----------------------+
 *
 * Performance is in kHz by convention; both sides use it as a plain number.  The current
 * performance can differ from the request.  A host that does not know it returns the request.
 *
 * The vCPU that writes set_perf of a frame is, from then on, the CPU of that frame: the host
 * applies requests to its thread, and uses the record of that CPU for it.
 *
 * The host can share pages with the guest, see pv/shared.h.  They have one record per CPU:
 * the guest reads the current performance and the cap there, and posts requests that need not
 * interrupt the vCPU.
 */
#ifndef _PV_VCPUFREQ_H
#define _PV_VCPUFREQ_H

#include <linux/types.h>

#include <pv/shared.h>

#define PV_FREQ_STRIDE		0x1000

#define PV_FREQ_CUR_PERF	0x00
#define PV_FREQ_SET_PERF	0x04
#define PV_FREQ_PERFTBL_LEN	0x08
#define PV_FREQ_PERFTBL_SEL	0x0c
#define PV_FREQ_PERFTBL_RD	0x10
#define PV_FREQ_PERF_DOMAIN	0x14

#define PV_FREQ_PERFTBL_MAX	64

/**
 * struct pv_freq_record - shared record of one guest CPU
 * @cur_perf: current performance of the vCPU, as register cur_perf; 0: unknown, read the
 *            register
 * @cap: highest performance that the host provides at present; the maximum of the table if
 *       there is no cap; 0: unknown
 * @host_reserved: 0
 * @request: performance that the guest requests, as register set_perf; 0: none.  The host
 *           reads it when the vCPU leaves its CPU, and at each access to the device.  A value
 *           that differs from the last request of the perf domain is a new request.  The
 *           guest writes it to the records of all CPUs of the domain, and before it writes
 *           set_perf
 * @guest_reserved: 0
 *
 * The host writes the first 64 bytes, the guest the second 64 bytes.  The members are
 * independent of each other, so no sequence count is needed.
 */
struct pv_freq_record {
	__le32 cur_perf;
	__le32 cap;
	__le32 host_reserved[14];
	__le32 request;
	__le32 guest_reserved[15];
};

/* Size of shared pages with @nr records */
#define PV_FREQ_SHARED_SIZE(nr)						\
	((sizeof(struct pv_shared_header) + (nr) * sizeof(struct pv_freq_record) + \
	  PV_SHARED_ALIGN - 1) / PV_SHARED_ALIGN * PV_SHARED_ALIGN)

/* Firmware lists both: the device with shared pages, and the device that Linux 6.13 drives. */
#define PV_FREQ_COMPATIBLE	"pvguest,virtual-cpufreq"
#define PV_FREQ_COMPATIBLE_QEMU	"qemu,virtual-cpufreq"

#endif /* _PV_VCPUFREQ_H */

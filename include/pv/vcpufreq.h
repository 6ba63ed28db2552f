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
 * Performance is in kHz by convention; both sides use it as a plain number.
 */
#ifndef _PV_VCPUFREQ_H
#define _PV_VCPUFREQ_H

#define PV_FREQ_STRIDE		0x1000

#define PV_FREQ_CUR_PERF	0x00
#define PV_FREQ_SET_PERF	0x04
#define PV_FREQ_PERFTBL_LEN	0x08
#define PV_FREQ_PERFTBL_SEL	0x0c
#define PV_FREQ_PERFTBL_RD	0x10
#define PV_FREQ_PERF_DOMAIN	0x14

#define PV_FREQ_PERFTBL_MAX	64

#define PV_FREQ_COMPATIBLE	"qemu,virtual-cpufreq"

#endif /* _PV_VCPUFREQ_H */

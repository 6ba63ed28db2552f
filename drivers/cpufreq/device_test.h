/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device for the KUnit tests: registers and shared pages in memory.
 *
 * A test defines readl_relaxed() and writel() as the functions below, and then includes the file
 * that it tests.
 */
#ifndef _VCPUFREQ_DEVICE_TEST_H
#define _VCPUFREQ_DEVICE_TEST_H

#include <kunit/test.h>
#include <linux/io.h>

#include "vcpufreq.h"

#define VCPUFREQ_TEST_RECORDS	4

/**
 * struct vcpufreq_test_frame - registers of a CPU, as the host side has them
 * @cur: register cur_perf
 * @set: last value of set_perf
 * @nr_set: number of writes of set_perf
 * @len: register perftbl_len
 * @sel: register perftbl_sel
 * @perf: the table; perftbl_rd reads 0 beyond it
 * @domain: register perf_domain
 */
struct vcpufreq_test_frame {
	u32 cur;
	u32 set;
	u32 nr_set;
	u32 len;
	u32 sel;
	u32 perf[PV_FREQ_PERFTBL_MAX];
	u32 domain;
};

/**
 * struct vcpufreq_test_pages - the shared pages
 */
struct vcpufreq_test_pages {
	struct pv_shared_header header;
	struct pv_freq_record record[VCPUFREQ_TEST_RECORDS];
};

/**
 * struct vcpufreq_test_device - the device, both sides of it
 * @vdev: side of the driver
 * @frame: by CPU, for each possible CPU
 * @pages: shared pages with a record for each CPU of VCPUFREQ_TEST_RECORDS
 * @wrong: accesses to other registers, or beyond the frames
 */
struct vcpufreq_test_device {
	struct vcpufreq_device *vdev;
	struct vcpufreq_test_frame *frame;
	struct vcpufreq_test_pages *pages;
	u32 wrong;
};

struct vcpufreq_test_device *vcpufreq_test_device_new(struct kunit *test);
struct vcpufreq_domain *vcpufreq_test_device_domain(struct kunit *test,
						    struct vcpufreq_test_device *device,
						    u32 min, u32 max);
u32 vcpufreq_test_read(const void __iomem *addr);
void vcpufreq_test_write(u32 value, void __iomem *addr);

#endif /* _VCPUFREQ_DEVICE_TEST_H */

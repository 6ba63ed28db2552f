// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device of the KUnit tests, see device_test.h.
 */
#include <kunit/device.h>
#include <linux/module.h>
#include <linux/overflow.h>

#include "device_test.h"

/* KUnit runs one test at a time. */
static struct vcpufreq_test_device *vcpufreq_test_device;

static void vcpufreq_test_device_exit(void *data)
{
	struct vcpufreq_test_device *device = data;

	free_percpu(device->vdev->cpu);
	vcpufreq_test_device = NULL;
}

/* Pages of a host side that is attached */
static struct vcpufreq_test_pages *vcpufreq_test_device_pages(struct kunit *test)
{
	struct vcpufreq_test_pages *pages;

	pages = kunit_kzalloc(test, sizeof(*pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	pages->header.magic = cpu_to_le32(PV_SHARED_MAGIC);
	pages->header.version = cpu_to_le32(PV_SHARED_VERSION);
	pages->header.epoch = cpu_to_le32(1);
	pages->header.nr_records = cpu_to_le32(VCPUFREQ_TEST_RECORDS);
	pages->header.records = cpu_to_le32(offsetof(struct vcpufreq_test_pages, record));
	pages->header.record_size = cpu_to_le32(sizeof(struct pv_freq_record));
	return pages;
}

/**
 * vcpufreq_test_device_new - make a device that is ready for probe
 * @test: the test
 */
struct vcpufreq_test_device *vcpufreq_test_device_new(struct kunit *test)
{
	struct vcpufreq_test_device *device;
	struct vcpufreq_device *vdev;

	device = kunit_kzalloc(test, sizeof(*device), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, device);
	device->frame = kunit_kcalloc(test, nr_cpu_ids, sizeof(*device->frame), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, device->frame);
	device->pages = vcpufreq_test_device_pages(test);

	vdev = kunit_kzalloc(test, struct_size(vdev, domain, nr_cpu_ids), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vdev);
	vdev->dev = kunit_device_register(test, "vcpufreq");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vdev->dev);
	vdev->shared = &device->pages->header;
	vdev->shared_size = sizeof(*device->pages);
	vdev->cpu = alloc_percpu(struct vcpufreq_cpu);
	KUNIT_ASSERT_NOT_NULL(test, vdev->cpu);

	device->vdev = vdev;
	vcpufreq_test_device = device;
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, vcpufreq_test_device_exit, device));
	return device;
}

/**
 * vcpufreq_test_device_domain - put all CPUs into a perf domain
 * @test: the test
 * @device: the device
 * @min: lowest performance
 * @max: highest performance
 *
 * Return: the domain, without a table.
 */
struct vcpufreq_domain *vcpufreq_test_device_domain(struct kunit *test,
						    struct vcpufreq_test_device *device,
						    u32 min, u32 max)
{
	struct vcpufreq_domain *domain;
	unsigned int cpu;

	domain = kunit_kzalloc(test, sizeof(*domain), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, domain);
	domain->vdev = device->vdev;
	domain->min = min;
	domain->max = max;
	for_each_possible_cpu(cpu) {
		cpumask_set_cpu(cpu, &domain->cpus);
		device->vdev->domain[cpu] = domain;
	}
	return domain;
}

/* The base of the registers is address 0. */
static struct vcpufreq_test_frame *vcpufreq_test_frame(const void __iomem *addr)
{
	unsigned long cpu = (unsigned long)addr / PV_FREQ_STRIDE;

	if (cpu < nr_cpu_ids)
		return &vcpufreq_test_device->frame[cpu];
	vcpufreq_test_device->wrong++;
	return &vcpufreq_test_device->frame[0];
}

/**
 * vcpufreq_test_read - the driver reads a register
 * @addr: its address
 */
u32 vcpufreq_test_read(const void __iomem *addr)
{
	const struct vcpufreq_test_frame *frame = vcpufreq_test_frame(addr);

	switch ((unsigned long)addr % PV_FREQ_STRIDE) {
	case PV_FREQ_CUR_PERF:
		return frame->cur;
	case PV_FREQ_PERFTBL_LEN:
		return frame->len;
	case PV_FREQ_PERFTBL_SEL:
		return frame->sel;
	case PV_FREQ_PERFTBL_RD:
		return frame->sel < ARRAY_SIZE(frame->perf) ? frame->perf[frame->sel] : 0;
	case PV_FREQ_PERF_DOMAIN:
		return frame->domain;
	default:
		vcpufreq_test_device->wrong++;
		return 0;
	}
}

/**
 * vcpufreq_test_write - the driver writes a register
 * @value: the value
 * @addr: its address
 */
void vcpufreq_test_write(u32 value, void __iomem *addr)
{
	struct vcpufreq_test_frame *frame = vcpufreq_test_frame(addr);

	switch ((unsigned long)addr % PV_FREQ_STRIDE) {
	case PV_FREQ_SET_PERF:
		frame->set = value;
		frame->nr_set++;
		break;
	case PV_FREQ_PERFTBL_SEL:
		frame->sel = value;
		break;
	default:
		vcpufreq_test_device->wrong++;
		break;
	}
}

MODULE_DESCRIPTION("KUnit tests of vcpufreq");
MODULE_LICENSE("GPL");

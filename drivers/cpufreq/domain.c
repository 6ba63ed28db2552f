// SPDX-License-Identifier: GPL-2.0-only
/*
 * Performance tables and perf domains.  Probe reads them from the frames of all possible CPUs,
 * and rejects the device if a frame is invalid.  A CPU that comes online reads its frame again,
 * but keeps its table.
 */
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/sort.h>

#include "regs.h"

/* Contents of the register frame of one CPU */
struct vcpufreq_frame {
	u32 domain;
	u32 nr;
	u32 perf[PV_FREQ_PERFTBL_MAX];
};

static int vcpufreq_domain_cmp(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static int vcpufreq_domain_read_len(struct vcpufreq_device *vdev, unsigned int cpu,
				    struct vcpufreq_frame *frame)
{
	frame->nr = vcpufreq_read(vdev, cpu, PV_FREQ_PERFTBL_LEN);

	/* Value of an address without a device */
	if (frame->nr == 0 || frame->nr == U32_MAX)
		return dev_err_probe(vdev->dev, -ENODEV,
				     "CPU%u: perftbl_len reads %#x, so no host side answers there: attach it, then bind again\n",
				     cpu, frame->nr);

	if (frame->nr > PV_FREQ_PERFTBL_MAX)
		return dev_err_probe(vdev->dev, -ENODEV,
				     "CPU%u: perftbl_len is %u, above the maximum of %u\n",
				     cpu, frame->nr, PV_FREQ_PERFTBL_MAX);
	return 0;
}

static int vcpufreq_domain_read(struct vcpufreq_device *vdev, unsigned int cpu,
				struct vcpufreq_frame *frame)
{
	int ret;
	u32 i;

	ret = vcpufreq_domain_read_len(vdev, cpu, frame);
	if (ret)
		return ret;

	frame->domain = vcpufreq_read(vdev, cpu, PV_FREQ_PERF_DOMAIN);

	for (i = 0; i < frame->nr; i++) {
		frame->perf[i] = vcpufreq_read_perf(vdev, cpu, i);

		/* Frequency constraints are signed; the end mark lies above. */
		if (frame->perf[i] == 0 || frame->perf[i] > S32_MAX)
			return dev_err_probe(vdev->dev, -EINVAL,
					     "CPU%u: perf table entry %u is %u, not in 1 .. %d\n",
					     cpu, i, frame->perf[i], S32_MAX);
	}

	sort(frame->perf, frame->nr, sizeof(frame->perf[0]), vcpufreq_domain_cmp, NULL);

	for (i = 1; i < frame->nr; i++) {
		if (frame->perf[i] == frame->perf[i - 1])
			return dev_err_probe(vdev->dev, -EINVAL,
					     "CPU%u: perf table has %u twice\n",
					     cpu, frame->perf[i]);
	}
	return 0;
}

static struct vcpufreq_domain *vcpufreq_domain_find(struct vcpufreq_device *vdev,
						    u32 number)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct vcpufreq_domain *domain = vdev->domain[cpu];

		if (domain && domain->number == number)
			return domain;
	}
	return NULL;
}

static bool vcpufreq_domain_same(const struct vcpufreq_domain *domain,
				 const struct vcpufreq_frame *frame)
{
	u32 i;

	if (domain->nr != frame->nr)
		return false;

	for (i = 0; i < frame->nr; i++) {
		if (domain->entry[i].frequency != frame->perf[i])
			return false;
	}
	return true;
}

static struct vcpufreq_domain *vcpufreq_domain_new(struct vcpufreq_device *vdev,
						   const struct vcpufreq_frame *frame)
{
	struct vcpufreq_domain *domain;
	u32 i;

	domain = devm_kzalloc(vdev->dev, struct_size(domain, entry, frame->nr + 1),
			      GFP_KERNEL);
	if (!domain)
		return NULL;

	domain->vdev = vdev;
	domain->number = frame->domain;
	domain->nr = frame->nr;
	for (i = 0; i < frame->nr; i++)
		domain->entry[i].frequency = frame->perf[i];
	domain->entry[i].frequency = CPUFREQ_TABLE_END;
	domain->min = frame->nr > 1 ? frame->perf[0] : 1;
	domain->max = frame->perf[frame->nr - 1];
	return domain;
}

/* Any value that the register has not after the host side was attached */
static u32 vcpufreq_domain_marker(const struct vcpufreq_device *vdev)
{
	return max(vdev->domain[0]->nr - 1, 1U);
}

/* After each read of a table of CPU 0, which overwrites the marker */
static void vcpufreq_domain_mark(struct vcpufreq_device *vdev)
{
	vcpufreq_write(vdev, 0, PV_FREQ_PERFTBL_SEL, vcpufreq_domain_marker(vdev));
}

static bool vcpufreq_domain_is_marked(struct vcpufreq_device *vdev)
{
	return vcpufreq_read(vdev, 0, PV_FREQ_PERFTBL_SEL) == vcpufreq_domain_marker(vdev);
}

/**
 * vcpufreq_domain_was_attached - check that the host side was attached since the last check
 * @vdev: the device
 *
 * The caller prevents CPU hotplug, which reads tables too.
 *
 * Return: true if the host side has lost the value of perftbl_sel, and its table is valid.
 */
bool vcpufreq_domain_was_attached(struct vcpufreq_device *vdev)
{
	u32 nr;

	if (!vdev->has_marker || vcpufreq_domain_is_marked(vdev))
		return false;

	nr = vcpufreq_read(vdev, 0, PV_FREQ_PERFTBL_LEN);
	return nr && nr <= PV_FREQ_PERFTBL_MAX;
}

/**
 * vcpufreq_domain_load - read and check the tables of all possible CPUs
 * @vdev: the device; sets its @domain and @has_marker
 *
 * Return: 0, or an error after a message that names the CPU and the reason: -ENODEV if there
 * is no device, -EINVAL if the data is invalid.
 */
int vcpufreq_domain_load(struct vcpufreq_device *vdev)
{
	struct vcpufreq_frame frame;
	struct vcpufreq_domain *domain;
	unsigned int cpu;
	int ret;

	for_each_possible_cpu(cpu) {
		ret = vcpufreq_domain_read(vdev, cpu, &frame);
		if (ret)
			return ret;

		domain = vcpufreq_domain_find(vdev, frame.domain);
		if (!domain)
			domain = vcpufreq_domain_new(vdev, &frame);
		else if (!vcpufreq_domain_same(domain, &frame))
			return dev_err_probe(vdev->dev, -EINVAL,
					     "CPU%u: perf table differs from that of the other CPUs of perf domain %u\n",
					     cpu, frame.domain);
		if (!domain)
			return -ENOMEM;

		cpumask_set_cpu(cpu, &domain->cpus);
		vdev->domain[cpu] = domain;
	}

	vcpufreq_domain_mark(vdev);
	vdev->has_marker = vcpufreq_domain_is_marked(vdev);
	return 0;
}

/**
 * vcpufreq_domain_check - check that a table has not changed
 * @vdev: the device
 * @cpu: the CPU, which was offline, or the host side was attached again
 *
 * A policy cannot change its table while it has users.  If the driver rejected the CPU, the
 * core would remove the policy.  So the old table remains, and the driver logs the change.
 */
void vcpufreq_domain_check(struct vcpufreq_device *vdev, unsigned int cpu)
{
	const struct vcpufreq_domain *domain = vdev->domain[cpu];
	struct vcpufreq_frame frame;
	int ret;

	ret = vcpufreq_domain_read(vdev, cpu, &frame);
	if (!cpu)
		vcpufreq_domain_mark(vdev);
	if (ret || (frame.domain == domain->number && vcpufreq_domain_same(domain, &frame)))
		return;

	dev_err(vdev->dev,
		"CPU%u: perf table or domain has changed: the old one is kept, unbind and bind for the new one\n",
		cpu);
}

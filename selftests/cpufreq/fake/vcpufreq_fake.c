// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: a vCPUFreq device whose registers are plain memory, so that it can
 * report invalid data.  The memory is BAR 2 of QEMU's
 *
 *	-object memory-backend-ram,size=1M,id=fake -device ivshmem-plain,memdev=fake
 *
 * This memory is not RAM of the guest, and accesses cause no exit.  Registers have no
 * side effect: perftbl_rd reads the same for every index, set_perf stores the value.
 *
 * With magic, version and features the device offers the extension.  Records are in RAM
 * of this guest, so the parameter host can write valid and invalid data to them.
 *
 * The device exists from insmod to rmmod.  Parameters describe it; each is a list with
 * one element per CPU.  A CPU past the end of a list has its own table of one entry.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include <pv/vcpufreq.h>

#define VCPUFREQ_FAKE_CPUS	64
#define VCPUFREQ_FAKE_BAR	2
#define VCPUFREQ_FAKE_PERF	1000000

static unsigned int len[VCPUFREQ_FAKE_CPUS];
static int nr_len;
module_param_array(len, uint, &nr_len, 0444);
MODULE_PARM_DESC(len, "perftbl_len");

static unsigned int perf[VCPUFREQ_FAKE_CPUS];
static int nr_perf;
module_param_array(perf, uint, &nr_perf, 0444);
MODULE_PARM_DESC(perf, "perftbl_rd");

static unsigned int domain[VCPUFREQ_FAKE_CPUS];
static int nr_domain;
module_param_array(domain, uint, &nr_domain, 0444);
MODULE_PARM_DESC(domain, "perf_domain");

static unsigned int magic, version, features;
module_param(magic, uint, 0444);
MODULE_PARM_DESC(magic, "ext_magic");
module_param(version, uint, 0444);
MODULE_PARM_DESC(version, "ext_version");
module_param(features, uint, 0444);
MODULE_PARM_DESC(features, "ext_features");

static unsigned int size;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of the region, 0: a register frame per possible CPU");

static unsigned int offset;
module_param(offset, uint, 0444);
MODULE_PARM_DESC(offset, "bytes from the start of the BAR to the region");

static struct pci_dev *vcpufreq_fake_pci;
static struct platform_device *vcpufreq_fake_device;
static void __iomem *vcpufreq_fake_base;

static u32 vcpufreq_fake_read(unsigned int cpu, unsigned int reg)
{
	return readl(vcpufreq_fake_base + cpu * PV_FREQ_STRIDE + reg);
}

static int set_perf_get(char *buf, const struct kernel_param *kp)
{
	unsigned int cpu;
	int n = 0;

	for_each_possible_cpu(cpu)
		n += sysfs_emit_at(buf, n, "%s%u", cpu ? "," : "",
				   vcpufreq_fake_read(cpu, PV_FREQ_SET_PERF));
	return n + sysfs_emit_at(buf, n, "\n");
}

static const struct kernel_param_ops set_perf_ops = {
	.get = set_perf_get,
};

module_param_cb(set_perf, &set_perf_ops, NULL, 0444);
MODULE_PARM_DESC(set_perf, "last written values, by CPU (read only)");

static int write_set(const char *val, const struct kernel_param *kp)
{
	unsigned int cpu, reg, value;

	if (sscanf(val, "%u %i %u", &cpu, &reg, &value) != 3 || cpu >= nr_cpu_ids ||
	    reg >= PV_FREQ_STRIDE || !IS_ALIGNED(reg, sizeof(u32)))
		return -EINVAL;

	writel(value, vcpufreq_fake_base + cpu * PV_FREQ_STRIDE + reg);
	return 0;
}

static const struct kernel_param_ops write_ops = {
	.set = write_set,
};

module_param_cb(write, &write_ops, NULL, 0200);
MODULE_PARM_DESC(write, "write 'CPU REGISTER VALUE': sets what the register reads");

static struct pv_freq_record *vcpufreq_fake_record(unsigned int cpu)
{
	u64 addr = vcpufreq_fake_read(cpu, PV_FREQ_RECORD_LO) |
		   (u64)vcpufreq_fake_read(cpu, PV_FREQ_RECORD_HI) << 32;

	if (vcpufreq_fake_read(cpu, PV_FREQ_RECORD_CTL) != PV_FREQ_RECORD_ON ||
	    !addr || !IS_ALIGNED(addr, PV_FREQ_RECORD_ALIGN))
		return NULL;
	return phys_to_virt(addr);
}

/* The last request in memory, by CPU; "off" if the record is off */
static int host_get(char *buf, const struct kernel_param *kp)
{
	struct pv_freq_record *rec;
	unsigned int cpu;
	int n = 0;

	for_each_possible_cpu(cpu) {
		rec = vcpufreq_fake_record(cpu);
		if (cpu)
			n += sysfs_emit_at(buf, n, ",");
		if (rec)
			n += sysfs_emit_at(buf, n, "%u", le32_to_cpu(READ_ONCE(rec->request)));
		else
			n += sysfs_emit_at(buf, n, "off");
	}
	return n + sysfs_emit_at(buf, n, "\n");
}

static int host_set(const char *val, const struct kernel_param *kp)
{
	unsigned int cpu, seq, cur, ceiling, generation;
	struct pv_freq_record *rec;

	if (sscanf(val, "%u %u %u %u %u", &cpu, &seq, &cur, &ceiling, &generation) != 5 ||
	    cpu >= nr_cpu_ids)
		return -EINVAL;

	rec = vcpufreq_fake_record(cpu);
	if (!rec)
		return -ENXIO;

	WRITE_ONCE(rec->seq, cpu_to_le32(1));
	virt_wmb();	/* as a host does, pairs with the driver's */
	WRITE_ONCE(rec->cur_perf, cpu_to_le32(cur));
	WRITE_ONCE(rec->ceiling, cpu_to_le32(ceiling));
	WRITE_ONCE(rec->generation, cpu_to_le32(generation));
	virt_wmb();	/* pairs with the driver's */
	WRITE_ONCE(rec->seq, cpu_to_le32(seq));
	return 0;
}

static const struct kernel_param_ops host_ops = {
	.get = host_get,
	.set = host_set,
};

module_param_cb(host, &host_ops, NULL, 0644);
MODULE_PARM_DESC(host, "write 'CPU SEQ CUR_PERF CEILING GENERATION'; read: requests in memory");

static void vcpufreq_fake_fill(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		void __iomem *win = vcpufreq_fake_base + cpu * PV_FREQ_STRIDE;

		memset_io(win, 0, PV_FREQ_STRIDE);
		writel(cpu < nr_len ? len[cpu] : 1, win + PV_FREQ_PERFTBL_LEN);
		writel(cpu < nr_perf ? perf[cpu] : VCPUFREQ_FAKE_PERF,
		       win + PV_FREQ_PERFTBL_RD);
		writel(cpu < nr_domain ? domain[cpu] : cpu,
		       win + PV_FREQ_PERF_DOMAIN);
		writel(magic, win + PV_FREQ_EXT_MAGIC_REG);
		writel(version, win + PV_FREQ_EXT_VERSION_REG);
		writel(features, win + PV_FREQ_EXT_FEATURES);
	}
}

static int __init vcpufreq_fake_add(void)
{
	resource_size_t start = pci_resource_start(vcpufreq_fake_pci,
						   VCPUFREQ_FAKE_BAR);
	struct resource res = DEFINE_RES_MEM(start + offset,
					     size ?: nr_cpu_ids * PV_FREQ_STRIDE);

	/*
	 * The driver binds by name, because firmware does not describe the device.  The PCI
	 * device is its parent, so it resumes before it and suspends after it.
	 */
	struct platform_device_info info = {
		.parent = &vcpufreq_fake_pci->dev,
		.name = "vcpufreq",
		.id = PLATFORM_DEVID_AUTO,
		.res = &res,
		.num_res = 1,
	};

	vcpufreq_fake_device = platform_device_register_full(&info);
	return PTR_ERR_OR_ZERO(vcpufreq_fake_device);
}

static int __init vcpufreq_fake_init(void)
{
	size_t bytes = (size_t)nr_cpu_ids * PV_FREQ_STRIDE;
	int ret;

	vcpufreq_fake_pci = pci_get_device(PCI_VENDOR_ID_REDHAT_QUMRANET, 0x1110,
					   NULL);
	if (!vcpufreq_fake_pci) {
		pr_err("no ivshmem device: start QEMU with -device ivshmem-plain\n");
		return -ENODEV;
	}

	ret = pci_enable_device(vcpufreq_fake_pci);
	if (ret)
		goto put_pci;

	ret = -EINVAL;
	if (nr_cpu_ids > VCPUFREQ_FAKE_CPUS ||
	    pci_resource_len(vcpufreq_fake_pci, VCPUFREQ_FAKE_BAR) < bytes) {
		pr_err("ivshmem is too small for %u CPUs, or there are too many CPUs\n",
		       nr_cpu_ids);
		goto disable_pci;
	}

	ret = -ENOMEM;
	vcpufreq_fake_base = ioremap(pci_resource_start(vcpufreq_fake_pci,
							VCPUFREQ_FAKE_BAR),
				     bytes);
	if (!vcpufreq_fake_base)
		goto disable_pci;

	vcpufreq_fake_fill();

	ret = vcpufreq_fake_add();
	if (ret)
		goto unmap;

	return 0;

unmap:
	iounmap(vcpufreq_fake_base);
disable_pci:
	pci_disable_device(vcpufreq_fake_pci);
put_pci:
	pci_dev_put(vcpufreq_fake_pci);
	return ret;
}
module_init(vcpufreq_fake_init);

static void __exit vcpufreq_fake_exit(void)
{
	platform_device_unregister(vcpufreq_fake_device);
	iounmap(vcpufreq_fake_base);
	pci_disable_device(vcpufreq_fake_pci);
	pci_dev_put(vcpufreq_fake_pci);
}
module_exit(vcpufreq_fake_exit);

MODULE_DESCRIPTION("A vCPUFreq device in plain memory, for tests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test double: a vCPUFreq device whose registers and shared pages are plain memory, so that
 * it can report invalid data.  The memory is BAR 2 of QEMU's
 *
 *	-object memory-backend-ram,size=1M,id=fake -device ivshmem-plain,memdev=fake
 *
 * This memory is not RAM of the guest, and accesses cause no exit.  Registers have no
 * side effect: perftbl_rd reads the same for every index, set_perf stores the value.
 *
 * The first half of the BAR has the registers, the second half has the shared pages.  The
 * parameters magic to record_size are the members of their header; they can be changed while
 * the device exists.
 *
 * The device exists from insmod to rmmod.  Parameters describe it; each of len, perf and domain
 * is a list with one element per CPU.  A CPU past the end of a list has its own table of one
 * entry.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

#include <pv/vcpufreq.h>

#define VCPUFREQ_FAKE_CPUS	64
#define VCPUFREQ_FAKE_BAR	2
#define VCPUFREQ_FAKE_PERF	1000000
#define VCPUFREQ_FAKE_HALF	SZ_512K
/* Bytes of the shared pages that are mapped */
#define VCPUFREQ_FAKE_MAPPED	(2 * PV_SHARED_ALIGN)

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

static unsigned int size;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of the region, 0: a register frame per possible CPU");

static unsigned int offset;
module_param(offset, uint, 0444);
MODULE_PARM_DESC(offset, "bytes from the start of the BAR to the region");

static unsigned int shared_size = PV_SHARED_ALIGN;
module_param(shared_size, uint, 0444);
MODULE_PARM_DESC(shared_size, "bytes of the shared pages, 0: the device has none");

static unsigned int shared_offset;
module_param(shared_offset, uint, 0444);
MODULE_PARM_DESC(shared_offset, "bytes from the middle of the BAR to the shared pages");

static bool shared_busy;
module_param(shared_busy, bool, 0444);
MODULE_PARM_DESC(shared_busy, "this module requests the region of the shared pages");

static struct pci_dev *vcpufreq_fake_pci;
static struct platform_device *vcpufreq_fake_device;
static void __iomem *vcpufreq_fake_base;
static struct pv_shared_header *vcpufreq_fake_shared;
static unsigned int vcpufreq_fake_at;

static struct pv_shared_header vcpufreq_fake_header = {
	.magic = cpu_to_le32(PV_SHARED_MAGIC),
	.version = cpu_to_le32(PV_SHARED_VERSION),
	.epoch = cpu_to_le32(1),
	.nr_records = cpu_to_le32(VCPUFREQ_FAKE_CPUS),
	.records = cpu_to_le32(sizeof(struct pv_shared_header)),
	.record_size = cpu_to_le32(sizeof(struct pv_freq_record)),
};

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

static void vcpufreq_fake_write_word(const __le32 *word)
{
	size_t index = word - (__le32 *)&vcpufreq_fake_header;

	WRITE_ONCE(((__le32 *)vcpufreq_fake_shared)[index], *word);
}

static int word_get(char *buf, const struct kernel_param *kp)
{
	const __le32 *word = kp->arg;

	return sysfs_emit(buf, "%u\n", le32_to_cpu(*word));
}

/* Parameters of insmod are set before the pages are mapped. */
static int word_set(const char *val, const struct kernel_param *kp)
{
	__le32 *word = kp->arg;
	u32 value;
	int ret;

	ret = kstrtou32(val, 0, &value);
	if (ret)
		return ret;

	*word = cpu_to_le32(value);
	if (vcpufreq_fake_shared)
		vcpufreq_fake_write_word(word);
	return 0;
}

static const struct kernel_param_ops word_ops = {
	.get = word_get,
	.set = word_set,
};

module_param_cb(magic, &word_ops, &vcpufreq_fake_header.magic, 0644);
MODULE_PARM_DESC(magic, "magic of the header");
module_param_cb(version, &word_ops, &vcpufreq_fake_header.version, 0644);
MODULE_PARM_DESC(version, "version of the header");
module_param_cb(epoch, &word_ops, &vcpufreq_fake_header.epoch, 0644);
MODULE_PARM_DESC(epoch, "epoch of the header, 0: no host side is attached");
module_param_cb(nr_records, &word_ops, &vcpufreq_fake_header.nr_records, 0644);
MODULE_PARM_DESC(nr_records, "nr_records of the header");
module_param_cb(records, &word_ops, &vcpufreq_fake_header.records, 0644);
MODULE_PARM_DESC(records, "records of the header");
module_param_cb(record_size, &word_ops, &vcpufreq_fake_header.record_size, 0644);
MODULE_PARM_DESC(record_size, "record_size of the header");

/* The record of a CPU, or NULL if it is not in the pages */
static struct pv_freq_record *vcpufreq_fake_record(unsigned int cpu)
{
	const struct pv_shared_header *header = &vcpufreq_fake_header;
	u64 at = le32_to_cpu(header->records) + (u64)cpu * le32_to_cpu(header->record_size);

	if (cpu >= VCPUFREQ_FAKE_CPUS || !IS_ALIGNED(at, sizeof(u32)) ||
	    at + sizeof(struct pv_freq_record) > PV_SHARED_ALIGN)
		return NULL;
	return (void *)vcpufreq_fake_shared + at;
}

static int record_set(const char *val, const struct kernel_param *kp)
{
	unsigned int cpu, cur, cap;
	struct pv_freq_record *rec;

	if (sscanf(val, "%u %u %u", &cpu, &cur, &cap) != 3)
		return -EINVAL;

	rec = vcpufreq_fake_record(cpu);
	if (!rec)
		return -ENXIO;

	WRITE_ONCE(rec->cur_perf, cpu_to_le32(cur));
	WRITE_ONCE(rec->cap, cpu_to_le32(cap));
	return 0;
}

static const struct kernel_param_ops record_ops = {
	.set = record_set,
};

module_param_cb(record, &record_ops, NULL, 0200);
MODULE_PARM_DESC(record, "write 'CPU CUR_PERF CAP'");

static int posted_get(char *buf, const struct kernel_param *kp)
{
	struct pv_freq_record *rec;
	unsigned int cpu;
	int n = 0;

	for_each_possible_cpu(cpu) {
		rec = vcpufreq_fake_record(cpu);
		n += sysfs_emit_at(buf, n, "%s%u", cpu ? "," : "",
				   rec ? le32_to_cpu(READ_ONCE(rec->request)) : 0);
	}
	return n + sysfs_emit_at(buf, n, "\n");
}

static int posted_set(const char *val, const struct kernel_param *kp)
{
	struct pv_freq_record *rec;
	unsigned int cpu, request;

	if (sscanf(val, "%u %u", &cpu, &request) != 2)
		return -EINVAL;

	rec = vcpufreq_fake_record(cpu);
	if (!rec)
		return -ENXIO;

	WRITE_ONCE(rec->request, cpu_to_le32(request));
	return 0;
}

static const struct kernel_param_ops posted_ops = {
	.get = posted_get,
	.set = posted_set,
};

module_param_cb(posted, &posted_ops, NULL, 0644);
MODULE_PARM_DESC(posted, "requests in the records, by CPU; write 'CPU REQUEST'");

static int at_set(const char *val, const struct kernel_param *kp)
{
	u32 at, nr, value, i;

	if (sscanf(val, "%i %i %i", &at, &nr, &value) != 3 || !IS_ALIGNED(at, sizeof(u32)) ||
	    at >= VCPUFREQ_FAKE_MAPPED || nr > (VCPUFREQ_FAKE_MAPPED - at) / sizeof(u32))
		return -EINVAL;

	for (i = 0; i < nr; i++)
		WRITE_ONCE(((__le32 *)vcpufreq_fake_shared)[at / sizeof(u32) + i],
			   cpu_to_le32(value));
	vcpufreq_fake_at = at;
	return 0;
}

static int at_get(char *buf, const struct kernel_param *kp)
{
	__le32 word = ((__le32 *)vcpufreq_fake_shared)[vcpufreq_fake_at / sizeof(u32)];

	return sysfs_emit(buf, "%u\n", le32_to_cpu(word));
}

static const struct kernel_param_ops at_ops = {
	.set = at_set,
	.get = at_get,
};

module_param_cb(at, &at_ops, NULL, 0600);
MODULE_PARM_DESC(at, "write 'OFFSET NUMBER VALUE': words of the shared pages; reads the last OFFSET");

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
	}
}

static void vcpufreq_fake_fill_shared(void)
{
	memset(vcpufreq_fake_shared, 0, VCPUFREQ_FAKE_MAPPED);
	memcpy(vcpufreq_fake_shared, &vcpufreq_fake_header, sizeof(vcpufreq_fake_header));
}

static resource_size_t vcpufreq_fake_shared_start(void)
{
	return pci_resource_start(vcpufreq_fake_pci, VCPUFREQ_FAKE_BAR) + VCPUFREQ_FAKE_HALF +
	       shared_offset;
}

static int __init vcpufreq_fake_add(void)
{
	resource_size_t start = pci_resource_start(vcpufreq_fake_pci,
						   VCPUFREQ_FAKE_BAR);
	struct resource res[] = {
		DEFINE_RES_MEM(start + offset, size ?: nr_cpu_ids * PV_FREQ_STRIDE),
		DEFINE_RES_MEM(vcpufreq_fake_shared_start(), shared_size),
	};

	/*
	 * The driver binds by name, because firmware does not describe the device.  The PCI
	 * device is its parent, so it resumes before it and suspends after it.
	 */
	struct platform_device_info info = {
		.parent = &vcpufreq_fake_pci->dev,
		.name = "vcpufreq",
		.id = PLATFORM_DEVID_AUTO,
		.res = res,
		.num_res = shared_size ? 2 : 1,
	};

	vcpufreq_fake_device = platform_device_register_full(&info);
	return PTR_ERR_OR_ZERO(vcpufreq_fake_device);
}

/* Maps the pages as the driver does: x86 rejects mappings with different memory types. */
static int __init vcpufreq_fake_map_shared(void)
{
	resource_size_t start = vcpufreq_fake_shared_start();

	vcpufreq_fake_shared = memremap(start, VCPUFREQ_FAKE_MAPPED, MEMREMAP_WB);
	if (!vcpufreq_fake_shared)
		return -ENOMEM;

	if (shared_busy && !request_mem_region(start, shared_size, "vcpufreq_fake")) {
		memunmap(vcpufreq_fake_shared);
		return -EBUSY;
	}
	vcpufreq_fake_fill_shared();
	return 0;
}

static void vcpufreq_fake_unmap_shared(void)
{
	memunmap(vcpufreq_fake_shared);
}

/* The resource of the device becomes the parent of the region, and removes it. */
static void vcpufreq_fake_release_shared(void)
{
	if (shared_busy)
		release_mem_region(vcpufreq_fake_shared_start(), shared_size);
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
	    pci_resource_len(vcpufreq_fake_pci, VCPUFREQ_FAKE_BAR) < 2 * VCPUFREQ_FAKE_HALF ||
	    shared_offset > VCPUFREQ_FAKE_HALF - VCPUFREQ_FAKE_MAPPED) {
		pr_err("ivshmem is smaller than 1 MiB, there are more than %u CPUs, or shared_offset is too large\n",
		       VCPUFREQ_FAKE_CPUS);
		goto disable_pci;
	}

	ret = -ENOMEM;
	vcpufreq_fake_base = ioremap(pci_resource_start(vcpufreq_fake_pci,
							VCPUFREQ_FAKE_BAR),
				     bytes);
	if (!vcpufreq_fake_base)
		goto disable_pci;

	vcpufreq_fake_fill();

	ret = vcpufreq_fake_map_shared();
	if (ret)
		goto unmap;

	ret = vcpufreq_fake_add();
	if (ret)
		goto unmap_shared;

	return 0;

unmap_shared:
	vcpufreq_fake_release_shared();
	vcpufreq_fake_unmap_shared();
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
	vcpufreq_fake_release_shared();
	platform_device_unregister(vcpufreq_fake_device);
	vcpufreq_fake_unmap_shared();
	iounmap(vcpufreq_fake_base);
	pci_disable_device(vcpufreq_fake_pci);
	pci_dev_put(vcpufreq_fake_pci);
}
module_exit(vcpufreq_fake_exit);

MODULE_DESCRIPTION("A vCPUFreq device in plain memory, for tests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");

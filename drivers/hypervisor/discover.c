// SPDX-License-Identifier: GPL-2.0
/*
 * Discovery of the virtual cpufreq device of a host that firmware does not describe.
 *
 * The host is queried when the module is loaded, every rescan_s seconds until a device exists,
 * and when user space writes to /sys/hypervisor/pv/rescan.  A description by device tree or
 * ACPI takes precedence.
 *
 * A detached host does not remove the device, because its driver handles that.  A host with
 * another answer replaces it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <pv/hypercall.h>
#include <pv/vcpufreq.h>

#include "discover.h"
#include "machine.h"
#include "pv_hypervisor.h"

/* The driver vcpufreq binds to this name. */
#define PV_DISCOVER_NAME	"vcpufreq"

static unsigned int rescan_s = 10;
module_param(rescan_s, uint, 0444);
MODULE_PARM_DESC(rescan_s, "seconds between queries for a device, 0: never (default: 10)");

static DEFINE_MUTEX(pv_discover_lock);		/* protects the next three */
static struct platform_device *pv_discover_device;
static struct pv_discover_answer pv_discover_current;
static struct pv_discover_answer pv_discover_rejected;

static struct workqueue_struct *pv_discover_wq;
static struct delayed_work pv_discover_work;

static int pv_discover_word(u64 word, u64 *value)
{
	const u64 args[4] = { 0, word };
	u64 result[4];
	int err;

	err = pv_hypercall(PV_HC_DEVICE, args, result);
	if (err)
		return err;
	/* A status */
	if ((s64)result[0] < 0)
		return -ENODEV;

	*value = result[0];
	return 0;
}

static int pv_discover_read(struct pv_discover_answer *answer)
{
	u64 base;
	int err;

	err = pv_discover_word(PV_DEVICE_BASE, &answer->base) ?:
	      pv_discover_word(PV_DEVICE_NR_CPUS, &answer->nr_cpus) ?:
	      pv_discover_word(PV_DEVICE_SHARED_BASE, &answer->shared_base) ?:
	      pv_discover_word(PV_DEVICE_SHARED_SIZE, &answer->shared_size) ?:
	      pv_discover_word(PV_DEVICE_BASE, &base);
	if (err)
		return err;

	/* The VM can be detached and attached between two calls. */
	return base == answer->base ? 0 : -EAGAIN;
}

static int pv_discover_query(struct pv_discover_answer *answer)
{
	struct pv_host host;
	int err = pv_host_query(&host);

	if (err)
		return err;
	if (!host.present || !(host.features & PV_FEATURE_DEVICE))
		return -ENODEV;
	return pv_discover_read(answer);
}

static int pv_discover_match(struct device *dev, void *unused)
{
	const struct fwnode_handle *fwnode = dev_fwnode(dev);

	return fwnode && (fwnode_property_match_string(fwnode, "compatible",
						       PV_FREQ_COMPATIBLE) >= 0 ||
			  fwnode_property_match_string(fwnode, "compatible",
						       PV_FREQ_COMPATIBLE_QEMU) >= 0);
}

static bool pv_discover_is_described(void)
{
	return bus_for_each_dev(&platform_bus_type, NULL, NULL, pv_discover_match);
}

static enum pv_address_use pv_discover_used(__u64 base, __u64 size)
{
	if (region_intersects(base, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
	    REGION_DISJOINT)
		return PV_ADDRESS_MEMORY;
	if (region_intersects(base, size, IORESOURCE_MEM, IORES_DESC_NONE) != REGION_DISJOINT)
		return PV_ADDRESS_RESOURCE;
	return PV_ADDRESS_FREE;
}

static void pv_discover_remove(void)
{
	if (!pv_discover_device)
		return;

	platform_device_unregister(pv_discover_device);
	pv_discover_device = NULL;
}

static enum pv_discover_fault pv_discover_add(const struct pv_discover_answer *answer)
{
	const struct resource res[] = {
		DEFINE_RES_MEM_NAMED(answer->base, pv_discover_size(answer), PV_DISCOVER_NAME),
		DEFINE_RES_MEM_NAMED(answer->shared_base, answer->shared_size,
				     PV_DISCOVER_NAME " shared"),
	};
	/* The driver reports the source of the device. */
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_BOOL("pvguest,hypercall"),
		{ }
	};
	const struct platform_device_info info = {
		.name		= PV_DISCOVER_NAME,
		.id		= PLATFORM_DEVID_NONE,
		.res		= res,
		.num_res	= answer->shared_size ? 2 : 1,
		.properties	= properties,
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	if (IS_ERR(pdev))
		return PV_FAULT_CREATE;

	pr_info("cpufreq device of the host at %#llx for %llu CPUs\n", answer->base,
		answer->nr_cpus);
	pv_discover_device = pdev;
	pv_discover_current = *answer;
	return PV_FAULT_NONE;
}

/* Validate @answer and create the device.  The log has one line per distinct answer. */
static int pv_discover_create(const struct pv_discover_answer *answer)
{
	const struct pv_discover_guest guest = {
		.nr_cpus	= nr_cpu_ids,
		.last		= pv_machine_last_address(),
		.use		= pv_discover_used,
	};
	enum pv_discover_fault fault = pv_discover_check(answer, &guest);

	if (!fault)
		fault = pv_discover_add(answer);
	if (!fault)
		return 0;

	if (memcmp(answer, &pv_discover_rejected, sizeof(*answer)))
		pr_err("rejected the host's device (base %#llx, %llu CPUs, shared %#llx + %#llx): %s; %s\n",
		       answer->base, answer->nr_cpus, answer->shared_base, answer->shared_size,
		       pv_discover_fault_text(fault), pv_discover_fault_todo(fault));
	pv_discover_rejected = *answer;
	return -EPROTO;
}

/*
 * Return: 0 if a device exists, -ENODEV if the host has none, -EPROTO if its answer is invalid,
 * -EAGAIN if the answer changes.
 */
static int pv_discover_scan(void)
{
	struct pv_discover_answer answer;
	int err;

	if (pv_discover_is_described()) {
		pv_discover_remove();
		return 0;
	}

	err = pv_discover_query(&answer);
	if (err)
		return pv_discover_device ? 0 : err;
	if (pv_discover_device && !memcmp(&answer, &pv_discover_current, sizeof(answer)))
		return 0;
	/* The host does not serve the old address, and both can overlap. */
	pv_discover_remove();
	return pv_discover_create(&answer);
}

static void pv_discover_queue(void)
{
	if (rescan_s)
		queue_delayed_work(pv_discover_wq, &pv_discover_work,
				   round_jiffies_relative((unsigned long)rescan_s * HZ));
}

static void pv_discover_poll(struct work_struct *work)
{
	int err;

	mutex_lock(&pv_discover_lock);
	err = pv_discover_scan();
	mutex_unlock(&pv_discover_lock);
	if (err)
		pv_discover_queue();
}

int pv_discover_rescan(void)
{
	struct platform_device *old;
	int err;

	if (!pv_on_kvm())
		return -ENODEV;

	mutex_lock(&pv_discover_lock);
	old = pv_discover_device;
	err = pv_discover_scan();
	/* The driver does not bind while the VM is detached. */
	if (pv_discover_device && pv_discover_device == old)
		err = min(device_attach(&pv_discover_device->dev), 0);
	mutex_unlock(&pv_discover_lock);
	if (err)
		pv_discover_queue();
	return err;
}

int __init pv_discover_init(void)
{
	if (!pv_on_kvm())
		return 0;

	pv_discover_wq = alloc_workqueue("pv_discover_device", WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!pv_discover_wq)
		return -ENOMEM;

	/* An idle CPU does not wake up for a query. */
	INIT_DEFERRABLE_WORK(&pv_discover_work, pv_discover_poll);
	pv_discover_poll(NULL);
	return 0;
}

void pv_discover_exit(void)
{
	if (!pv_discover_wq)
		return;

	cancel_delayed_work_sync(&pv_discover_work);
	destroy_workqueue(pv_discover_wq);
	pv_discover_remove();
}

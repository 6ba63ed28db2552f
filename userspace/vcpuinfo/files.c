// SPDX-License-Identifier: GPL-2.0
/*
 * The files that vcpuinfo reads and that --record copies: one table for both.
 *
 * vcpuinfo cannot read a file without a row here, see files_open(), and --record copies
 * every file with a row.  So a recorded machine has each file that the program reads.
 * Rows for files that no section reads yet help to find the cause of a wrong detection.
 *
 * A new row needs a scrub function that copies known contents only.  Serial numbers,
 * UUIDs, asset tags, MAC addresses and host names must not be recorded.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "record.h"

#define DMI_DIR		"/sys/class/dmi/id"
#define DT_BASE		"/sys/firmware/devicetree/base"

const struct file files[] = {
	/* CPUs */
	{ "", "cpuid", .scrub = scrub_cpuid },
	{ "", "cpuid-xen", .scrub = scrub_cpuid_xen },
	{ "", "exits", .scrub = scrub_exits },
	{ "/proc", "cpuinfo", .scrub = scrub_cpuinfo },
	{ "/proc", "stat", .scrub = scrub_stat },
	{ CPU_DIR, "present possible online", .scrub = scrub_numbers },
	{ CPU_DIR "/cpuidle", "current_driver current_governor", .scrub = scrub_names },
	{ CPU_DIR "/cpu*/cpuidle/state*", "name", .scrub = scrub_names },
	{ CPU_DIR "/cpu*/cpuidle/state*", "time usage", .scrub = scrub_numbers },
	{ "/sys/module/haltpoll/parameters", "guest_halt_poll_ns", .scrub = scrub_numbers },
	{ "/sys/devices/system/clocksource/clocksource0",
	  "current_clocksource available_clocksource", .scrub = scrub_names },

	/* The kernel's drivers of a hypervisor, and pv_hypervisor */
	{ "/proc/xen", "capabilities", .scrub = scrub_names },
	{ "/sys/hypervisor", "type", .scrub = scrub_names },
	{ "/sys/hypervisor/properties", "features", .scrub = scrub_numbers },
	{ "/sys/hypervisor/version", "major minor", .scrub = scrub_numbers },
	{ "/sys/hypervisor/version", "extra", .scrub = scrub_names },
	{ MODULE_DIR, "vendor evidence signatures features hints interfaces conduit confidential",
	  .scrub = scrub_names },
	{ MODULE_DIR, "host_abi host_features", .scrub = scrub_names },
	{ "/sys/module/pv_hypercall/parameters", "unsafe_calls", .scrub = scrub_names },

	/* Firmware */
	{ DMI_DIR, "sys_vendor product_name product_version product_family",
	  .scrub = scrub_firmware },
	{ DMI_DIR, "board_vendor board_name board_version", .scrub = scrub_firmware },
	{ DMI_DIR, "bios_vendor bios_version bios_date bios_release", .scrub = scrub_firmware },
	{ DMI_DIR, "chassis_vendor chassis_version", .scrub = scrub_firmware },
	{ DMI_DIR, "chassis_type", .scrub = scrub_numbers },
	{ DMI_DIR, "chassis_asset_tag", .scrub = smbios_asset_tag },
	{ "/sys/firmware/dmi/tables", "smbios_entry_point", .scrub = smbios_entry },
	{ "/sys/firmware/dmi/tables", "DMI", .scrub = smbios_table },
	{ "/sys/firmware/acpi/tables", "FACP", .scrub = scrub_fadt },
	{ "/sys/firmware/qemu_fw_cfg", "rev", .scrub = scrub_numbers },
	{ "/sys/bus/acpi/devices/QEMU0002:00", "hid", .scrub = scrub_names },
	{ DT_BASE, "compatible", .scrub = scrub_names },
	{ DT_BASE, "model", .scrub = scrub_firmware },
	{ DT_BASE "/hypervisor", "compatible name", .scrub = scrub_names },
	{ DT_BASE "/psci", "compatible method", .scrub = scrub_names },
	{ DT_BASE "/fw-cfg@*", "compatible", .scrub = scrub_names },

	/* Devices */
	{ "/sys/devices/platform/arm-cca-dev", "uevent", .scrub = scrub_uevent },
	{ "/sys/devices/platform/sev-guest", "uevent", .scrub = scrub_uevent },
	{ "/sys/bus/pci/devices/*", "vendor device class subsystem_vendor subsystem_device",
	  .scrub = scrub_numbers },
	{ "/sys/bus/virtio/devices/*", "vendor device", .scrub = scrub_numbers },
	/* The identifier of a VMBus network device contains its MAC address. */
	{ "/sys/bus/vmbus/devices/*", "class_id", .scrub = scrub_names, .alias = "vmbus_" },

	/* cpufreq */
	{ CPU_DIR, "cpufreq", .scrub = NULL },
	{ POLICY_DIR "/policy*", "related_cpus affected_cpus", .scrub = scrub_numbers },
	{ POLICY_DIR "/policy*", "scaling_cur_freq scaling_min_freq scaling_max_freq",
	  .scrub = scrub_numbers },
	{ POLICY_DIR "/policy*", "cpuinfo_min_freq cpuinfo_max_freq", .scrub = scrub_numbers },
	{ POLICY_DIR "/policy*", "scaling_driver scaling_governor scaling_available_governors",
	  .scrub = scrub_names },
	{ CPU_DIR "/cpu*/cpufreq", "scaling_cur_freq scaling_min_freq scaling_max_freq",
	  .scrub = scrub_numbers },
	{ CPU_DIR "/cpu*/cpufreq", "scaling_governor", .scrub = scrub_names },
	{ DRIVER_DIR "/*", "source", .scrub = scrub_names },
	{ DRIVER_DIR "/*", "shared_mem requests register_writes suppressed deferred",
	  .scrub = scrub_numbers },
	{ DRIVER_DIR "/*/percpu", "requests register_writes suppressed deferred",
	  .scrub = scrub_numbers },
	{}
};

/* Does the path from @path to @end match @pattern? */
static bool match_dir(const char *pattern, const char *path, const char *end)
{
	for (; *pattern; pattern++) {
		if (*pattern == '*') {
			while (path < end && *path != '/')
				path++;
			continue;
		}
		if (path == end || *path++ != *pattern)
			return false;
	}
	return path == end;
}

/* May vcpuinfo read this file? */
bool files_listed(const char *path)
{
	const char *slash = strrchr(path, '/');
	const struct file *f;

	if (!slash)
		return false;
	for (f = files; f->dir; f++)
		if (f->scrub && match_dir(f->dir, path, slash) &&
		    fact_has_word(f->names, slash + 1))
			return true;
	return false;
}

/* pv_sysfs_open() for the files of the table only */
int files_open(struct pv_sysfs *sysfs, const char *root)
{
	int error = pv_sysfs_open(sysfs, root);

	sysfs->listed = files_listed;
	return error;
}

/* Has the machine the root of a tree, or a file in it? */
bool files_recorded(const struct pv_sysfs *sysfs)
{
	static const char * const names[] = {
		"proc", "sys", "cpuid", "cpuid-xen", "exits",
	};
	struct stat st;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!fstatat(sysfs->root, names[i], &st, AT_SYMLINK_NOFOLLOW))
			return true;
	return sysfs->live;
}

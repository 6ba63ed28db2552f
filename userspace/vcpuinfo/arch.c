// SPDX-License-Identifier: GPL-2.0
/*
 * The architecture of the machine: a recorded one can differ from that of the program.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "vcpuinfo.h"

#define DT_PSCI	"/sys/firmware/devicetree/base/psci/compatible"

static enum arch native(void)
{
	struct utsname uts;

	if (uname(&uts))
		return ARCH_UNKNOWN;
	return strcmp(uts.machine, "aarch64") ? ARCH_X86 : ARCH_ARM64;
}

static bool exists(const struct vcpuinfo *v, const char *path)
{
	char *text = pv_sysfs_text(&v->sysfs, "%s", path);
	bool found = text;

	free(text);
	return found;
}

static enum arch of_cpuinfo(const struct vcpuinfo *v)
{
	char *text = pv_sysfs_text(&v->sysfs, "/proc/cpuinfo");
	enum arch arch = ARCH_UNKNOWN;

	if (text && strstr(text, "CPU implementer"))
		arch = ARCH_ARM64;
	else if (text && (strstr(text, "vendor_id") || strstr(text, "flags")))
		arch = ARCH_X86;
	free(text);
	return arch;
}

/* By the instruction that the module pv_hypervisor uses */
static enum arch of_module(const struct vcpuinfo *v)
{
	char *text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/conduit");
	enum arch arch = ARCH_UNKNOWN;

	if (text && (!strcmp(text, "hvc") || !strcmp(text, "smc")))
		arch = ARCH_ARM64;
	else if (text && (!strcmp(text, "vmcall") || !strcmp(text, "vmmcall")))
		arch = ARCH_X86;
	free(text);
	return arch;
}

/**
 * vcpuinfo_arch - the architecture of the machine
 * @v: machine
 *
 * Return: the architecture, ARCH_UNKNOWN if a recorded machine does not show it.
 */
enum arch vcpuinfo_arch(const struct vcpuinfo *v)
{
	enum arch arch;

	if (v->sysfs.live)
		return native();
	if (exists(v, DUMP))
		return ARCH_X86;
	arch = of_cpuinfo(v);
	if (arch == ARCH_UNKNOWN)
		arch = of_module(v);
	if (arch == ARCH_UNKNOWN && exists(v, DT_PSCI))
		arch = ARCH_ARM64;
	return arch;
}

/**
 * vcpuinfo_is_native - is the architecture of the machine that of the program?
 * @v: machine
 *
 * Return: false if it is another one, or not known.
 */
bool vcpuinfo_is_native(const struct vcpuinfo *v)
{
	return vcpuinfo_arch(v) == native();
}

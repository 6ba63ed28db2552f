// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost describe: how a guest learns of the device
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pv/vcpufreq.h>

#include "pvhost.h"

static const struct option options[] = {
	{ "vcpus", required_argument, NULL, 'n' },
	{ "base", required_argument, NULL, 'b' },
	{ "arch", required_argument, NULL, 'A' },
	{ "format", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/* An overlay for fdtoverlay(1); a target-path needs no symbols in the base tree. */
static void describe_dts(__u64 base, __u64 size)
{
	printf("/dts-v1/;\n"
	       "/plugin/;\n"
	       "\n"
	       "/ {\n"
	       "\tfragment@0 {\n"
	       "\t\ttarget-path = \"/\";\n"
	       "\n"
	       "\t\t__overlay__ {\n"
	       "\t\t\t#address-cells = <2>;\n"
	       "\t\t\t#size-cells = <2>;\n"
	       "\n"
	       "\t\t\tcpufreq@%llx {\n"
	       "\t\t\t\tcompatible = \"%s\";\n"
	       "\t\t\t\treg = <0x%08x 0x%08x 0x%08x 0x%08x>;\n"
	       "\t\t\t};\n"
	       "\t\t};\n"
	       "\t};\n"
	       "};\n",
	       base, PV_FREQ_COMPATIBLE, (__u32)(base >> 32), (__u32)base,
	       (__u32)(size >> 32), (__u32)size);
}

static void asl_memory(__u64 base, __u64 size)
{
	__u64 last = base + size - 1;

	if (last <= UINT32_MAX)
		printf("\t\t\t\tMemory32Fixed (ReadWrite, 0x%08llX, 0x%08llX)\n",
		       base, size);
	else
		printf("\t\t\t\tQWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed,\n"
		       "\t\t\t\t\tNonCacheable, ReadWrite, 0,\n"
		       "\t\t\t\t\t0x%llX, 0x%llX, 0, 0x%llX)\n",
		       base, last, size);
}

/*
 * An SSDT for iasl(1).  PRP0001 and the UUID of device properties make Linux take
 * "compatible" as a device tree's, see the kernel's firmware-guide/acpi/enumeration.
 */
static void describe_asl(__u64 base, __u64 size)
{
	printf("DefinitionBlock (\"\", \"SSDT\", 2, \"PVHOST\", \"VCPUFREQ\", 0x00000001)\n"
	       "{\n"
	       "\tScope (\\_SB)\n"
	       "\t{\n"
	       "\t\tDevice (VFRQ)\n"
	       "\t\t{\n"
	       "\t\t\tName (_HID, \"PRP0001\")\n"
	       "\t\t\tName (_UID, \"vcpufreq\")\n"
	       "\t\t\tName (_STA, 0x0F)\n"
	       "\t\t\tName (_CRS, ResourceTemplate ()\n"
	       "\t\t\t{\n");
	asl_memory(base, size);
	printf("\t\t\t})\n"
	       "\t\t\tName (_DSD, Package ()\n"
	       "\t\t\t{\n"
	       "\t\t\t\tToUUID (\"daffd814-6eba-4d8c-8a91-bc9bbf4aa301\"),\n"
	       "\t\t\t\tPackage ()\n"
	       "\t\t\t\t{\n"
	       "\t\t\t\t\tPackage (2) { \"compatible\", \"%s\" }\n"
	       "\t\t\t\t}\n"
	       "\t\t\t})\n"
	       "\t\t}\n"
	       "\t}\n"
	       "}\n",
	       PV_FREQ_COMPATIBLE);
}

static const struct format {
	const char *name;
	void (*describe)(__u64 base, __u64 size);
} formats[] = {
	{ "dts", describe_dts },
	{ "asl", describe_asl },
};

static const struct format *find_format(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	}

	errx(EXIT_FAILURE, "--format: there is no format \"%s\": it is dts or asl", name);
}

int pvhost_describe(int argc, char **argv)
{
	const char *base_text = NULL, *format = NULL, *arch = NULL;
	const struct pvhost_place *place;
	__u32 nr_cpus = 0;
	__u64 base;
	int c;

	while ((c = getopt_long(argc, argv, "n:b:A:f:h", options, NULL)) >= 0) {
		switch (c) {
		case 'n':
			nr_cpus = pvhost_number("--vcpus", optarg, 1, PVHOST_MAX_VCPUS);
			break;
		case 'b':
			base_text = optarg;
			break;
		case 'A':
			arch = optarg;
			break;
		case 'f':
			format = optarg;
			break;
		case 'h':
			pvhost_usage();
		default:
			pvhost_try_help();
		}
	}

	pvhost_no_more(argc, argv);
	if (!nr_cpus) {
		warnx("describe: say by --vcpus how many CPUs the guest has");
		pvhost_try_help();
	}

	place = pvhost_place(arch);
	base = pvhost_base(place, base_text, nr_cpus);
	find_format(format ? format : place->format)->describe(base, (__u64)nr_cpus *
							       PV_FREQ_STRIDE);
	return EXIT_SUCCESS;
}

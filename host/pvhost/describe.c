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

static const struct format {
	const char *name;
	void (*print)(FILE *out, __u64 base, __u64 size);
} formats[] = {
	{ "dts", pvhost_fdt_print },
	{ "asl", pvhost_ssdt_print },
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
	find_format(format ? format : place->format)->print(stdout, base,
							    (__u64)nr_cpus * PV_FREQ_STRIDE);
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost cap
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static __u32 read_cap(int argc, char **argv)
{
	if (optind == argc) {
		warnx("cap: give a frequency in kHz, or none");
		pvhost_try_help();
	}

	if (!strcmp(argv[optind], "none")) {
		optind++;
		return 0;
	}

	return pvhost_number("cap", argv[optind++], 1, UINT32_MAX);
}

int pvhost_cap(int argc, char **argv)
{
	struct pvhost_select select = { };
	struct kvm_pv_vm *vms;
	size_t i, nr, nr_capped = 0;
	bool all = false;
	__u32 khz;
	int c, fd;

	while ((c = getopt_long(argc, argv, "p:i:ah", options, NULL)) >= 0) {
		switch (c) {
		case 'a':
			all = true;
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_select_option(&select, c, optarg))
				pvhost_try_help();
		}
	}

	khz = read_cap(argc, argv);
	pvhost_no_more(argc, argv);
	if (select.by_pid + select.by_id + all != 1) {
		warnx("cap: select a VM by one of --pid, --name, --libvirt, --id and --all");
		pvhost_try_help();
	}

	fd = pvhost_device_open();
	vms = pvhost_device_list(fd, &nr);
	for (i = 0; i < nr; i++) {
		/* A VM that has ended since needs no cap. */
		if (pvhost_selects(&select, &vms[i])) {
			pvhost_device_cap(fd, &vms[i], khz);
			nr_capped++;
		}
	}

	if (!nr_capped && !all)
		pvhost_selects_none(&select);

	free(vms);
	return EXIT_SUCCESS;
}

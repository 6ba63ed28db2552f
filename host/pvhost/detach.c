// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost detach
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

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

int pvhost_detach(int argc, char **argv)
{
	struct pvhost_select select = { };
	struct kvm_pv_vm *vms;
	size_t i, nr, nr_detached = 0;
	bool all = false;
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

	if (!all)
		pvhost_select_operand(&select, argc, argv);
	pvhost_no_more(argc, argv);
	pvhost_select_check(&select, all);

	fd = pvhost_device_open();
	vms = pvhost_device_list(fd, &nr);
	for (i = 0; i < nr; i++) {
		/* A VM that has ended since is as good as detached. */
		if (pvhost_selects(&select, &vms[i])) {
			pvhost_device_detach(fd, vms[i].id);
			nr_detached++;
		}
	}

	if (!nr_detached && !all)
		pvhost_selects_none(&select);

	free(vms);
	return EXIT_SUCCESS;
}

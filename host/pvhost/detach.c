// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost detach
 */
#include "select.h"

static int detach(int fd, const struct kvm_pv_vm *vm, const void *arg)
{
	return pvhost_device_detach(fd, vm->id);
}

int pvhost_detach(int argc, char **argv)
{
	struct pvhost_select select = { };
	int c;

	while ((c = getopt_long(argc, argv, PVHOST_SELECT_LETTERS, pvhost_select_options,
				NULL)) >= 0) {
		if (c == 'h')
			pvhost_usage();
		if (!pvhost_select_option(&select, c, optarg))
			pvhost_try_help();
	}

	pvhost_select_operand(&select, argc, argv);
	pvhost_no_more(argc, argv);
	pvhost_select_check(&select);
	return pvhost_select_each(&select, detach, NULL);
}

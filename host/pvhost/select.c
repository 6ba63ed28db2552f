// SPDX-License-Identifier: GPL-2.0
/*
 * Selection of attached VMs.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "select.h"

const struct option pvhost_select_options[PVHOST_NR_SELECT + 1] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

bool pvhost_select_option(struct pvhost_select *select, int option, const char *value)
{
	if (option == 'a') {
		select->all = true;
		return true;
	}
	if (option == 'i') {
		select->by_id = true;
		select->id = pvhost_number("--id", value, 1, UINT32_MAX);
		return true;
	}

	if (!pvhost_name_option(&select->pid, option, value))
		return false;

	select->by_pid = true;
	return true;
}

void pvhost_select_operand(struct pvhost_select *select, int argc, char **argv)
{
	if (select->all || select->by_pid || select->by_id || optind >= argc)
		return;

	select->pid = pvhost_name_vm(argv[optind++]);
	select->by_pid = true;
}

/* Ends the program unless the command line selects one VM or all of them. */
void pvhost_select_check(const struct pvhost_select *select)
{
	if (select->by_pid + select->by_id + select->all == 1)
		return;

	warnx("%s: select VMs by one of VM, --pid, --name, --libvirt, --id and --all",
	      pvhost_command->name);
	pvhost_try_help();
}

bool pvhost_selects(const struct pvhost_select *select, const struct kvm_pv_vm *vm)
{
	if (select->by_pid && vm->pid != select->pid)
		return false;
	if (select->by_id && vm->id != select->id)
		return false;

	return true;
}

void pvhost_selects_none(const struct pvhost_select *select)
{
	if (select->by_id)
		errx(EXIT_FAILURE, "no VM of id %u is attached: pvhost list shows those that are",
		     select->id);

	errx(EXIT_FAILURE, "no VM of process %d is attached: pvhost list shows those that are",
	     select->pid);
}

/**
 * pvhost_select_each - change the selected VMs
 * @select: the VMs
 * @change: changes one VM; returns 0, or an errno after a message.  ENOENT has no message: the VM
 *	    has ended, which is not a failure
 * @arg: argument of @change
 *
 * A VM that rejects the change does not prevent that of the others.
 *
 * Returns the exit status: EXIT_FAILURE if a VM has rejected the change.
 */
int pvhost_select_each(const struct pvhost_select *select,
		       int (*change)(int fd, const struct kvm_pv_vm *vm, const void *arg),
		       const void *arg)
{
	int fd = pvhost_device_open(), status = EXIT_SUCCESS, error;
	struct kvm_pv_vm *vms;
	size_t i, nr, nr_selected = 0;

	vms = pvhost_device_list(fd, &nr);
	for (i = 0; i < nr; i++) {
		if (!pvhost_selects(select, &vms[i]))
			continue;
		nr_selected++;
		error = change(fd, &vms[i], arg);
		if (error && error != ENOENT)
			status = EXIT_FAILURE;
	}

	if (!nr_selected && !select->all)
		pvhost_selects_none(select);
	free(vms);
	close(fd);
	return status;
}

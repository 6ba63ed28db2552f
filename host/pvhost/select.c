// SPDX-License-Identifier: GPL-2.0
/*
 * Selection of attached VMs.
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>

#include "pvhost.h"

bool pvhost_select_option(struct pvhost_select *select, int option, const char *value)
{
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
	if (select->by_pid || select->by_id || optind >= argc)
		return;

	select->pid = pvhost_name_vm(argv[optind++]);
	select->by_pid = true;
}

/* Ends the program unless the command line selects one VM or all of them. */
void pvhost_select_check(const struct pvhost_select *select, bool all)
{
	if (select->by_pid + select->by_id + all == 1)
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

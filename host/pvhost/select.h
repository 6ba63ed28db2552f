/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Selection of attached VMs.
 */
#ifndef _PVHOST_SELECT_H
#define _PVHOST_SELECT_H

#include <getopt.h>

#include "pvhost.h"

/**
 * struct pvhost_select - one VM, or all
 * @all: all VMs
 * @by_pid: @pid is given
 * @by_id: @id is given
 * @pid: process id
 * @id: id of the VM in kvm_pv
 */
struct pvhost_select {
	bool all;
	bool by_pid;
	bool by_id;
	pid_t pid;
	__u32 id;
};

/* Options of the commands that change attached VMs, and --help */
#define PVHOST_SELECT_LETTERS	"p:i:ah"
#define PVHOST_NR_SELECT	6
extern const struct option pvhost_select_options[PVHOST_NR_SELECT + 1];

/* Reads --pid, --name, --libvirt, --id and --all; false: it is another option. */
bool pvhost_select_option(struct pvhost_select *select, int option, const char *value);
/* Reads the operand VM if no option has selected a VM. */
void pvhost_select_operand(struct pvhost_select *select, int argc, char **argv);
void pvhost_select_check(const struct pvhost_select *select);
int pvhost_select_each(const struct pvhost_select *select,
		       int (*change)(int fd, const struct kvm_pv_vm *vm, const void *arg),
		       const void *arg);
bool pvhost_selects(const struct pvhost_select *select, const struct kvm_pv_vm *vm);
void __noreturn pvhost_selects_none(const struct pvhost_select *select);

#endif /* _PVHOST_SELECT_H */

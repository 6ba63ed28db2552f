// SPDX-License-Identifier: GPL-2.0
/*
 * What the user wants of an attached VM.
 */
#include <err.h>
#include <stdlib.h>

#include "pvhost.h"

/**
 * pvhost_wish_option - takes what attach and run have in common
 * @wish: where to
 * @option: as getopt_long() has it
 * @value: as typed
 *
 * Returns false where it is another option.
 */
bool pvhost_wish_option(struct pvhost_wish *wish, int option, const char *value)
{
	switch (option) {
	case 'b':
		wish->base_text = value;
		return true;
	case 'n':
		wish->nr_cpus = pvhost_number("--vcpus", value, 1, PVHOST_MAX_VCPUS);
		return true;
	case 't':
		wish->table_text = value;
		return true;
	case 'd':
		wish->domains_text = value;
		return true;
	case 'B':
		wish->backend = pvhost_backend_nr(value);
		return true;
	case 'm':
		wish->margin = pvhost_number("--margin", value, 0, KVM_PV_MAX_MARGIN);
		return true;
	case 'x':
		wish->flags |= KVM_PV_EXPOSE_TID;
		return true;
	}

	return false;
}

/**
 * pvhost_wish_check - see whether options go together
 * @wish: all options taken
 */
void pvhost_wish_check(const struct pvhost_wish *wish)
{
	if (wish->margin && !pvhost_backend(wish->backend)->margin) {
		warnx("%s: --margin is for --backend uclamp", pvhost_command->name);
		pvhost_try_help();
	}
}

/**
 * pvhost_wish_read - the lists that are meant
 * @wish: all options taken
 */
void pvhost_wish_read(struct pvhost_wish *wish)
{
	pvhost_wish_check(wish);
	wish->table = pvhost_table(wish->table_text ? wish->table_text : "host", &wish->nr_table);
	if (wish->domains_text)
		wish->domains = pvhost_numbers("--domains", wish->domains_text, 0,
					       &wish->nr_domains);
}

/**
 * pvhost_wish_place - where the device lies
 * @wish: with the number of CPUs, which the user need not have given
 */
void pvhost_wish_place(struct pvhost_wish *wish)
{
	if (wish->domains && wish->nr_domains != wish->nr_cpus)
		errx(EXIT_FAILURE, "--domains: %zu domains for %u CPUs",
		     wish->nr_domains, wish->nr_cpus);

	wish->base = pvhost_base(pvhost_place(NULL), wish->base_text, wish->nr_cpus);
}

/**
 * pvhost_wish_attach - attach a VM so
 * @wish: read and placed
 * @fd: /dev/kvm_pv
 * @vmm: whose VM it is
 *
 * Returns the VM's id.
 */
__u32 pvhost_wish_attach(const struct pvhost_wish *wish, int fd, const struct pvhost_vmm *vmm)
{
	struct kvm_pv_attach attach = {
		.flags		= wish->flags,
		.vm_fd		= vmm->vm_fd,
		.nr_cpus	= wish->nr_cpus,
		.base		= wish->base,
		.nr_perf	= wish->nr_table,
		.perf		= (uintptr_t)wish->table,
		.domains	= (uintptr_t)wish->domains,
		.backend	= wish->backend,
		.margin		= wish->margin,
		.states		= (uintptr_t)wish->states,
		.state_size	= wish->states ? sizeof(*wish->states) : 0,
		.ceiling	= wish->ceiling,
		.generation	= wish->generation,
	};

	pvhost_device_attach(fd, &attach, vmm->pid);
	return attach.id;
}

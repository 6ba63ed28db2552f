// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost attach
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "bpf.h"
#include "doctor.h"

/* The other arguments can depend on the host, so this is the first error. */
static void check_process(pid_t pid)
{
	if (kill(pid, 0) && errno == ESRCH)
		errx(EXIT_FAILURE, "process %d does not exist", pid);
}

/* Without --vcpus, the VM's number of vCPUs is needed for the other checks. */
static void check_arguments(struct pvhost_options *opts)
{
	pvhost_options_read(opts);
	if (opts->nr_cpus) {
		pvhost_options_place(opts);
		return;
	}

	pvhost_base(pvhost_place(NULL), opts->base_text, 1);
	pvhost_shared(pvhost_place(NULL), opts->shared_text, 1);
}

/**
 * pvhost_attach_vm - attach the VM of a process
 * @args: arguments, with the lists parsed
 * @fd: /dev/kvm_pv
 * @vmm: in: pid and pidfd (-1: not open); out: the process with its VM
 * @choice: out: the choice of the backend
 * @chosen: out: the user has not chosen the backend
 *
 * Returns the VM's id.
 */
__u32 pvhost_attach_vm(struct pvhost_attach_args *args, int fd, struct pvhost_vmm *vmm,
		       struct pvhost_auto *choice, bool *chosen)
{
	struct pvhost_options *opts = &args->opts;

	pvhost_vmm_open(vmm, vmm->pid, vmm->pidfd, !opts->nr_cpus, args->timeout_ms);
	if (!opts->nr_cpus) {
		opts->nr_cpus = vmm->nr_vcpus;
		pvhost_options_place(opts);
	}

	*chosen = pvhost_options_choose(opts, choice, vmm);
	return pvhost_options_attach(opts, fd, vmm);
}

int pvhost_attach(int argc, char **argv)
{
	struct pvhost_attach_args args = PVHOST_ATTACH_ARGS;
	struct pvhost_vmm vmm = { };
	struct pvhost_auto choice;
	bool chosen;
	__u32 id;
	int c, fd;

	while ((c = getopt_long(argc, argv, "p:b:s:n:t:B:m:xw:h", pvhost_conf_options(),
				NULL)) >= 0) {
		switch (c) {
		case PVHOST_CONFIG:
			pvhost_conf_read(&args, optarg);
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_name_option(&vmm.pid, c, optarg) &&
			    !pvhost_conf_take(&args, c, optarg))
				pvhost_try_help();
		}
	}

	if (!vmm.pid && optind < argc)
		vmm.pid = pvhost_name_vm(argv[optind++]);
	pvhost_no_more(argc, argv);
	if (!vmm.pid) {
		warnx("attach: select a VM by one of VM, --pid, --name and --libvirt");
		pvhost_try_help();
	}

	check_process(vmm.pid);
	pvhost_bpf_check_irq(args.bpf, args.irq_text);
	if (args.bpf)
		return pvhost_serve(args.bpf, vmm.pid, &args.opts, args.irq_text, args.timeout_ms);

	check_arguments(&args.opts);
	fd = pvhost_device_open();
	vmm.pidfd = pvhost_name_pidfd();
	id = pvhost_attach_vm(&args, fd, &vmm, &choice, &chosen);
	printf("%u: process %d, %u CPUs at 0x%llx\n", id, vmm.pid, args.opts.nr_cpus,
	       args.opts.base);
	if (chosen)
		pvhost_backend_print(&choice, stdout);
	return EXIT_SUCCESS;
}

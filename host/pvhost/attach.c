// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost attach
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "attach.h"
#include "bpf.h"

const struct option pvhost_attach_options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "config", required_argument, NULL, PVHOST_CONFIG },
	{ "base", required_argument, NULL, 'b' },
	{ "shared", required_argument, NULL, 's' },
	{ "vcpus", required_argument, NULL, 'n' },
	{ "bpf", required_argument, NULL, PVHOST_BPF },
	{ "irq", required_argument, NULL, 'i' },
	{ "table", required_argument, NULL, 't' },
	{ "perf-domains", required_argument, NULL, 'd' },
	{ "backend", required_argument, NULL, 'B' },
	{ "margin", required_argument, NULL, 'm' },
	{ "max-rate", required_argument, NULL, PVHOST_MAX_RATE },
	{ "cap", required_argument, NULL, PVHOST_CAP },
	{ "telemetry", required_argument, NULL, PVHOST_TELEMETRY },
	{ "expose-tid", no_argument, NULL, 'x' },
	{ "expose-frequency", no_argument, NULL, PVHOST_EXPOSE_FREQUENCY },
	{ "expose-exits", no_argument, NULL, PVHOST_EXPOSE_EXITS },
	{ "no-hypercalls", no_argument, NULL, PVHOST_NO_HYPERCALLS },
	{ "timeout", required_argument, NULL, 'w' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/**
 * pvhost_attach_take - store an argument of attach
 * @args: the arguments
 * @option: option as getopt_long() returns it
 * @value: as typed
 *
 * Returns false for options that select a VM and for invalid ones.
 */
bool pvhost_attach_take(struct pvhost_attach_args *args, int option, const char *value)
{
	switch (option) {
	case 'w':
		args->timeout_s = pvhost_number("--timeout", value, 0, 3600);
		return true;
	case 'i':
		args->irq_text = value;
		return true;
	case PVHOST_BPF:
		args->bpf = value;
		return true;
	default:
		return pvhost_options_take(&args->opts, option, value);
	}
}

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

	pvhost_vmm_open(vmm, vmm->pid, vmm->pidfd, !opts->nr_cpus, args->timeout_s);
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

	while ((c = getopt_long(argc, argv, "p:b:s:n:i:t:d:B:m:xw:h", pvhost_attach_options,
				NULL)) >= 0) {
		switch (c) {
		case PVHOST_CONFIG:
			pvhost_conf_read(&args, optarg);
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_name_option(&vmm.pid, c, optarg) &&
			    !pvhost_attach_take(&args, c, optarg))
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
		return pvhost_serve(args.bpf, vmm.pid, &args.opts, args.irq_text, args.timeout_s);

	check_arguments(&args.opts);
	fd = pvhost_device_open();
	vmm.pidfd = pvhost_name_pidfd();
	id = pvhost_attach_vm(&args, fd, &vmm, &choice, &chosen);
	printf("%u: process %d, %u CPUs at 0x%llx\n", id, vmm.pid, args.opts.nr_cpus,
	       args.opts.base);
	if (chosen)
		pvhost_auto_print(&choice, stdout);
	return EXIT_SUCCESS;
}

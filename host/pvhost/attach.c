// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost attach
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "bpf.h"
#include "doctor.h"

#define TIMEOUT_S	5

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "base", required_argument, NULL, 'b' },
	{ "shared", required_argument, NULL, 's' },
	{ "vcpus", required_argument, NULL, 'n' },
	{ "bpf", required_argument, NULL, PVHOST_BPF },
	{ "irq", required_argument, NULL, 'i' },
	{ "table", required_argument, NULL, 't' },
	{ "domains", required_argument, NULL, 'd' },
	{ "backend", required_argument, NULL, 'B' },
	{ "margin", required_argument, NULL, 'm' },
	{ "max-rate", required_argument, NULL, PVHOST_MAX_RATE },
	{ "expose-tid", no_argument, NULL, 'x' },
	{ "expose-frequency", no_argument, NULL, PVHOST_EXPOSE_FREQUENCY },
	{ "no-hypercalls", no_argument, NULL, PVHOST_NO_HYPERCALLS },
	{ "timeout", required_argument, NULL, 'w' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

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

int pvhost_attach(int argc, char **argv)
{
	const char *bpf = NULL, *irq_text = NULL;
	unsigned int timeout_s = TIMEOUT_S;
	struct pvhost_options opts = PVHOST_OPTIONS;
	struct pvhost_auto choice;
	struct pvhost_vmm vmm;
	bool chosen;
	pid_t pid = 0;
	__u32 id;
	int c, fd;

	while ((c = getopt_long(argc, argv, "p:b:s:n:i:t:d:B:m:xw:h", options, NULL)) >= 0) {
		switch (c) {
		case 'w':
			timeout_s = pvhost_number("--timeout", optarg, 0, 3600);
			break;
		case 'i':
			irq_text = optarg;
			break;
		case PVHOST_BPF:
			bpf = optarg;
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_name_option(&pid, c, optarg) &&
			    !pvhost_options_take(&opts, c, optarg))
				pvhost_try_help();
		}
	}

	pvhost_no_more(argc, argv);
	if (!pid) {
		warnx("attach: say by one of --pid, --name and --libvirt which VM");
		pvhost_try_help();
	}

	pvhost_bpf_check_irq(bpf, irq_text);
	if (bpf)
		return pvhost_serve(bpf, pid, &opts, irq_text, timeout_s);

	check_arguments(&opts);
	fd = pvhost_device_open();
	pvhost_vmm_open(&vmm, pid, pvhost_name_pidfd(), !opts.nr_cpus, timeout_s);
	if (!opts.nr_cpus) {
		opts.nr_cpus = vmm.nr_vcpus;
		pvhost_options_place(&opts);
	}

	chosen = pvhost_options_choose(&opts, &choice, &vmm);
	id = pvhost_options_attach(&opts, fd, &vmm);
	printf("%u: process %d, %u CPUs at 0x%llx\n", id, vmm.pid, opts.nr_cpus, opts.base);
	if (chosen)
		pvhost_auto_print(&choice, stdout);
	return EXIT_SUCCESS;
}

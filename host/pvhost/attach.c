// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost attach
 */
#include <err.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "pvhost.h"

#define TIMEOUT_S	5

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "base", required_argument, NULL, 'b' },
	{ "vcpus", required_argument, NULL, 'n' },
	{ "table", required_argument, NULL, 't' },
	{ "domains", required_argument, NULL, 'd' },
	{ "expose-tid", no_argument, NULL, 'x' },
	{ "timeout", required_argument, NULL, 'w' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

struct wish {
	pid_t pid;
	const char *base;
	const char *table;
	const char *domains;
	__u32 nr_cpus;
	__u32 flags;
	unsigned int timeout_s;
};

static void parse(struct wish *wish, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "p:b:n:t:d:xw:h", options, NULL)) >= 0) {
		switch (c) {
		case 'p':
			wish->pid = pvhost_pid(optarg);
			break;
		case 'b':
			wish->base = optarg;
			break;
		case 'n':
			wish->nr_cpus = pvhost_number("--vcpus", optarg, 1, PVHOST_MAX_VCPUS);
			break;
		case 't':
			wish->table = optarg;
			break;
		case 'd':
			wish->domains = optarg;
			break;
		case 'x':
			wish->flags |= KVM_PV_EXPOSE_TID;
			break;
		case 'w':
			wish->timeout_s = pvhost_number("--timeout", optarg, 0, 3600);
			break;
		case 'h':
			pvhost_usage();
		default:
			pvhost_try_help();
		}
	}

	pvhost_no_more(argc, argv);
	if (!wish->pid) {
		warnx("attach: say by --pid which process is the VMM");
		pvhost_try_help();
	}
}

int pvhost_attach(int argc, char **argv)
{
	struct wish wish = { .table = "host", .timeout_s = TIMEOUT_S };
	struct kvm_pv_attach attach = { };
	__u32 *table, *domains = NULL;
	size_t nr_table, nr_domains;
	struct pvhost_vmm vmm;
	int fd;

	parse(&wish, argc, argv);
	table = pvhost_table(wish.table, &nr_table);
	if (wish.domains)
		domains = pvhost_numbers("--domains", wish.domains, 0, &nr_domains);

	fd = pvhost_device_open();
	pvhost_vmm_open(&vmm, wish.pid, !wish.nr_cpus, wish.timeout_s);
	if (!wish.nr_cpus)
		wish.nr_cpus = vmm.nr_vcpus;
	if (domains && nr_domains != wish.nr_cpus)
		errx(EXIT_FAILURE, "--domains: %zu domains for %u CPUs", nr_domains, wish.nr_cpus);

	attach.flags = wish.flags;
	attach.vm_fd = vmm.vm_fd;
	attach.nr_cpus = wish.nr_cpus;
	attach.base = pvhost_base(pvhost_place(NULL), wish.base, wish.nr_cpus);
	attach.nr_perf = nr_table;
	attach.perf = (uintptr_t)table;
	attach.domains = (uintptr_t)domains;
	pvhost_device_attach(fd, &attach, vmm.pid);

	printf("%u: process %d, %u CPUs at 0x%llx\n", attach.id, vmm.pid,
	       attach.nr_cpus, attach.base);
	free(table);
	free(domains);
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost restore
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "pvhost.h"

#define TIMEOUT_S	5

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "backend", required_argument, NULL, 'B' },
	{ "margin", required_argument, NULL, 'm' },
	{ "timeout", required_argument, NULL, 'w' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/* How requests are applied is a matter of the host, which may be another one. */
static void change_backend(struct pvhost_wish *wish, const char *backend, const char *margin)
{
	if (backend) {
		pvhost_wish_option(wish, 'B', backend);
		if (!pvhost_backend(wish->backend)->margin)
			wish->margin = 0;
	}
	if (margin)
		pvhost_wish_option(wish, 'm', margin);
	pvhost_wish_check(wish);
}

static void tell_dropped(int fd, __u32 id)
{
	struct kvm_pv_cpu *cpus;
	size_t i, nr, dropped = 0;

	cpus = pvhost_device_stats(fd, id, &nr);
	for (i = 0; cpus && i < nr; i++)
		dropped += cpus[i].dropped > 0;
	free(cpus);

	if (dropped)
		warnx("records of %zu CPUs cannot be used: pvhost stats --id %u tells why",
		      dropped, id);
}

int pvhost_restore(int argc, char **argv)
{
	const char *backend = NULL, *margin = NULL, *path = NULL;
	unsigned int timeout_s = TIMEOUT_S;
	struct pvhost_wish wish = { };
	struct pvhost_vmm vmm;
	pid_t pid = 0;
	__u32 id;
	int c, fd;

	while ((c = getopt_long(argc, argv, "p:B:m:w:h", options, NULL)) >= 0) {
		switch (c) {
		case 'B':
			backend = optarg;
			break;
		case 'm':
			margin = optarg;
			break;
		case 'w':
			timeout_s = pvhost_number("--timeout", optarg, 0, 3600);
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_name_option(&pid, c, optarg))
				pvhost_try_help();
		}
	}

	if (optind < argc)
		path = argv[optind++];
	pvhost_no_more(argc, argv);
	if (!pid) {
		warnx("restore: say by one of --pid, --name and --libvirt which VM");
		pvhost_try_help();
	}

	pvhost_state_read(&wish, path);
	change_backend(&wish, backend, margin);
	fd = pvhost_device_open();
	/* Records are those of vCPUs, all of which must be there. */
	pvhost_vmm_open(&vmm, pid, true, timeout_s);

	id = pvhost_wish_attach(&wish, fd, &vmm);
	printf("%u: process %d, %u CPUs at 0x%llx\n", id, vmm.pid, wish.nr_cpus, wish.base);
	tell_dropped(fd, id);
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost set, and pvhost cap: settings of attached VMs
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>

#include "pvhost.h"

/**
 * struct setting - a setting that can change while a VM is attached
 * @option: its option
 * @name: name of the option, for messages
 * @parse: reads the value
 * @apply: changes the setting of a VM; returns false if the VM has ended
 */
struct setting {
	int option;
	const char *name;
	__u32 (*parse)(const char *name, const char *text);
	bool (*apply)(int fd, const struct kvm_pv_vm *vm, __u32 value);
};

static const struct setting settings[] = {
	{ PVHOST_CAP, "--cap", pvhost_freq_or_none, pvhost_device_cap },
	{ PVHOST_TELEMETRY, "--telemetry", pvhost_telemetry, pvhost_device_telemetry },
};

static const struct option set_options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "all", no_argument, NULL, 'a' },
	{ "cap", required_argument, NULL, PVHOST_CAP },
	{ "telemetry", required_argument, NULL, PVHOST_TELEMETRY },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct option cap_options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/**
 * struct change - new settings of VMs
 * @select: the VMs
 * @all: all VMs
 * @given: the setting has a new value
 * @values: new values
 */
struct change {
	struct pvhost_select select;
	bool all;
	bool given[ARRAY_SIZE(settings)];
	__u32 values[ARRAY_SIZE(settings)];
};

static bool change_option(struct change *change, int option, const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		if (settings[i].option != option)
			continue;
		change->given[i] = true;
		change->values[i] = settings[i].parse(settings[i].name, text);
		return true;
	}

	return false;
}

static void read_options(struct change *change, int argc, char **argv,
			 const struct option *options)
{
	int c;

	while ((c = getopt_long(argc, argv, "p:i:ah", options, NULL)) >= 0) {
		switch (c) {
		case 'a':
			change->all = true;
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_select_option(&change->select, c, optarg) &&
			    !change_option(change, c, optarg))
				pvhost_try_help();
		}
	}
}

static void apply(const struct change *change, int fd, const struct kvm_pv_vm *vm)
{
	size_t i;

	/* A VM that has ended has no settings. */
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		if (change->given[i] && !settings[i].apply(fd, vm, change->values[i]))
			return;
	}
}

static void apply_all(const struct change *change)
{
	int fd = pvhost_device_open();
	struct kvm_pv_vm *vms;
	size_t i, nr, nr_changed = 0;

	vms = pvhost_device_list(fd, &nr);
	for (i = 0; i < nr; i++) {
		if (!pvhost_selects(&change->select, &vms[i]))
			continue;
		apply(change, fd, &vms[i]);
		nr_changed++;
	}

	if (!nr_changed && !change->all)
		pvhost_selects_none(&change->select);
	free(vms);
}

int pvhost_set(int argc, char **argv)
{
	struct change change = { };
	bool given = false;
	size_t i;

	read_options(&change, argc, argv, set_options);
	if (!change.all)
		pvhost_select_operand(&change.select, argc, argv);
	pvhost_no_more(argc, argv);
	pvhost_select_check(&change.select, change.all);
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		given |= change.given[i];
	if (!given) {
		warnx("set: missing setting, such as --cap 1600MHz");
		pvhost_try_help();
	}

	apply_all(&change);
	return EXIT_SUCCESS;
}

/* pvhost cap [VM] FREQUENCY */
int pvhost_cap(int argc, char **argv)
{
	struct change change = { };

	read_options(&change, argc, argv, cap_options);
	if (!change.all && argc - optind > 1)
		pvhost_select_operand(&change.select, argc, argv);
	if (optind == argc) {
		warnx("cap: missing frequency, such as 1600MHz, or none");
		pvhost_try_help();
	}

	change_option(&change, PVHOST_CAP, argv[optind++]);
	pvhost_no_more(argc, argv);
	pvhost_select_check(&change.select, change.all);
	apply_all(&change);
	return EXIT_SUCCESS;
}

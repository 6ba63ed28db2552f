// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost set, and pvhost cap: settings of attached VMs
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "select.h"

/**
 * struct setting - a setting that can change while a VM is attached
 * @option: its option
 * @name: name of the option, with two dashes
 * @parse: reads the value
 * @apply: changes the setting of a VM; returns 0, or an errno after a message; ENOENT: the VM has
 *	   ended
 */
struct setting {
	int option;
	const char *name;
	__u32 (*parse)(const char *name, const char *text);
	int (*apply)(int fd, const struct kvm_pv_vm *vm, __u32 value);
};

static const struct setting settings[] = {
	{ PVHOST_CAP, "--cap", pvhost_freq_or_none, pvhost_device_cap },
	{ PVHOST_TELEMETRY, "--telemetry", pvhost_telemetry, pvhost_device_telemetry },
};

/**
 * struct change - new settings of VMs
 * @select: the VMs
 * @given: the setting has a new value
 * @values: new values
 */
struct change {
	struct pvhost_select select;
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

	while ((c = getopt_long(argc, argv, PVHOST_SELECT_LETTERS, options, NULL)) >= 0) {
		if (c == 'h')
			pvhost_usage();
		if (!pvhost_select_option(&change->select, c, optarg) &&
		    !change_option(change, c, optarg))
			pvhost_try_help();
	}
}

/* A VM that rejects a setting keeps the following ones. */
static int apply(int fd, const struct kvm_pv_vm *vm, const void *arg)
{
	const struct change *change = arg;
	int error = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings) && !error; i++) {
		if (change->given[i])
			error = settings[i].apply(fd, vm, change->values[i]);
	}
	return error;
}

int pvhost_set(int argc, char **argv)
{
	struct option options[PVHOST_NR_SELECT + ARRAY_SIZE(settings) + 1] = { };
	struct change change = { };
	bool given = false;
	size_t i;

	memcpy(options, pvhost_select_options, sizeof(pvhost_select_options));
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		options[PVHOST_NR_SELECT + i] = (struct option){
			settings[i].name + strlen("--"), required_argument, NULL,
			settings[i].option,
		};
	}

	read_options(&change, argc, argv, options);
	pvhost_select_operand(&change.select, argc, argv);
	pvhost_no_more(argc, argv);
	pvhost_select_check(&change.select);
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		given |= change.given[i];
	if (!given) {
		warnx("set: missing setting, such as --cap 1600MHz");
		pvhost_try_help();
	}

	return pvhost_select_each(&change.select, apply, &change);
}

/* pvhost cap [VM] FREQUENCY */
int pvhost_cap(int argc, char **argv)
{
	struct change change = { };

	read_options(&change, argc, argv, pvhost_select_options);
	if (argc - optind > 1)
		pvhost_select_operand(&change.select, argc, argv);
	if (optind == argc) {
		warnx("cap: missing frequency, such as 1600MHz, or none");
		pvhost_try_help();
	}

	change_option(&change, PVHOST_CAP, argv[optind++]);
	pvhost_no_more(argc, argv);
	pvhost_select_check(&change.select);
	return pvhost_select_each(&change.select, apply, &change);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Attached VMs that the user selects, and the commands that change them: detach, set and cap.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pvhost.h"

/* Options of the commands that change attached VMs, and --help */
#define SELECT_LETTERS	"p:i:ah"
#define NR_SELECT	6

static const struct option select_options[NR_SELECT + 1] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

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
	{ PVHOST_TELEMETRY, "--telemetry", pvhost_device_level, pvhost_device_telemetry },
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

bool pvhost_select_option(struct pvhost_select *select, int option, const char *value)
{
	if (option == 'a') {
		select->all = true;
		return true;
	}
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
	if (select->all || select->by_pid || select->by_id || optind >= argc)
		return;

	select->pid = pvhost_name_vm(argv[optind++]);
	select->by_pid = true;
}

/* Ends the program unless the command line selects one VM or all of them. */
static void check_select(const struct pvhost_select *select)
{
	if (select->by_pid + select->by_id + select->all == 1)
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

/*
 * Changes the selected VMs by @change, which returns 0, or an errno after a message.  ENOENT has no
 * message: the VM has ended, which is not a failure.  A VM that rejects the change does not prevent
 * that of the others.
 *
 * Returns the exit status: EXIT_FAILURE if a VM has rejected the change.
 */
static int change_each(const struct pvhost_select *select,
		       int (*change)(int fd, const struct kvm_pv_vm *vm, const void *arg),
		       const void *arg)
{
	int fd = pvhost_device_open(), status = EXIT_SUCCESS, error;
	struct kvm_pv_vm *vms;
	size_t i, nr, nr_selected = 0;

	vms = pvhost_device_list(fd, &nr);
	for (i = 0; i < nr; i++) {
		if (!pvhost_selects(select, &vms[i]))
			continue;
		nr_selected++;
		error = change(fd, &vms[i], arg);
		if (error && error != ENOENT)
			status = EXIT_FAILURE;
	}

	if (!nr_selected && !select->all)
		pvhost_selects_none(select);
	free(vms);
	close(fd);
	return status;
}

static int detach_vm(int fd, const struct kvm_pv_vm *vm, const void *arg)
{
	return pvhost_device_detach(fd, vm->id);
}

int pvhost_detach(int argc, char **argv)
{
	struct pvhost_select select = { };
	int c;

	while ((c = getopt_long(argc, argv, SELECT_LETTERS, select_options, NULL)) >= 0) {
		if (c == 'h')
			pvhost_usage();
		if (!pvhost_select_option(&select, c, optarg))
			pvhost_try_help();
	}

	pvhost_select_operand(&select, argc, argv);
	pvhost_no_more(argc, argv);
	check_select(&select);
	return change_each(&select, detach_vm, NULL);
}

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

	while ((c = getopt_long(argc, argv, SELECT_LETTERS, options, NULL)) >= 0) {
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
	struct option options[NR_SELECT + ARRAY_SIZE(settings) + 1] = { };
	struct change change = { };
	bool given = false;
	size_t i;

	memcpy(options, select_options, sizeof(select_options));
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		options[NR_SELECT + i] = (struct option){
			settings[i].name + strlen("--"), required_argument, NULL,
			settings[i].option,
		};
	}

	read_options(&change, argc, argv, options);
	pvhost_select_operand(&change.select, argc, argv);
	pvhost_no_more(argc, argv);
	check_select(&change.select);
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		given |= change.given[i];
	if (!given) {
		warnx("set: missing setting, such as --cap 1600MHz");
		pvhost_try_help();
	}

	return change_each(&change.select, apply, &change);
}

/* pvhost cap [VM] FREQUENCY */
int pvhost_cap(int argc, char **argv)
{
	struct change change = { };

	read_options(&change, argc, argv, select_options);
	if (argc - optind > 1)
		pvhost_select_operand(&change.select, argc, argv);
	if (optind == argc) {
		warnx("cap: missing frequency, such as 1600MHz, or none");
		pvhost_try_help();
	}

	change_option(&change, PVHOST_CAP, argv[optind++]);
	pvhost_no_more(argc, argv);
	check_select(&change.select);
	return change_each(&change.select, apply, &change);
}

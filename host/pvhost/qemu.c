// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of a QEMU that is to be started: the options that pvhost run needs, and
 * those that it adds.
 */
#include <ctype.h>
#include <err.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "pvhost.h"

#define FAMILY	"qemu-system-"

/*
 * Ends a field at the next comma and returns the field after it, or NULL if it is the last
 * field.  Two commas are one comma in a value.
 */
static char *cut_field(char *field)
{
	while ((field = strchr(field, ','))) {
		if (field[1] != ',') {
			*field = '\0';
			return field + 1;
		}
		field += 2;
	}

	return NULL;
}

static void take_smp_field(struct pvhost_smp *smp, const char *key, const char *value)
{
	static const char * const levels[] = {
		"drawers", "books", "sockets", "dies", "clusters", "modules", "cores", "threads",
	};
	__u64 nr = pvhost_number("-smp", value, 1, PVHOST_MAX_VCPUS);
	size_t i;

	/* pvhost reads decimal numbers, so both would count different CPUs. */
	if (value[0] == '0' && isdigit((unsigned char)value[1]))
		errx(EXIT_FAILURE, "-smp: QEMU reads \"%s\" as octal: remove the leading 0", value);

	if (!strcmp(key, "cpus"))
		smp->cpus = nr;
	else if (!strcmp(key, "maxcpus"))
		smp->maxcpus = nr;

	for (i = 0; i < ARRAY_SIZE(levels); i++) {
		if (!strcmp(key, levels[i]))
			smp->product = (smp->product ? : 1) * nr;
	}
	if (smp->product > PVHOST_MAX_VCPUS)
		errx(EXIT_FAILURE, "-smp: more than %u CPUs", PVHOST_MAX_VCPUS);
}

static void take_smp(struct pvhost_qemu *qemu, const char *text)
{
	char *copy = pvhost_text("%s", text), *field, *next, *value;

	for (field = copy; field; field = next) {
		next = cut_field(field);
		value = strchr(field, '=');
		if (value)
			*value++ = '\0';
		if (value || field == copy)
			take_smp_field(&qemu->smp, value ? field : "cpus", value ? : field);
	}
	free(copy);
}

/* Counts the CPUs that can be plugged as well. */
__u32 pvhost_qemu_cpus(const struct pvhost_qemu *qemu)
{
	return qemu->smp.maxcpus ? : qemu->smp.cpus ? : qemu->smp.product ? : 1;
}

static void take_accel(struct pvhost_qemu *qemu, const char *text)
{
	qemu->kvm |= !strncmp(text, "kvm", 3);
}

static void take_machine(struct pvhost_qemu *qemu, const char *text)
{
	char *copy = pvhost_text("%s", text), *field, *next;

	for (field = copy; field; field = next) {
		next = cut_field(field);
		if (field == copy && *field && !strchr(field, '='))
			qemu->machine = pvhost_text("%s", field);
		else if (!strncmp(field, "type=", 5))
			qemu->machine = pvhost_text("%s", field + 5);
		else if (!strncmp(field, "accel=", 6))
			take_accel(qemu, field + 6);
		else if (!strncmp(field, "acpi=", 5))
			qemu->no_acpi = !strcmp(field + 5, "off");
		else if (!strncmp(field, "smp.", 4))
			take_smp(qemu, field + 4);
	}
	free(copy);
}

static void take_enable_kvm(struct pvhost_qemu *qemu, const char *text)
{
	qemu->kvm = true;
}

static void take_no_acpi(struct pvhost_qemu *qemu, const char *text)
{
	qemu->no_acpi = true;
}

static void take_dtb(struct pvhost_qemu *qemu, const char *text)
{
	qemu->dtb = text;
}

static void take_stopped(struct pvhost_qemu *qemu, const char *text)
{
	qemu->stopped = true;
}

/* Options that pvhost run needs, and one with a value that can look like an option */
static const struct option {
	const char *name;
	void (*take)(struct pvhost_qemu *qemu, const char *text);
	bool has_value;
	const char *refuse;
} options[] = {
	{ .name = "M", .take = take_machine, .has_value = true },
	{ .name = "S", .take = take_stopped },
	{ .name = "accel", .take = take_accel, .has_value = true },
	{ .name = "append", .has_value = true },
	{ .name = "daemonize", .refuse = "remove it, and start pvhost in the background" },
	{ .name = "dtb", .take = take_dtb, .has_value = true },
	{ .name = "enable-kvm", .take = take_enable_kvm },
	{ .name = "machine", .take = take_machine, .has_value = true },
	{ .name = "no-acpi", .take = take_no_acpi },
	{ .name = "preconfig", .refuse = "remove it, or use pvhost attach" },
	{ .name = "smp", .take = take_smp, .has_value = true },
};

static const struct option *find_option(const char *word)
{
	size_t i;

	if (*word++ != '-')
		return NULL;
	/* QEMU accepts one or two. */
	word += *word == '-';

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (!strcmp(options[i].name, word))
			return &options[i];
	}

	return NULL;
}

/* KVM runs only guests of the host's architecture. */
static void check_program(struct pvhost_qemu *qemu, const char *path)
{
	char *copy = pvhost_text("%s", path);
	const char *name = basename(copy);
	struct utsname uts;

	if (!pvhost_have_program(path))
		errx(EXIT_FAILURE, "%s not found: install QEMU, or give its path", path);

	/* Names of a QEMU on Debian and Red Hat that uses KVM by default */
	if (!strcmp(name, "kvm") || !strcmp(name, "qemu-kvm"))
		qemu->kvm = true;

	if (!strncmp(name, FAMILY, strlen(FAMILY)) && !uname(&uts) &&
	    strcmp(name + strlen(FAMILY), uts.machine))
		errx(EXIT_FAILURE, "%s: KVM of this host needs " FAMILY "%s", name, uts.machine);
	free(copy);
}

/**
 * pvhost_qemu_read - read a command line
 * @qemu: gets the values of its options
 * @argv: program and arguments, the last NULL
 */
void pvhost_qemu_read(struct pvhost_qemu *qemu, char **argv)
{
	const struct option *option;
	char **word;

	*qemu = (struct pvhost_qemu){ .argv = argv };
	while (argv[qemu->argc])
		qemu->argc++;

	check_program(qemu, argv[0]);
	for (word = argv + 1; *word; word++) {
		option = find_option(*word);
		if (!option)
			continue;
		if (option->refuse)
			errx(EXIT_FAILURE, "pvhost run does not support %s: %s", *word,
			     option->refuse);
		/* QEMU reports a missing value. */
		if (option->has_value && !*++word)
			break;
		if (option->take)
			option->take(qemu, *word);
	}

	if (!qemu->kvm)
		errx(EXIT_FAILURE, "the command line of QEMU does not select KVM: add -accel kvm");
	pvhost_qemu_copy(qemu, qemu);
}

/* Copies the array of arguments, so that pvhost_qemu_add() can extend it. */
void pvhost_qemu_copy(struct pvhost_qemu *to, const struct pvhost_qemu *from)
{
	char **argv = calloc(from->argc + 1, sizeof(*argv));

	if (!argv)
		err(EXIT_FAILURE, "command line");

	memcpy(argv, from->argv, from->argc * sizeof(*argv));
	*to = *from;
	to->argv = argv;
}

/* @word: is not copied */
void pvhost_qemu_add(struct pvhost_qemu *qemu, char *word)
{
	qemu->argv = reallocarray(qemu->argv, qemu->argc + 2, sizeof(*qemu->argv));
	if (!qemu->argv)
		err(EXIT_FAILURE, "command line");

	qemu->argv[qemu->argc++] = word;
	qemu->argv[qemu->argc] = NULL;
}

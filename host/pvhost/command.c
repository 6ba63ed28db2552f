// SPDX-License-Identifier: GPL-2.0
/*
 * A program's commands: which of them runs, and what is said of them.
 */
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pvhost.h"
#include "userspace/libpv/stdout.h"

/* Exit status if the output is lost */
static const int failure = EXIT_FAILURE;

/* the one that runs, NULL: none yet */
const struct pvhost_command *pvhost_command;

void pvhost_usage(void)
{
	size_t i;

	if (pvhost_command) {
		printf("Usage: %s %s", pvhost_program.name, pvhost_command->usage);
		exit(EXIT_SUCCESS);
	}

	printf("Usage: %s COMMAND [OPTION]...\n\n", pvhost_program.name);
	for (i = 0; i < pvhost_program.nr_commands; i++)
		printf("  %-9s %s\n", pvhost_program.commands[i].name,
		       pvhost_program.commands[i].help);
	printf("\n  -h, --help     this; after a COMMAND: its options\n"
	       "  -V, --version  version\n");
	exit(EXIT_SUCCESS);
}

void pvhost_try_help(void)
{
	fprintf(stderr, "Try '%s %s%s--help'.\n", pvhost_program.name,
		pvhost_command ? pvhost_command->name : "", pvhost_command ? " " : "");
	exit(EXIT_FAILURE);
}

void pvhost_no_more(int argc, char **argv)
{
	if (optind < argc) {
		warnx("%s: what is \"%s\" for?", pvhost_command->name, argv[optind]);
		pvhost_try_help();
	}
}

/**
 * pvhost_context - name what the following messages are about
 * @text: the name, as that of a VM or of a line of a file; NULL: no name
 *
 * The messages of err(3) and warn(3) begin with the name of the program, and then with the text.
 */
void pvhost_context(const char *text)
{
	static char *name, *prefix;

	if (!name)
		name = program_invocation_short_name;
	program_invocation_short_name = name;
	free(prefix);
	prefix = NULL;
	if (!text)
		return;

	if (asprintf(&prefix, "%s: %s", name, text) < 0)
		err(EXIT_FAILURE, "text");
	program_invocation_short_name = prefix;
}

static const struct pvhost_command *find(const char *name)
{
	size_t i;

	for (i = 0; i < pvhost_program.nr_commands; i++) {
		if (!strcmp(pvhost_program.commands[i].name, name))
			return &pvhost_program.commands[i];
	}

	return NULL;
}

int main(int argc, char **argv)
{
	/* Names of VMs can have characters that are not ASCII. */
	setlocale(LC_CTYPE, "");
	pv_stdout_begin(&failure);
	if (argc < 2) {
		warnx("no command is given");
		pvhost_try_help();
	}

	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))
		pvhost_usage();

	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		printf("%s %s\n", pvhost_program.name, PV_VERSION);
		return EXIT_SUCCESS;
	}

	pvhost_command = find(argv[1]);
	if (!pvhost_command) {
		warnx("there is no command \"%s\"", argv[1]);
		pvhost_try_help();
	}

	return pvhost_command->run(argc - 1, argv + 1);
}

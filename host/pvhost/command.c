// SPDX-License-Identifier: GPL-2.0
/*
 * Commands of a program: selection, help texts and the prefix of messages.
 */
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pvhost.h"

static const struct pvhost_program *program;

/* the one that runs, NULL: none yet */
const struct pvhost_command *pvhost_command;

void pvhost_usage(void)
{
	size_t i;

	if (pvhost_command) {
		printf("Usage: %s %s", program->name, pvhost_command->usage);
		exit(EXIT_SUCCESS);
	}

	printf("Usage: %s [--json] COMMAND [OPTION]...\n\n", program->name);
	for (i = 0; i < program->nr_commands; i++)
		printf("  %-9s %s\n", program->commands[i].name,
		       program->commands[i].help);
	printf("  %-9s display this text, or the options of a COMMAND\n", "help");
	printf("\n  -h, --help     display this text; after a COMMAND: its options\n"
	       "  -V, --version  display the version\n");
	exit(EXIT_SUCCESS);
}

void pvhost_try_help(void)
{
	fprintf(stderr, "Try '%s %s%s--help'.\n", program->name,
		pvhost_command ? pvhost_command->name : "", pvhost_command ? " " : "");
	exit(EXIT_FAILURE);
}

void pvhost_no_more(int argc, char **argv)
{
	if (optind < argc) {
		warnx("%s: unexpected argument \"%s\"", pvhost_command->name, argv[optind]);
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

	for (i = 0; i < program->nr_commands; i++) {
		if (!strcmp(program->commands[i].name, name))
			return &program->commands[i];
	}

	return NULL;
}

static const struct pvhost_command *find_or_exit(const char *name)
{
	const struct pvhost_command *command = find(name);

	if (!command) {
		warnx("unknown command \"%s\"", name);
		pvhost_try_help();
	}

	return command;
}

static bool is_option(const char *word, const char *letter, const char *name)
{
	return !strcmp(word, letter) || !strcmp(word, name);
}

/* Returns the number of options before the command, which are moved after it. */
static int move_options(int argc, char **argv)
{
	char *word;
	int nr = 0;

	while (nr + 1 < argc && is_option(argv[nr + 1], "-J", "--json"))
		nr++;
	if (nr + 1 == argc)
		return nr;

	word = argv[nr + 1];
	memmove(&argv[2], &argv[1], nr * sizeof(*argv));
	argv[1] = word;
	return nr;
}

/**
 * pvhost_command_main - run the subcommand of the command line
 * @called: the program
 * @argc: as in main()
 * @argv: as in main()
 *
 * Returns the exit status of the program.
 */
int pvhost_command_main(const struct pvhost_program *called, int argc, char **argv)
{
	program = called;
	/* Names of VMs can have characters that are not ASCII. */
	setlocale(LC_CTYPE, "");
	pv_stdout_begin(EXIT_FAILURE);
	if (move_options(argc, argv) + 1 >= argc) {
		warnx("missing command");
		pvhost_try_help();
	}

	if (is_option(argv[1], "-h", "--help"))
		pvhost_usage();

	if (is_option(argv[1], "-V", "--version")) {
		printf("%s %s\n", program->name, PV_VERSION);
		return EXIT_SUCCESS;
	}

	if (!strcmp(argv[1], "help")) {
		if (argc > 2 && !is_option(argv[2], "-h", "--help"))
			pvhost_command = find_or_exit(argv[2]);
		pvhost_usage();
	}

	pvhost_command = find_or_exit(argv[1]);
	/* The messages of getopt_long(3) begin with this text. */
	argv[1] = pvhost_text("%s: %s", program->name, pvhost_command->name);
	return pvhost_command->run(argc - 1, argv + 1);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * hypertrace - what hypercalls and other exits of running VMs take
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"

/* Of more than one command */
#define USAGE_COMMON \
	"  -p, --pid PID         the VMs of this process (all)\n" \
	"      --vm NAME         QEMU's -name of the VM, or its process'\n" \
	"  -d, --duration SECS   end after so many seconds (when interrupted)\n" \
	"  -J, --json            as JSON\n"

static const struct hypertrace_command commands[] = {
	{
		.name	= "calls",
		.run	= hypertrace_calls,
		.help	= "latency of hypercalls, by number and vCPU",
		.usage	= "calls [OPTION]...\n\n"
			  USAGE_COMMON
			  "  -n, --nr N1,NAME2,..  these hypercalls (all)\n"
			  "      --min-us N        those that took at least so many microseconds\n"
			  "      --events          list each as it ends\n"
			  "      --full            from exit to entry, with the share of user space; other\n"
			  "                        exits are slowed down as well\n"
			  "      --via WAY         fentry or kprobe (the cheapest that works)\n",
	},
	{
		.name	= "exits",
		.run	= hypertrace_exits,
		.help	= "time of all exits, by reason and vCPU",
		.usage	= "exits [OPTION]...\n\n"
			  USAGE_COMMON,
	},
	{
		.name	= "split",
		.run	= hypertrace_split,
		.help	= "where a hypercall's time goes, seen by guest and host together",
		.usage	= "split [OPTION]... TAGFILE\n\n"
			  USAGE_COMMON
			  "      --via WAY         fentry or kprobe (the cheapest that works)\n\n"
			  "TAGFILE is what 'vcpuinfo latency --tag' writes in the guest meanwhile; it\n"
			  "is read at the end.\n",
	},
};

/* the one that runs, NULL: none yet */
const struct hypertrace_command *hypertrace_command;

void hypertrace_usage(void)
{
	size_t i;

	if (hypertrace_command) {
		printf("Usage: hypertrace %s", hypertrace_command->usage);
		exit(EXIT_SUCCESS);
	}

	printf("Usage: hypertrace COMMAND [OPTION]...\n\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-9s %s\n", commands[i].name, commands[i].help);
	printf("\n  -h, --help     this; after a COMMAND: its options\n"
	       "  -V, --version  version\n");
	exit(EXIT_SUCCESS);
}

void hypertrace_try_help(void)
{
	fprintf(stderr, "Try 'hypertrace %s%s--help'.\n",
		hypertrace_command ? hypertrace_command->name : "",
		hypertrace_command ? " " : "");
	exit(EXIT_FAILURE);
}

void hypertrace_no_more(int argc, char **argv)
{
	if (optind < argc) {
		warnx("%s: what is \"%s\" for?", hypertrace_command->name, argv[optind]);
		hypertrace_try_help();
	}
}

static const struct hypertrace_command *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}

	return NULL;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		warnx("no command is given");
		hypertrace_try_help();
	}

	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))
		hypertrace_usage();

	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		printf("hypertrace %s\n", PV_VERSION);
		return EXIT_SUCCESS;
	}

	hypertrace_command = find(argv[1]);
	if (!hypertrace_command) {
		warnx("there is no command \"%s\"", argv[1]);
		hypertrace_try_help();
	}

	return hypertrace_command->run(argc - 1, argv + 1);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: the options, and which of them exclude each other.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* Options without a short form; the values are larger than those of characters */
enum {
	OPT_BY = 0x100,
	OPT_CALL,
	OPT_CPU,
	OPT_HISTOGRAM,
	OPT_RECORD,
	OPT_SAMPLES,
	OPT_TAG,
	OPT_WARMUP,
	OPT_WATCH,
};

static const struct option long_options[] = {
	{ "all",	no_argument,		NULL, 'a' },
	{ "by",		required_argument,	NULL, OPT_BY },
	{ "call",	required_argument,	NULL, OPT_CALL },
	{ "cpu",	required_argument,	NULL, OPT_CPU },
	{ "help",	no_argument,		NULL, 'h' },
	{ "histogram",	no_argument,		NULL, OPT_HISTOGRAM },
	{ "json",	no_argument,		NULL, 'J' },
	{ "output",	required_argument,	NULL, 'o' },
	{ "parse",	no_argument,		NULL, 'p' },
	{ "record",	required_argument,	NULL, OPT_RECORD },
	{ "samples",	required_argument,	NULL, OPT_SAMPLES },
	{ "sysroot",	required_argument,	NULL, 's' },
	{ "tag",	no_argument,		NULL, OPT_TAG },
	{ "version",	no_argument,		NULL, 'V' },
	{ "warmup",	required_argument,	NULL, OPT_WARMUP },
	{ "watch",	optional_argument,	NULL, OPT_WATCH },
	{}
};

static void usage(void)
{
	const struct section *s;
	const struct column *c;

	fputs("\n"
	      "Usage:\n"
	      " vcpuinfo [options] [<section>...]\n"
	      " vcpuinfo [options] freq --watch[=<seconds>]\n"
	      " vcpuinfo [options] exits [exits options]\n"
	      " vcpuinfo [options] latency [latency options]\n"
	      " vcpuinfo [-J] call <name>|<number> [<argument>...]\n"
	      " vcpuinfo [-s <dir>] --record <dir>\n"
	      "\n"
	      "Display what this guest can learn of its virtual machine.\n"
	      "\n"
	      "Options:\n"
	      " -a, --all            all sections but exits, those that take time included\n"
	      " -J, --json           use JSON output format\n"
	      " -o, --output <list>  columns to print, of one section that is a table\n"
	      " -p, --parse          print one section that is a table in a parsable format\n"
	      " -s, --sysroot <dir>  read the files of a recorded machine below <dir>\n"
	      "     --record <dir>   record this machine for --sysroot and bug reports, without\n"
	      "                      serial numbers, MAC addresses and host names\n"
	      "\n"
	      " -h, --help           display this help\n"
	      " -V, --version        display version\n"
	      "\n"
	      "Freq options:\n"
	      " --watch[=<seconds>]  show the rates of requests every so many seconds, 1 to\n"
	      "                      86400 (1), until interrupted\n"
	      "\n"
	      "Exits options:\n"
	      " --watch[=<seconds>]  show the exits of every so many seconds\n"
	      " --by vcpu            show the exits of each vCPU\n"
	      " --histogram          show how the times are distributed\n"
	      "\n"
	      "Latency options:\n"
	      " --call <name>|<number>  call to measure, may be repeated (nop, unassigned)\n"
	      " --cpu <list>         CPUs to measure on, such as 0-3,5 (the first online)\n"
	      " --samples <number>   calls to measure, 1 to 10000000 (10000)\n"
	      " --warmup <number>    calls before them, 0 to 10000000 (100)\n"
	      " --histogram          show how the prices are distributed\n"
	      " --tag                tag the calls for hypertrace split, and print their times\n"
	      "\n"
	      "Sections (default: all but exits and latency; with -o or -p: vcpus):\n", stdout);
	for (s = sections; s->name; s++)
		printf(" %-20s %s\n", s->name, s->help);
	fputs("\nCommands:\n"
	      " call                 make one hypercall; 'vcpuinfo call --help' lists names\n",
	      stdout);
	for (s = sections; s->name; s++) {
		if (!s->table)
			continue;
		printf("\nAvailable output columns for %s:\n", s->name);
		for (c = s->columns; c->key; c++)
			printf(" %-20s %s\n", c->key, c->help);
	}
	fputs("\nFor more details see vcpuinfo(1).\n", stdout);
}

static bool is_alone(const struct options *o, const char *section)
{
	return !o->all && o->nr_names == 1 && !strcmp(o->names[0], section);
}

/**
 * options_question - does the exit status report whether the machine is virtual?
 * @o: options
 *
 * Return: true if section hypervisor is the only one.
 */
bool options_question(const struct options *o)
{
	return is_alone(o, "hypervisor");
}

/**
 * options_command - does the command line begin with the command "call"?
 * @o: options
 *
 * Return: true if it does.
 */
bool options_command(const struct options *o)
{
	return o->nr_names && !strcmp(o->names[0], "call");
}

static void set_format(struct options *o, enum format format)
{
	if (o->format != FORMAT_TEXT && o->format != format)
		o->conflict = true;
	o->format = format;
}

static void parse(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "aJo:ps:hV", long_options, NULL)) != -1) {
		switch (c) {
		case 'a':
			o->all = true;
			break;
		case 'J':
			set_format(o, FORMAT_JSON);
			break;
		case 'o':
			o->columns = optarg;
			break;
		case 'p':
			set_format(o, FORMAT_PARSABLE);
			break;
		case 's':
			o->sysroot = optarg;
			break;
		case 'h':
			o->help = true;
			break;
		case 'V':
			printf("%s from pvguest %s\n", program_invocation_short_name,
			       PV_VERSION);
			exit(EXIT_SUCCESS);
		case OPT_BY:
			o->by = true;
			o->by_what = optarg;
			break;
		case OPT_CALL:
			o->calls[o->nr_calls++] = optarg;
			break;
		case OPT_CPU:
			o->cpus = optarg;
			break;
		case OPT_HISTOGRAM:
			o->histogram = true;
			break;
		case OPT_RECORD:
			o->record = optarg;
			break;
		case OPT_SAMPLES:
			o->samples = optarg;
			break;
		case OPT_TAG:
			o->tag = true;
			break;
		case OPT_WARMUP:
			o->warmup = optarg;
			break;
		case OPT_WATCH:
			o->watch = true;
			o->seconds = optarg;
			break;
		default:
			o->wrong = true;
			/* Of an option that lacks its argument */
			if (optopt == OPT_RECORD)
				o->record = "";
		}
	}
	o->names = argv + optind;
	o->nr_names = argc - optind;
}

/* The first option that applies to section latency only, or NULL. */
static const char *latency_option(const struct options *o)
{
	if (o->nr_calls)
		return "--call";
	if (o->cpus)
		return "--cpu";
	if (o->samples)
		return "--samples";
	if (o->warmup)
		return "--warmup";
	return o->tag ? "--tag" : NULL;
}

/* Options of section exits, some of which other sections have as well */
static void check_exits(const struct options *o)
{
	const bool exits = is_alone(o, "exits");

	if (o->by && !exits)
		errx(failure, "--by applies to one section: vcpuinfo exits --by vcpu");
	if (o->by && strcmp(o->by_what, "vcpu"))
		errx(failure, "--by: unknown word \"%s\": expected vcpu", o->by_what);
	if (o->histogram && !exits && !is_alone(o, "latency"))
		errx(failure,
		     "--histogram applies to one section: vcpuinfo latency|exits --histogram");
	if (o->watch && !exits && !is_alone(o, "freq"))
		errx(failure,
		     "--watch applies to one section: vcpuinfo freq|exits --watch[=SECONDS]");
}

static void check_record(const struct options *o)
{
	if (o->nr_names)
		errx(failure, "--record records all sections: unexpected argument \"%s\"",
		     o->names[0]);
	if (o->all || o->columns || o->watch || o->by || o->histogram ||
	    o->format != FORMAT_TEXT || latency_option(o))
		errx(failure, "--record: --sysroot is the only other option that applies");
	if (!*o->record)
		errx(failure, "--record: give a directory that is empty or does not exist");
}

static void check(const struct options *o)
{
	const char *option = latency_option(o);

	if (o->record)
		check_record(o);
	if (o->conflict)
		errx(failure, "mutually exclusive arguments: --json --parse");
	if (option && !is_alone(o, "latency"))
		errx(failure, "%s applies to one section: vcpuinfo latency %s ...", option,
		     option);
	check_exits(o);
	if (o->tag && (o->histogram || o->columns || o->format == FORMAT_PARSABLE))
		errx(failure, "mutually exclusive arguments: --tag %s",
		     o->histogram ? "--histogram" : o->columns ? "--output" : "--parse");
	if (o->tag && o->nr_calls > 1)
		errx(failure, "--tag: one call at a time: give --call once");
	if ((o->histogram || o->watch) && (o->columns || o->format == FORMAT_PARSABLE))
		errx(failure, "mutually exclusive arguments: %s %s",
		     o->watch ? "--watch" : "--histogram", o->columns ? "--output" : "--parse");
}

/**
 * options_parse - parse the command line; ends the program if it is not valid
 * @argc: of main()
 * @argv: of main()
 * @o: out: the options; @o->calls is for free()
 */
void options_parse(int argc, char **argv, struct options *o)
{
	/* There are at most as many calls as words. */
	o->calls = calloc(argc + 1, sizeof(*o->calls));
	if (!o->calls)
		err(failure, "options");
	parse(argc, argv, o);
	if (options_question(o) || o->record)
		failure = ANSWER_UNKNOWN;

	if (o->wrong) {
		fprintf(stderr, "Try '%s --help' for more information.\n",
			program_invocation_short_name);
		exit(failure);
	}
	if (o->help && !options_command(o)) {
		usage();
		exit(EXIT_SUCCESS);
	}
	check(o);
}

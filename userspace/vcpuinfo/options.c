// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: the options, and which of them exclude each other.
 *
 * One table has all options: getopt_long(3) and the usage are made from it, and the completions
 * of the shells read the usage.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

#define MAX_SECONDS	86400
#define HELP_COLUMN	28

/* Options without a short form; the values are larger than those of characters */
enum {
	OPT_BRIEF = 0x100,
	OPT_BY,
	OPT_CALL,
	OPT_CPU,
	OPT_HISTOGRAM,
	OPT_OUTPUT_ALL,
	OPT_RECORD,
	OPT_SAMPLES,
	OPT_TAG,
	OPT_WARMUP,
	OPT_WATCH,
};

/**
 * struct option_row - one option
 * @id: its short form, or OPT_*
 * @name: its long form
 * @argument: in the usage; in brackets if it is optional, NULL if the option has none
 * @help: what it does
 */
struct option_row {
	int id;
	const char *name;
	const char *argument;
	const char *help;
};

static const struct option_row general[] = {
	{ 'a', "all", NULL, "display all sections but exits, latency included" },
	{ OPT_BRIEF, "brief", NULL, "display the hypervisor in one word" },
	{ 'c', "count", "<number>", "with --interval: end after so many intervals" },
	{ 'e', "extended", "[<list>]", "display one section as a table" },
	{ 'H', "list-columns", NULL, "list the columns of the sections" },
	{ 'i', "interval", "<seconds>", "repeat every so many seconds, 0.01 to 86400" },
	{ 'J', "json", NULL, "use JSON output format" },
	{ 'n', "noheadings", NULL, "do not print headings of columns" },
	{ 'o', "output", "<list>", "columns of one section; +<list> adds columns" },
	{ OPT_OUTPUT_ALL, "output-all", NULL, "all columns of one section" },
	{ 'p', "parse", "[<list>]", "print one section in a parsable format" },
	{ 'q', "quiet", NULL, "print nothing; the exit status is the result" },
	{ 'r', "raw", NULL, "do not align columns" },
	{ OPT_RECORD, "record", "<dir>", "record this machine for --sysroot and bug reports" },
	{ 's', "sysroot", "<dir>", "read the files of a recorded machine below <dir>" },
	{ OPT_WATCH, "watch", "[<seconds>]", "the same as --interval, of 1 second by default" },
	{ 'h', "help", NULL, "display this help" },
	{ 'V', "version", NULL, "display version" },
	{}
};

static const struct option_row exits[] = {
	{ OPT_BY, "by", "vcpu", "display the exits of each vCPU" },
	{ OPT_HISTOGRAM, "histogram", NULL, "display how the times are distributed" },
	{}
};

static const struct option_row latency[] = {
	{ OPT_CALL, "call", "<name>|<number>", "call to measure, may be repeated" },
	{ OPT_CPU, "cpu", "<list>", "CPUs to measure on, such as 0-3,5" },
	{ OPT_SAMPLES, "samples", "<number>", "calls to measure, 1 to 10000000 (10000)" },
	{ OPT_WARMUP, "warmup", "<number>", "calls before them, 0 to 10000000 (100)" },
	{ OPT_HISTOGRAM, "histogram", NULL, "display how the times are distributed" },
	{ OPT_TAG, "tag", NULL, "tag the calls for hypertrace split" },
	{}
};

static const struct {
	const char *title;
	const struct option_row *rows;
} groups[] = {
	{ "Options", general },
	{ "Exits options", exits },
	{ "Latency options", latency },
};

static const char * const format_names[] = {
	[FORMAT_JSON] = "--json",
	[FORMAT_PARSABLE] = "--parse",
	[FORMAT_BRIEF] = "--brief",
	[FORMAT_QUIET] = "--quiet",
};

static void print_option(const struct option_row *row)
{
	char text[64], argument[32] = "";
	int len;

	/* An optional argument follows a '='. */
	if (row->argument && *row->argument == '[')
		snprintf(argument, sizeof(argument), "[=%s", row->argument + 1);
	else if (row->argument)
		snprintf(argument, sizeof(argument), " %s", row->argument);
	if (row->id < OPT_BRIEF)
		len = snprintf(text, sizeof(text), " -%c, --%s%s", row->id, row->name, argument);
	else
		len = snprintf(text, sizeof(text), "     --%s%s", row->name, argument);
	if (len > HELP_COLUMN - 2)
		printf("%s\n%*s%s\n", text, HELP_COLUMN, "", row->help);
	else
		printf("%-*s%s\n", HELP_COLUMN, text, row->help);
}

static void usage(void)
{
	const struct option_row *row;
	const struct section *s;
	size_t i;

	fputs("\n"
	      "Usage:\n"
	      " vcpuinfo [options] [<section>...]\n"
	      " vcpuinfo [options] exits [exits options]\n"
	      " vcpuinfo [options] latency [latency options]\n"
	      " vcpuinfo [-J] call <name>|<number> [<argument>...]\n"
	      " vcpuinfo [-s <dir>] --record <dir>\n"
	      "\n"
	      "Display information about the hypervisor and the vCPUs of a virtual machine.\n",
	      stdout);
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		printf("\n%s:\n", groups[i].title);
		for (row = groups[i].rows; row->id; row++)
			print_option(row);
	}
	fputs("\nSections (default: summary; with -e, -n, -o, -p or -r: vcpus):\n", stdout);
	for (s = sections; s->name; s++)
		printf(" %-*s%s\n", HELP_COLUMN - 1, s->name, s->help);
	printf("\nCommands:\n"
	       " %-*s%s\n"
	       "\n"
	       "Exit status: 0 virtual machine, 1 no hypervisor, 2 unknown, 3 error.\n"
	       "\n"
	       "For more details see vcpuinfo(1).\n", HELP_COLUMN - 1, "call",
	       "make one hypercall; 'vcpuinfo call --help' lists names");
}

static bool is_alone(const struct options *o, const char *section)
{
	const struct section *s = o->nr_names == 1 ? section_find(o->names[0]) : NULL;

	return !o->all && s && !strcmp(s->name, section);
}

/**
 * options_command - does the command line begin with the command "call"?
 * @o: options
 *
 * Return: true if it does.
 */
bool options_command(const struct options *o)
{
	const char *name = o->nr_names ? o->names[0] : NULL;

	return name && !strcmp(name, "call");
}

/**
 * options_rates - does --interval print rates of the counters of one section?
 * @o: options
 *
 * Return: true if it does; otherwise the output is repeated.
 */
bool options_rates(const struct options *o)
{
	return o->interval_ns && (is_alone(o, "cpufreq") || is_alone(o, "exits"));
}

static void set_format(struct options *o, enum format format)
{
	if (o->format != FORMAT_TEXT && o->format != format)
		errx(STATUS_ERROR, "mutually exclusive arguments: %s %s", format_names[o->format],
		     format_names[format]);
	o->format = format;
}

/* A short option can have its list after a '=', too. */
static void set_columns(struct options *o, char *list)
{
	if (!list)
		return;
	if (o->columns)
		errx(STATUS_ERROR, "more than one list of columns: \"%s\" and \"%s\"", o->columns,
		     list);
	o->columns = *list == '=' ? list + 1 : list;
}

static void set_interval(struct options *o, const char *name, const char *seconds)
{
	o->interval_ns = options_duration(name, seconds ? seconds : "1", MAX_SECONDS);
}

/* False: the option does not exist, or lacks its argument. */
static bool set_option(struct options *o, int id, char *argument)
{
	switch (id) {
	case 'a':
		o->all = true;
		return true;
	case 'c':
		o->count = options_number("--count", argument, 1, UINT32_MAX);
		return true;
	case 'e':
		o->table = true;
		o->extended = true;
		set_columns(o, argument);
		return true;
	case 'h':
		o->help = true;
		return true;
	case 'H':
		o->list_columns = true;
		return true;
	case 'i':
		set_interval(o, "--interval", argument);
		return true;
	case 'J':
		set_format(o, FORMAT_JSON);
		return true;
	case 'n':
		o->table = true;
		o->no_headings = true;
		return true;
	case 'o':
		o->table = true;
		set_columns(o, argument);
		return true;
	case 'p':
		set_format(o, FORMAT_PARSABLE);
		set_columns(o, argument);
		return true;
	case 'q':
		set_format(o, FORMAT_QUIET);
		return true;
	case 'r':
		o->table = true;
		o->raw = true;
		return true;
	case 's':
		o->sysroot = argument;
		return true;
	case 'V':
		printf("%s from pvguest %s\n", program_invocation_short_name, PV_VERSION);
		exit(EXIT_SUCCESS);
	case OPT_BRIEF:
		set_format(o, FORMAT_BRIEF);
		return true;
	case OPT_BY:
		o->by = true;
		o->by_what = argument;
		return true;
	case OPT_CALL:
		o->calls[o->nr_calls++] = argument;
		return true;
	case OPT_CPU:
		o->cpus = argument;
		return true;
	case OPT_HISTOGRAM:
		o->histogram = true;
		return true;
	case OPT_OUTPUT_ALL:
		o->table = true;
		o->all_columns = true;
		return true;
	case OPT_RECORD:
		o->record = argument;
		return true;
	case OPT_SAMPLES:
		o->samples = argument;
		return true;
	case OPT_TAG:
		o->tag = true;
		return true;
	case OPT_WARMUP:
		o->warmup = argument;
		return true;
	case OPT_WATCH:
		set_interval(o, "--watch", argument);
		return true;
	}
	return false;
}

/* The tables of getopt_long(3), which returns words that are no options as 1 */
static void make_getopt(char *shorts, struct option *longs)
{
	const struct option_row *row;
	int argument;
	size_t i;

	*shorts++ = '-';
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		for (row = groups[i].rows; row->id; row++) {
			argument = no_argument;
			if (row->argument)
				argument = *row->argument == '[' ? optional_argument :
					   required_argument;
			*longs++ = (struct option){ row->name, argument, NULL, row->id };
			if (row->id >= OPT_BRIEF)
				continue;
			*shorts++ = row->id;
			if (argument != no_argument)
				*shorts++ = ':';
			if (argument == optional_argument)
				*shorts++ = ':';
		}
	}
	*shorts = '\0';
	*longs = (struct option){};
}

static void parse(int argc, char **argv, struct options *o)
{
	static struct option longs[ARRAY_SIZE(general) + ARRAY_SIZE(exits) + ARRAY_SIZE(latency)];
	static char shorts[3 * ARRAY_SIZE(general) + 2];
	int c;

	make_getopt(shorts, longs);
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == 1)
			o->names[o->nr_names++] = optarg;
		else if (!set_option(o, c, optarg))
			o->wrong = true;
	}
	while (optind < argc)
		o->names[o->nr_names++] = argv[optind++];
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
	const bool alone = is_alone(o, "exits");

	if (o->by && !alone)
		errx(STATUS_ERROR, "--by applies to one section: vcpuinfo exits --by vcpu");
	if (o->by && strcmp(o->by_what, "vcpu"))
		errx(STATUS_ERROR, "--by: unknown word \"%s\": expected vcpu", o->by_what);
	if (o->histogram && !alone && !is_alone(o, "latency"))
		errx(STATUS_ERROR,
		     "--histogram applies to one section: vcpuinfo latency|exits --histogram");
}

static void check_record(const struct options *o)
{
	if (o->nr_names)
		errx(STATUS_ERROR, "--record records all sections: unexpected argument \"%s\"",
		     o->names[0]);
	if (o->all || o->table || o->columns || o->interval_ns || o->by || o->histogram ||
	    o->format != FORMAT_TEXT || latency_option(o))
		errx(STATUS_ERROR, "--record: --sysroot is the only other option that applies");
	if (!*o->record)
		errx(STATUS_ERROR, "--record: give a directory that is empty or does not exist");
}

/* The first option that selects or arranges columns, or NULL */
static const char *table_option(const struct options *o)
{
	if (o->format == FORMAT_PARSABLE)
		return "--parse";
	if (o->extended)
		return "--extended";
	if (o->all_columns)
		return "--output-all";
	if (o->raw)
		return "--raw";
	if (o->no_headings)
		return "--noheadings";
	return o->columns ? "--output" : NULL;
}

static void check_table(const struct options *o)
{
	const char *option = table_option(o);

	if (o->columns && o->all_columns)
		errx(STATUS_ERROR, "mutually exclusive arguments: --output --output-all");
	if (o->format == FORMAT_PARSABLE && (o->extended || o->raw))
		errx(STATUS_ERROR, "mutually exclusive arguments: --parse %s",
		     o->extended ? "--extended" : "--raw");
	if (o->format == FORMAT_JSON && o->raw)
		errx(STATUS_ERROR, "mutually exclusive arguments: --json --raw");
	if ((o->format == FORMAT_BRIEF || o->format == FORMAT_QUIET) && o->table)
		errx(STATUS_ERROR, "mutually exclusive arguments: %s %s", format_names[o->format],
		     option);
	if (o->tag && (o->histogram || option))
		errx(STATUS_ERROR, "mutually exclusive arguments: --tag %s",
		     o->histogram ? "--histogram" : option);
	if (o->histogram && option)
		errx(STATUS_ERROR, "mutually exclusive arguments: --histogram %s", option);
	if (options_rates(o) && option)
		errx(STATUS_ERROR, "mutually exclusive arguments: --interval %s", option);
}

static void check(const struct options *o)
{
	const char *option = latency_option(o);

	if (o->record)
		check_record(o);
	if (option && !is_alone(o, "latency"))
		errx(STATUS_ERROR, "%s applies to one section: vcpuinfo latency %s ...", option,
		     option);
	if (o->count && !o->interval_ns)
		errx(STATUS_ERROR, "--count needs --interval: vcpuinfo --interval 1 --count %u",
		     o->count);
	check_exits(o);
	check_table(o);
	if (o->tag && o->nr_calls > 1)
		errx(STATUS_ERROR, "--tag: one call at a time: give --call once");
}

/**
 * options_parse - parse the command line; ends the program if it is not valid
 * @argc: of main()
 * @argv: of main()
 * @o: out: the options; @o->calls and @o->names are for free()
 */
void options_parse(int argc, char **argv, struct options *o)
{
	/* There are at most as many calls and names as words. */
	o->calls = calloc(argc + 1, sizeof(*o->calls));
	o->names = calloc(argc + 1, sizeof(*o->names));
	if (!o->calls || !o->names)
		err(STATUS_ERROR, "options");
	parse(argc, argv, o);

	if (o->wrong) {
		fprintf(stderr, "Try '%s --help' for more information.\n",
			program_invocation_short_name);
		exit(STATUS_ERROR);
	}
	if (o->help && !options_command(o)) {
		usage();
		exit(EXIT_SUCCESS);
	}
	check(o);
}

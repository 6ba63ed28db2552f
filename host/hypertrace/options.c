// SPDX-License-Identifier: GPL-2.0
/*
 * Options that more than one command has.
 */
#include <err.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/pvhost/pvhost.h"
#include "hypertrace.h"

#define MAX_SECONDS	(366 * 24 * 60 * 60)
#define MAX_US		1000000000ULL

static __u64 read_call(const char *word)
{
	const struct pv_call *call;
	__u64 value;

	if (!pv_number_parse(word, &value))
		return value;

	call = pv_calls_named(word);
	if (call)
		return call->nr;
	call = pv_calls_near(word, NULL);
	if (call)
		errx(EXIT_FAILURE, "--call: unknown hypercall \"%s\": did you mean %s?", word,
		     call->alias[0]);
	errx(EXIT_FAILURE, "--call: unknown hypercall \"%s\": give its number", word);
}

/* Numbers and names with commas between them */
static void read_calls(struct options *opts, const char *text)
{
	char *words = strdup(text), *rest = words, *word;

	if (!words)
		err(EXIT_FAILURE, "--call");
	while ((word = strsep(&rest, ","))) {
		if (opts->state.nr_numbers == STATE_WANTED)
			errx(EXIT_FAILURE, "--call: more than %d hypercalls", STATE_WANTED);
		opts->state.numbers[opts->state.nr_numbers++] = read_call(word);
	}
	free(words);
}

static void set_pid(struct options *opts, pid_t pid)
{
	if (opts->state.pid) {
		warnx("--pid and --name exclude each other: select one VM");
		pvhost_try_help();
	}
	opts->state.pid = pid;
}

static __u64 read_duration(const char *what, const char *value)
{
	return pvhost_duration(what, value, PV_INTERVAL_MIN_MS, MAX_SECONDS);
}

static bool options_take(struct options *opts, int option, const char *value)
{
	switch (option) {
	case 'p':
		set_pid(opts, pvhost_number("--pid", value, 1, INT32_MAX));
		return true;
	case OPTION_NAME:
		set_pid(opts, pvhost_name_pid("--name", value));
		return true;
	case 'd':
		opts->duration = read_duration("--duration", value);
		return true;
	case 'i':
		opts->interval = read_duration("--interval", value);
		return true;
	case 'c':
		opts->count = pvhost_number("--count", value, 1, UINT32_MAX);
		return true;
	case 'J':
		opts->json = true;
		return true;
	case 'n':
		read_calls(opts, value);
		return true;
	case 's':
		opts->sort = row_sort(value);
		return true;
	case 'H':
		opts->histogram = true;
		return true;
	case 'T':
		opts->timestamp = true;
		return true;
	case OPTION_VCPU:
		opts->vcpus = pvhost_numbers("--vcpu", value, &opts->nr_vcpus);
		return true;
	case OPTION_REASON:
		opts->reasons = reason_list(value);
		return true;
	case OPTION_MIN_US:
		opts->state.min_ns = pvhost_number("--min-us", value, 1, MAX_US) * 1000;
		return true;
	case OPTION_EVENTS:
		opts->state.events = true;
		return true;
	case OPTION_FULL:
		opts->state.full = true;
		return true;
	case OPTION_METHOD:
		opts->method = value;
		return true;
	case 'h':
		pvhost_usage();
	}

	return false;
}

/**
 * options_read - read the options of a command
 * @opts: out: the options
 * @argc: as that of main()
 * @argv: as that of main()
 * @letters: short options
 * @options: long options
 */
void options_read(struct options *opts, int argc, char **argv, const char *letters,
		  const struct option *options)
{
	int c;

	while ((c = getopt_long(argc, argv, letters, options, NULL)) >= 0) {
		if (!options_take(opts, c, optarg))
			pvhost_try_help();
	}
}

/**
 * options_interval - read the operands INTERVAL and COUNT
 * @opts: the options, which have other values of --interval and --count
 * @argc: as that of main()
 * @argv: as that of main()
 */
void options_interval(struct options *opts, int argc, char **argv)
{
	if (!opts->interval && optind < argc)
		opts->interval = read_duration("interval", argv[optind++]);
	if (opts->interval && !opts->count && optind < argc)
		opts->count = pvhost_number("count", argv[optind++], 1, UINT32_MAX);
	pvhost_no_more(argc, argv);
	if (opts->count && !opts->interval) {
		warnx("%s: --count needs --interval", pvhost_command->name);
		pvhost_try_help();
	}
	if (opts->histogram && opts->json) {
		warnx("%s: --histogram is for tables: --json always has histograms",
		      pvhost_command->name);
		pvhost_try_help();
	}
	if (opts->timestamp && opts->json) {
		warnx("%s: --timestamp is for tables: omit it with --json", pvhost_command->name);
		pvhost_try_help();
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the user wants: options that more than one command has.
 */
#include <err.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>

#include "host/pvhost/pvhost.h"
#include "hypertrace.h"

#define MAX_SECONDS	(366 * 24 * 60 * 60)
#define MAX_US		1000000000ULL

static void set_pid(struct options *opts, pid_t pid)
{
	if (opts->state.pid) {
		warnx("--pid and --vm: say which VM by one of them");
		pvhost_try_help();
	}
	opts->state.pid = pid;
}

static bool options_take(struct options *opts, int option, const char *value)
{
	switch (option) {
	case 'p':
		set_pid(opts, pvhost_number("--pid", value, 1, INT32_MAX));
		return true;
	case OPTION_VM:
		set_pid(opts, pvhost_name_pid("--vm", value));
		return true;
	case 'd':
		opts->seconds = pvhost_number("--duration", value, 1, MAX_SECONDS);
		return true;
	case 'J':
		opts->json = true;
		return true;
	case 'n':
		number_list(opts, value);
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
	case OPTION_VIA:
		opts->via = value;
		return true;
	case 'h':
		pvhost_usage();
	}

	return false;
}

void options_read(struct options *opts, int argc, char **argv, const char *letters,
	       const struct option *options)
{
	int c;

	while ((c = getopt_long(argc, argv, letters, options, NULL)) >= 0) {
		if (!options_take(opts, c, optarg))
			pvhost_try_help();
	}
}

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

static void set_pid(struct wish *wish, pid_t pid)
{
	if (wish->state.pid) {
		warnx("--pid and --vm: say which VM by one of them");
		pvhost_try_help();
	}
	wish->state.pid = pid;
}

static bool wish_option(struct wish *wish, int option, const char *value)
{
	switch (option) {
	case 'p':
		set_pid(wish, pvhost_number("--pid", value, 1, INT32_MAX));
		return true;
	case WISH_VM:
		set_pid(wish, pvhost_name_pid("--vm", value));
		return true;
	case 'd':
		wish->seconds = pvhost_number("--duration", value, 1, MAX_SECONDS);
		return true;
	case 'J':
		wish->json = true;
		return true;
	case 'n':
		number_list(wish, value);
		return true;
	case WISH_MIN_US:
		wish->state.min_ns = pvhost_number("--min-us", value, 1, MAX_US) * 1000;
		return true;
	case WISH_EVENTS:
		wish->state.events = true;
		return true;
	case WISH_FULL:
		wish->state.full = true;
		return true;
	case WISH_VIA:
		wish->via = value;
		return true;
	case 'h':
		pvhost_usage();
	}

	return false;
}

void wish_read(struct wish *wish, int argc, char **argv, const char *letters,
	       const struct option *options)
{
	int c;

	while ((c = getopt_long(argc, argv, letters, options, NULL)) >= 0) {
		if (!wish_option(wish, c, optarg))
			pvhost_try_help();
	}
}

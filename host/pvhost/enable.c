// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost enable, pvhost disable
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pvhost.h"

#define PARAMETER	"/sys/module/kvm_pv/parameters/enabled"

static const struct option options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/**
 * pvhost_enabled - read whether kvm_pv is enabled
 * @enabled: the value
 *
 * Returns false if it is not known, as with a kvm_pv that is older than this pvhost.
 */
bool pvhost_enabled(bool *enabled)
{
	int fd = open(PARAMETER, O_RDONLY | O_CLOEXEC);
	char value;
	bool known;

	if (fd < 0)
		return false;
	known = read(fd, &value, 1) == 1 && (value == 'Y' || value == 'N');
	close(fd);
	*enabled = known && value == 'Y';
	return known;
}

static void read_options(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (c == 'h')
			pvhost_usage();
		pvhost_try_help();
	}
	pvhost_no_more(argc, argv);
}

static void write_value(const char *value)
{
	const char *reason;
	int fd;

	close(pvhost_device_open());
	fd = open(PARAMETER, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		errx(EXIT_FAILURE,
		     "the kvm_pv that is loaded is older than this pvhost: load the new one");
	if (fd < 0)
		err(EXIT_FAILURE, PARAMETER);
	if (write(fd, value, 1) == 1)
		return;

	if (errno == EPERM || *value == 'N')
		err(EXIT_FAILURE, PARAMETER);
	/* All but the hook of hypercalls is enabled. */
	reason = errno == EBUSY ? "a live patch has replaced KVM's handler" : strerror(errno);
	errx(EXIT_FAILURE,
	     "enabled without hypercalls (%s): correct that and run pvhost enable again", reason);
}

int pvhost_enable(int argc, char **argv)
{
	read_options(argc, argv);
	write_value("Y");
	return EXIT_SUCCESS;
}

int pvhost_disable(int argc, char **argv)
{
	read_options(argc, argv);
	write_value("N");
	return EXIT_SUCCESS;
}

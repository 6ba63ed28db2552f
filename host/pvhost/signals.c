// SPDX-License-Identifier: GPL-2.0
/*
 * Signals of a process that stays until a VM ends: SIGHUP, SIGINT and SIGTERM.
 */
#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>

#include "pvhost.h"

/**
 * pvhost_signals_open - block the signals, and open a file descriptor that reads them
 *
 * The parent can have ignored a signal: it would never arrive.
 */
int pvhost_signals_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);

	fd = sigprocmask(SIG_BLOCK, &set, NULL) ? -1 : signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		err(EXIT_FAILURE, "signalfd");

	return fd;
}

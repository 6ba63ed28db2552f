// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command as user nobody on a machine without su.
 */
#include <err.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		errx(EXIT_FAILURE, "usage: unprivileged COMMAND [ARGUMENT]...");
	if (setgid(65534) || setuid(65534))
		err(EXIT_FAILURE, "setuid");

	execvp(argv[1], argv + 1);
	err(EXIT_FAILURE, "%s", argv[1]);
}

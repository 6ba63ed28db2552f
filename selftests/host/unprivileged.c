// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command as nobody, where there is no su.
 */
#include <err.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		errx(EXIT_FAILURE, "which command?");
	if (setgid(65534) || setuid(65534))
		err(EXIT_FAILURE, "nobody");

	execvp(argv[1], argv + 1);
	err(EXIT_FAILURE, "%s", argv[1]);
}

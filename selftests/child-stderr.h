/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output of functions that end the program, for native tests.  Include it after kselftest.h.
 */
#ifndef SELFTESTS_CHILD_STDERR_H
#define SELFTESTS_CHILD_STDERR_H

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/**
 * child_stderr - run a function in a child
 * @func: its result is the exit status, unless it ends the child
 * @arg: argument of @func
 * @output: out: what the child prints to stderr, with a null byte at the end
 * @size: size of @output
 * @status: out: status of waitpid()
 *
 * Returns the length of @output.
 */
static size_t child_stderr(int (*func)(void *arg), void *arg, char *output, size_t size,
			   int *status)
{
	int pipes[2];
	FILE *in;
	size_t len;
	pid_t pid;

	if (pipe(pipes))
		ksft_exit_fail_perror("pipe");
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		ksft_exit_fail_perror("fork");
	if (!pid) {
		dup2(pipes[1], STDERR_FILENO);
		_exit(func(arg));
	}
	close(pipes[1]);
	in = fdopen(pipes[0], "r");
	len = fread(output, 1, size - 1, in);
	output[len] = '\0';
	fclose(in);
	waitpid(pid, status, 0);
	return len;
}

#endif /* SELFTESTS_CHILD_STDERR_H */

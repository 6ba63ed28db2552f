// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that pvhost runs.
 */
#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pvhost.h"

char *pvhost_text(const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		err(EXIT_FAILURE, "text");

	return text;
}

/**
 * pvhost_have_program - whether execvp(3) would find a program
 * @name: its name or path
 */
bool pvhost_have_program(const char *name)
{
	const char *path = getenv("PATH"), *end;
	bool found = false;
	char *file;

	if (strchr(name, '/'))
		return !access(name, X_OK);

	for (path = path ? : "/bin:/usr/bin"; !found; path = end + 1) {
		end = strchrnul(path, ':');
		file = pvhost_text("%.*s/%s", (int)(end - path), path, name);
		found = !access(file, X_OK);
		free(file);
		if (!*end)
			break;
	}

	return found;
}

/* The program's own words say best what is wrong. */
static void repeat(const char *path)
{
	char line[1024];
	FILE *log;

	log = fopen(path, "re");
	while (log && fgets(line, sizeof(line), log))
		fputs(line, stderr);
	if (log)
		fclose(log);
}

static void __noreturn become(char **argv, const char *log)
{
	int in = open("/dev/null", O_RDONLY);
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (in < 0 || out < 0)
		err(127, "%s", log);

	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

/**
 * pvhost_spawn - run a program, and wait for its end
 * @argv: its arguments, the last NULL
 * @dir: folder for what it prints, which is shown where it fails
 *
 * Returns whether it succeeded.
 */
bool pvhost_spawn(char **argv, const char *dir)
{
	char *log = pvhost_text("%s/log", dir);
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		err(EXIT_FAILURE, "fork");
	if (!pid)
		become(argv, log);

	if (waitpid(pid, &status, 0) != pid)
		err(EXIT_FAILURE, "%s", argv[0]);
	if (status)
		repeat(log);

	free(log);
	return !status;
}

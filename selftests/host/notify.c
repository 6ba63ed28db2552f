// SPDX-License-Identifier: GPL-2.0
/*
 * notify SOCKET COMMAND...: runs COMMAND as a service manager does, and prints the messages that it
 * sends to SOCKET.  SOCKET is a path, or after "@" a name in the abstract namespace.  SIGTERM and
 * SIGHUP are passed on.  Exits with the status of COMMAND.
 */
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

static void pass_on(int number)
{
	kill(child, number);
}

static int listen_at(const char *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t size = strlen(text);
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + size;

	if (size >= sizeof(address.sun_path))
		errx(EXIT_FAILURE, "%s: too long", text);
	memcpy(address.sun_path, text, size);
	if (*text == '@')
		address.sun_path[0] = '\0';
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len))
		err(EXIT_FAILURE, "%s", text);
	return fd;
}

static void print_messages(int fd)
{
	char message[256];
	ssize_t len;

	while ((len = recv(fd, message, sizeof(message), MSG_DONTWAIT)) >= 0)
		printf("message: %.*s\n", (int)len, message);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = pass_on };
	struct pollfd polled[2] = { };
	int status;

	if (argc < 3)
		errx(EXIT_FAILURE, "usage: notify SOCKET COMMAND [ARGUMENT]...");

	polled[0].fd = listen_at(argv[1]);
	polled[0].events = POLLIN;
	child = fork();
	if (child < 0)
		err(EXIT_FAILURE, "fork");
	if (!child) {
		setenv("NOTIFY_SOCKET", argv[1], 1);
		execvp(argv[2], argv + 2);
		err(EXIT_FAILURE, "%s", argv[2]);
	}

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	polled[1].fd = syscall(SYS_pidfd_open, child, 0);
	polled[1].events = POLLIN;
	if (polled[1].fd < 0)
		err(EXIT_FAILURE, "pidfd_open");
	do {
		poll(polled, 2, -1);
		print_messages(polled[0].fd);
	} while (!polled[1].revents);

	waitpid(child, &status, 0);
	if (*argv[1] != '@')
		unlink(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

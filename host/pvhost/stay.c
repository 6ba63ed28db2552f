// SPDX-License-Identifier: GPL-2.0
/*
 * A process that stays until a VM ends: its signals, its messages to the manager of services, and
 * pvhost sync --stay.
 *
 * pvhost sync --stay does not keep /dev/kvm_pv open, so that the module can be unloaded.  The
 * module can have been loaded again at the end, so the VM is detached by its process and not by an
 * id.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pvhost.h"

/**
 * pvhost_stay_signals - block the signals, and open a file descriptor that reads them
 *
 * The parent can have ignored a signal: it would never arrive.
 */
int pvhost_stay_signals(void)
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

/* A path, or after "@" a name in the abstract namespace */
static bool read_address(struct sockaddr_un *address, socklen_t *len, const char *text)
{
	size_t size = strlen(text);

	if ((*text != '/' && *text != '@') || size >= sizeof(address->sun_path))
		return false;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, text, size);
	if (*text == '@')
		address->sun_path[0] = '\0';
	/* All bytes of an abstract name count. */
	*len = offsetof(struct sockaddr_un, sun_path) + size + (*text == '/');
	return true;
}

/**
 * pvhost_stay_notify - send a message to the manager of services that has started this process
 * @state: assignments, as "READY=1"
 *
 * The protocol is that of sd_notify(3), with one datagram per message.
 */
void pvhost_stay_notify(const char *state)
{
	const char *text = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t len;
	int fd;

	if (!text || !*text)
		return;
	if (!read_address(&address, &len, text)) {
		warnx("NOTIFY_SOCKET: \"%s\" is not the address of a socket", text);
		return;
	}

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
			     len) < 0)
		warn("NOTIFY_SOCKET: %s", text);
	if (fd >= 0)
		close(fd);
}

static int detach(const struct pvhost_stay *stay)
{
	int fd = pvhost_device_try(), status = EXIT_SUCCESS, error;
	struct kvm_pv_vm *vms;
	size_t i, nr;

	if (fd < 0)
		return EXIT_SUCCESS;

	vms = pvhost_device_list(fd, &nr);
	for (i = 0; i < nr; i++) {
		if (vms[i].pid != stay->pid)
			continue;
		error = pvhost_device_detach(fd, vms[i].id);
		if (!error)
			printf("%s: detached\n", stay->name);
		else if (error != ENOENT)
			status = EXIT_FAILURE;
	}
	free(vms);
	close(fd);
	return status;
}

/**
 * pvhost_stay - stay until the process of a VM ends, or until a signal
 * @stay: the process and its VM
 *
 * SIGINT and SIGTERM detach the VM.
 *
 * Returns the exit status.
 */
int pvhost_stay(const struct pvhost_stay *stay)
{
	struct signalfd_siginfo signal;
	struct pollfd polled[] = {
		{ .fd = stay->pidfd, .events = POLLIN },
		{ .fd = stay->signals, .events = POLLIN },
	};

	for (;;) {
		if (poll(polled, ARRAY_SIZE(polled), -1) < 0 && errno != EINTR)
			break;
		/* kvm_pv detaches a VM that ends. */
		if (polled[0].revents)
			return EXIT_SUCCESS;
		if (!polled[1].revents)
			continue;
		if (read(stay->signals, &signal, sizeof(signal)) != sizeof(signal))
			break;
		if (signal.ssi_signo != SIGHUP)
			return detach(stay);
		if (!stay->reload(stay->arg, stay->name, stay->pid))
			warnx("%s: not changed", stay->name);
	}

	warn("%s: cannot wait for the end of the VM", stay->name);
	return EXIT_FAILURE;
}

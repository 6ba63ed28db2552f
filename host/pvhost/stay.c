// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost sync --stay: a process for a service that ends with its VM.
 *
 * It does not keep /dev/kvm_pv open, so that the module can be unloaded.  The module can have been
 * loaded again at the end, so the VM is detached by its process and not by an id.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "stay.h"

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

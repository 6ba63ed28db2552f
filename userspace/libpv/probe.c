// SPDX-License-Identifier: GPL-2.0
/*
 * All calls that the driver knows.
 */
#include <errno.h>
#include <stdlib.h>

#include "device.h"
#include "probe.h"

/* More than any driver knows; limits the number of ioctls. */
#define MAX_CALLS	4096

static int add(struct pv_probe *probe, const struct pv_hypercall_probe *call)
{
	struct pv_hypercall_probe *calls;

	if (probe->nr == MAX_CALLS)
		return -EOVERFLOW;
	calls = reallocarray(probe->calls, probe->nr + 1, sizeof(*calls));
	if (!calls)
		return -ENOMEM;
	probe->calls = calls;
	calls[probe->nr] = *call;
	calls[probe->nr++].name[PV_HYPERCALL_NAME_LEN - 1] = '\0';
	return 0;
}

/**
 * pv_probe_read - probe all calls that the driver knows
 * @fd: device, see pv_device_open()
 * @probe: out: for pv_probe_free(), also if this fails
 *
 * Return: 0 or a negative errno: -ENOTTY if the driver lacks the ioctl.
 */
int pv_probe_read(int fd, struct pv_probe *probe)
{
	struct pv_hypercall_probe call;
	__u64 from = 0;
	int err;

	*probe = (struct pv_probe){};
	for (;;) {
		err = pv_device_probe(fd, from, PV_HYPERCALL_NEXT, &call);
		if (err == -ENOENT)
			return 0;
		if (!err)
			err = add(probe, &call);
		if (err)
			return err;
		if (call.found < from)
			return -EPROTO;
		from = call.found + 1;
		if (!from)
			return 0;
	}
}

/**
 * pv_probe_free - undo pv_probe_read()
 * @probe: its result
 */
void pv_probe_free(struct pv_probe *probe)
{
	free(probe->calls);
	*probe = (struct pv_probe){};
}

/**
 * pv_probe_find - the probe of one call
 * @probe: all probes
 * @nr: number of the call
 *
 * Return: the probe, or NULL if the driver does not know the call.
 */
const struct pv_hypercall_probe *pv_probe_find(const struct pv_probe *probe, __u64 nr)
{
	size_t i;

	for (i = 0; i < probe->nr; i++)
		if (probe->calls[i].found == nr)
			return &probe->calls[i];
	return NULL;
}

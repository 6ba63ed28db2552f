// SPDX-License-Identifier: GPL-2.0
/*
 * The exits of this machine's vCPUs for --record, or those of a recorded machine.  A recording has
 * numbers only, and unknown members are removed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "exits.h"
#include "scrub.h"

static int take(struct scrub *s, const char *path, struct pv_exits *exits)
{
	struct vcpuinfo v = { .sysfs = s->sysfs };
	int err = exits_take(&v, exits);

	/* A machine without telemetry has nothing to record. */
	if (err == -ENODATA && s->sysfs.live)
		return -ENODEV;
	if (err == -EBADMSG && !s->sysfs.live) {
		s->why = "not a recording of " PV_EXITS_PATH;
		return -EPROTO;
	}
	if (err == -EBADMSG)
		s->why = "exceeds limits";
	return err;
}

int scrub_exits(struct scrub *s, const char *path, char **buf, size_t *len)
{
	struct pv_exits exits;
	int err = take(s, path, &exits);
	FILE *file;

	if (err)
		return err;
	file = open_memstream(buf, len);
	err = file ? pv_exits_store(&exits, file) : -ENOMEM;
	pv_exits_free(&exits);
	if (!file)
		return err;
	if (fclose(file))
		err = -errno;
	if (err)
		free(*buf);
	return err;
}

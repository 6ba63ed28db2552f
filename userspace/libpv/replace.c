// SPDX-License-Identifier: GPL-2.0
/*
 * Replacing a file in one step, without following symbolic links.
 *
 * The user who owns the folder may have put a link or a file of another user at the path, and
 * may read the path at any time.  So the new contents are in a new file, which replaces
 * the old one by rename(2).  rename(2) replaces a link and not its target.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace.h"

#define TRIES	16

/* Begins with a dot and has another suffix, so that readers of a folder ignore the file. */
static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	int dir = slash ? slash - path + 1 : 0;
	unsigned int number;
	char *name;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number) ||
	    asprintf(&name, "%.*s.%s.%08x", dir, path, path + dir, number) < 0)
		return NULL;
	return name;
}

/**
 * pv_replace_begin - create the new file
 * @r: out: the replacement, for pv_replace_commit() or pv_replace_abort()
 * @path: file to replace; does not have to exist
 *
 * The mode of the new file is 0644 without the bits of the umask.
 *
 * Return: 0 or a negative errno.
 */
int pv_replace_begin(struct pv_replace *r, const char *path)
{
	int i, err;

	r->path = strdup(path);
	if (!r->path)
		return -ENOMEM;

	for (i = 0; i < TRIES; i++) {
		r->temporary = temporary_name(path);
		if (!r->temporary)
			break;
		r->fd = open(r->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			     0644);
		if (r->fd >= 0)
			return 0;
		err = errno;
		free(r->temporary);
		errno = err;
		if (err != EEXIST)
			break;
	}

	err = errno;
	free(r->path);
	return -err;
}

static void release(struct pv_replace *r)
{
	close(r->fd);
	free(r->temporary);
	free(r->path);
}

/**
 * pv_replace_commit - let the new file replace the old one
 * @r: replacement, which ends
 *
 * Return: 0; or a negative errno, and the old file is unchanged.
 */
int pv_replace_commit(struct pv_replace *r)
{
	struct stat st;
	int err = 0;

	/* rename(2) would replace a device, too. */
	if (!lstat(r->path, &st) && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		err = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	else if (fsync(r->fd) || rename(r->temporary, r->path))
		err = -errno;

	if (err)
		unlink(r->temporary);
	release(r);
	return err;
}

/**
 * pv_replace_abort - remove the new file
 * @r: replacement, which ends; the old file is unchanged
 */
void pv_replace_abort(struct pv_replace *r)
{
	unlink(r->temporary);
	release(r);
}

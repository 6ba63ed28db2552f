// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings of /dev/pv_exits: the structures of linux/pv_exits.h as the ioctls return them.
 *
 *   struct pv_exits_info
 *   for each vCPU: struct pv_exits_read with @stats 0, then @nr struct pv_exits_stat
 *
 * Each structure has its size, so a recording of a newer kernel can have larger ones.  A reader
 * ignores the rest of these.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exits.h"

#define MAX_SIZE	4096

/**
 * struct bytes - what has not been read
 * @at: the bytes
 * @left: number of bytes
 */
struct bytes {
	const char *at;
	size_t left;
};

/* Takes a structure of @size bytes, of which this program knows @known. */
static bool take(struct bytes *b, void *to, size_t known, size_t size)
{
	if (size < known || size > MAX_SIZE || size > b->left)
		return false;
	memcpy(to, b->at, known);
	b->at += size;
	b->left -= size;
	return true;
}

/* The same for a structure that begins with its size */
static bool take_sized(struct bytes *b, void *to, size_t known)
{
	__u32 size;

	if (b->left < sizeof(size))
		return false;
	memcpy(&size, b->at, sizeof(size));
	return take(b, to, known, size);
}

static int load_vcpu(struct bytes *b, struct pv_exits *exits, __u32 vcpu,
		     struct pv_exits_stat *stats)
{
	struct pv_exits_read *read = &exits->vcpus[vcpu];
	__u32 i;

	if (!take_sized(b, read, sizeof(*read)) || read->vcpu != vcpu ||
	    read->nr > exits->info.nr_reasons)
		return -EBADMSG;
	for (i = 0; i < read->nr; i++)
		if (!take(b, &stats[i], sizeof(stats[i]), read->stat_size))
			return -EBADMSG;
	return pv_exits_add(exits, vcpu, stats, read->nr);
}

/**
 * pv_exits_load - read a recording
 * @bytes: the recording
 * @len: its length
 * @exits: out: the reading, for pv_exits_free() if the result is 0
 *
 * Return: 0, -EBADMSG if the recording is not valid, or -ENOMEM.
 */
int pv_exits_load(const char *bytes, size_t len, struct pv_exits *exits)
{
	struct bytes b = { .at = bytes, .left = len };
	struct pv_exits_stat *stats;
	int err;
	__u32 i;

	*exits = (struct pv_exits){};
	if (!take_sized(&b, &exits->info, sizeof(exits->info)) || pv_exits_check(&exits->info))
		return -EBADMSG;
	exits->vcpus = calloc(exits->info.nr_vcpus + 1, sizeof(*exits->vcpus));
	stats = calloc(exits->info.nr_reasons + 1, sizeof(*stats));
	err = exits->vcpus && stats ? 0 : -ENOMEM;
	for (i = 0; !err && i < exits->info.nr_vcpus; i++)
		err = load_vcpu(&b, exits, i, stats);
	if (!err && b.left)
		err = -EBADMSG;
	free(stats);
	if (err)
		pv_exits_free(exits);
	return err;
}

/**
 * pv_exits_store - write a recording
 * @exits: reading
 * @file: where to write it
 *
 * Return: 0, or -EIO.
 */
int pv_exits_store(const struct pv_exits *exits, FILE *file)
{
	struct pv_exits_info info = exits->info;
	struct pv_exits_read read;
	size_t row = 0;
	__u32 i, n;

	info.size = sizeof(info);
	fwrite(&info, sizeof(info), 1, file);
	for (i = 0; i < info.nr_vcpus; i++) {
		read = exits->vcpus[i];
		read.size = sizeof(read);
		read.stat_size = sizeof(struct pv_exits_stat);
		read.stats = 0;
		fwrite(&read, sizeof(read), 1, file);
		for (n = 0; n < read.nr; n++)
			fwrite(&exits->rows[row + n].stat, sizeof(struct pv_exits_stat), 1, file);
		/* The rows of its halts and preemptions follow. */
		row += read.nr + 2;
	}
	return ferror(file) ? -EIO : 0;
}

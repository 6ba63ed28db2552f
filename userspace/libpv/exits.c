// SPDX-License-Identifier: GPL-2.0
/*
 * Readings of all counters of all vCPUs: from the ioctls of /dev/pv_exits, or from a recording.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "libpv.h"

/* Far more reasons than a processor has */
#define MAX_REASONS	4096

/* The host side can be attached again during a reading. */
#define TRIES		10

/**
 * pv_exits_open - open the device
 *
 * Return: a file descriptor, or a negative errno: -ENOENT without the module pv_exits, -EACCES or
 * -EPERM without CAP_SYS_ADMIN.
 */
int pv_exits_open(void)
{
	int fd = open(PV_EXITS_PATH, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/**
 * pv_exits_free - free a reading
 * @exits: reading, can be empty
 */
void pv_exits_free(struct pv_exits *exits)
{
	free(exits->vcpus);
	free(exits->rows);
	*exits = (struct pv_exits){};
}

/**
 * pv_exits_copy - copy a reading
 * @to: out: the copy, for pv_exits_free() if the result is 0
 * @from: the reading
 *
 * Return: 0, or -ENOMEM.
 */
int pv_exits_copy(struct pv_exits *to, const struct pv_exits *from)
{
	const __u32 nr_vcpus = from->info.nr_vcpus;

	*to = *from;
	to->vcpus = calloc(nr_vcpus + 1, sizeof(*to->vcpus));
	to->rows = calloc(from->nr_rows + 1, sizeof(*to->rows));
	if (!to->vcpus || !to->rows) {
		pv_exits_free(to);
		return -ENOMEM;
	}
	memcpy(to->vcpus, from->vcpus, nr_vcpus * sizeof(*to->vcpus));
	memcpy(to->rows, from->rows, from->nr_rows * sizeof(*to->rows));
	return 0;
}

/* Are the limits of the device or of a recording valid?  Returns 0, or -EBADMSG. */
static int check_limits(const struct pv_exits_info *info)
{
	return info->khz && info->nr_vcpus <= PV_CPULIST_MAX && info->nr_reasons <= MAX_REASONS ?
	       0 : -EBADMSG;
}

/* Do the counters of an exit contradict each other?  The host does not know all times. */
static bool is_invalid(const struct pv_exits_stat *stat)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < PV_EXITS_STAT_BUCKETS; i++)
		if (__builtin_add_overflow(sum, stat->histogram[i], &sum))
			return true;
	return sum > stat->count || stat->users > stat->count || stat->user_time > stat->time ||
	       (stat->time && !sum);
}

/*
 * add_vcpu - add the rows of a vCPU
 * @exits: reading; @exits->vcpus[@vcpu] is valid
 * @vcpu: the vCPU
 * @stats: counters of its reasons
 * @nr: entries of @stats
 *
 * Return: 0, or -ENOMEM.
 */
static int add_vcpu(struct pv_exits *exits, __u32 vcpu, const struct pv_exits_stat *stats,
		    __u32 nr)
{
	const struct pv_exits_read *read = &exits->vcpus[vcpu];
	struct pv_exits_row *rows, *row;
	__u32 i;

	rows = reallocarray(exits->rows, exits->nr_rows + nr + 2, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	exits->rows = rows;
	row = &rows[exits->nr_rows];
	memset(row, 0, (nr + 2) * sizeof(*rows));
	exits->nr_rows += nr + 2;

	for (i = 0; i < nr; i++, row++) {
		row->kind = PV_EXITS_KIND_EXIT;
		row->vcpu = vcpu;
		row->stat = stats[i];
		row->invalid = is_invalid(&stats[i]);
	}
	row->kind = PV_EXITS_KIND_HALT;
	row->vcpu = vcpu;
	row->stat.count = read->halts;
	row->stat.time = read->halt_time;
	row++;
	row->kind = PV_EXITS_KIND_PREEMPTION;
	row->vcpu = vcpu;
	row->stat.count = read->preemptions;
	row->stat.time = read->preempt_time;
	return 0;
}

static int read_info(int fd, struct pv_exits_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return ioctl(fd, PV_EXITS_INFO, info) ? -errno : 0;
}

static int read_vcpu(int fd, struct pv_exits *exits, __u32 vcpu, struct pv_exits_stat *stats)
{
	struct pv_exits_read *read = &exits->vcpus[vcpu];
	const __u32 room = exits->info.nr_reasons;
	int tries = TRIES;

	for (;;) {
		*read = (struct pv_exits_read){
			.size = sizeof(*read),
			.vcpu = vcpu,
			.nr = room,
			.stats = (uintptr_t)stats,
			.stat_size = sizeof(*stats),
		};
		if (!ioctl(fd, PV_EXITS_READ, read))
			break;
		if (errno != EAGAIN || !--tries)
			return -errno;
	}
	if (read->nr > room)
		read->nr = room;
	return add_vcpu(exits, vcpu, stats, read->nr);
}

static int read_all(int fd, struct pv_exits *exits)
{
	struct pv_exits_stat *stats;
	int err;
	__u32 i;

	err = read_info(fd, &exits->info) ? : check_limits(&exits->info);
	if (err)
		return err;
	exits->vcpus = calloc(exits->info.nr_vcpus + 1, sizeof(*exits->vcpus));
	stats = calloc(exits->info.nr_reasons + 1, sizeof(*stats));
	err = exits->vcpus && stats ? 0 : -ENOMEM;
	for (i = 0; !err && i < exits->info.nr_vcpus; i++)
		err = read_vcpu(fd, exits, i, stats);
	free(stats);
	return err;
}

/**
 * pv_exits_take - read all counters
 * @fd: device, see pv_exits_open()
 * @exits: out: the reading, for pv_exits_free() if the result is 0
 *
 * Return: 0 or a negative errno: those of linux/pv_exits.h, and -EBADMSG if the device exceeds
 * limits.
 */
int pv_exits_take(int fd, struct pv_exits *exits)
{
	struct pv_exits_info info;
	int err, tries;

	for (tries = 0; tries < TRIES; tries++) {
		*exits = (struct pv_exits){};
		err = read_all(fd, exits) ? : read_info(fd, &info);
		if (!err && info.epoch == exits->info.epoch)
			return 0;
		pv_exits_free(exits);
		if (err && err != -EINVAL)
			return err;
	}
	return err ? : -EAGAIN;
}

/*
 * A recording has the structures of linux/pv_exits.h as the ioctls return them.
 *
 *   struct pv_exits_info
 *   for each vCPU: struct pv_exits_read with @stats 0, then @nr struct pv_exits_stat
 *
 * Each structure has its size, so a recording of a newer kernel can have larger ones.  A reader
 * ignores the rest of these.
 */

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
	return add_vcpu(exits, vcpu, stats, read->nr);
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
	if (!take_sized(&b, &exits->info, sizeof(exits->info)) || check_limits(&exits->info))
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

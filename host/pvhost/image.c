// SPDX-License-Identifier: GPL-2.0
/*
 * A device in BPF as a file.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf.h"

/* Objects with all their debugging information are below 1 MiB. */
#define MAX_IMAGE	0x4000000

static bool refuse(const char *path, const char *why)
{
	warnx("%s: %s", path, why);
	return false;
}

static bool read_all(struct pvhost_image *image, int fd, const struct stat *st)
{
	ssize_t got;

	if (!S_ISREG(st->st_mode))
		return refuse(image->path, "not a regular file: give the .bpf.o of a device");
	if (!st->st_size)
		return refuse(image->path, "it is empty: compile it again");
	if (st->st_size > MAX_IMAGE)
		return refuse(image->path, "it is too large for a device: give the .bpf.o of one");

	image->data = malloc(st->st_size);
	if (!image->data)
		err(EXIT_FAILURE, "%s", image->path);

	for (image->size = 0; image->size < st->st_size; image->size += got) {
		got = read(fd, image->data + image->size, st->st_size - image->size);
		if (got <= 0)
			return refuse(image->path, "it cannot be read, or changes: try again");
	}

	return true;
}

/**
 * pvhost_image_read - read a device's file, and its note
 * @image: what is read; to be freed in any case
 * @path: the file
 *
 * It is read once: what the note is of is what is loaded.
 *
 * Returns whether it is good; else it has said why not.
 */
bool pvhost_image_read(struct pvhost_image *image, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *why;
	bool good;

	*image = (struct pvhost_image){ .path = path };
	if (fd < 0 || fstat(fd, &st)) {
		warn("%s", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	image->trusted = pvhost_trust_file(&st);
	good = read_all(image, fd, &st);
	close(fd);
	if (!good)
		return false;

	why = pvhost_elf_note(image->data, image->size, &image->note);
	if (!why)
		return true;

	refuse(path, why);
	free(why);
	return false;
}

void pvhost_image_free(struct pvhost_image *image)
{
	free(image->data);
	image->data = NULL;
}

/**
 * pvhost_image_size - bytes of the device's region
 * @image: with its note
 * @nr_cpus: of the guest
 */
__u64 pvhost_image_size(const struct pvhost_image *image, __u32 nr_cpus)
{
	return image->note.flags & PV_NOTE_PER_VCPU ? (__u64)image->note.size * nr_cpus :
						      image->note.size;
}

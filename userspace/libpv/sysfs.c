// SPDX-License-Identifier: GPL-2.0
/*
 * Files of sysfs and procfs, of this machine or of a recorded one.
 *
 * A recorded tree may be malicious: its symbolic links are resolved as if it were /,
 * only regular files are read, and at most SYSFS_MAX bytes of each.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/openat2.h>

#include "libpv.h"

#define SYSFS_MAX	65536

/**
 * pv_sysfs_open - select the machine
 * @s: out: argument of the other functions, and of pv_sysfs_close()
 * @root: directory of a recorded machine, or NULL for this machine
 *
 * Return: 0 or a negative errno.
 */
int pv_sysfs_open(struct pv_sysfs *s, const char *root)
{
	s->live = !root;
	s->listed = NULL;
	s->root = open(root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return s->root < 0 ? -errno : 0;
}

/**
 * pv_sysfs_close - release what pv_sysfs_open() opened
 * @s: machine
 */
void pv_sysfs_close(struct pv_sysfs *s)
{
	close(s->root);
}

static int open_below(const struct pv_sysfs *s, int flags, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags,
		.resolve = RESOLVE_IN_ROOT,
	};

	if (s->live)
		return open(path, (int)how.flags);
	return syscall(SYS_openat2, s->root, path, &how, sizeof(how));
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(fd, buf + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		len += n;
	}
	return len;
}

/**
 * pv_sysfs_fd - open a file
 * @s: machine
 * @path: absolute
 *
 * Return: a file descriptor of a regular file; -1 with errno set if it cannot be opened:
 * EOPNOTSUPP if @s->listed rejects the path.
 */
int pv_sysfs_fd(const struct pv_sysfs *s, const char *path)
{
	struct stat st;
	int fd;

	if (s->listed && !s->listed(path)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	fd = open_below(s, 0, path);
	if (fd < 0)
		return -1;
	if (!fstat(fd, &st)) {
		if (S_ISREG(st.st_mode))
			return fd;
		errno = EINVAL;
	}
	close(fd);
	return -1;
}

/**
 * pv_sysfs_vread - read a file
 * @s: machine
 * @len: out: bytes read
 * @fmt: path, absolute, as for vprintf()
 * @ap: arguments of @fmt
 *
 * Return: the bytes, for free(), in a buffer that has space for one more byte; NULL
 * with errno set if the file cannot be read, see pv_sysfs_fd().
 */
char *pv_sysfs_vread(const struct pv_sysfs *s, size_t *len, const char *fmt, va_list ap)
{
	char path[PATH_MAX];
	char *buf;
	ssize_t n;
	int fd;

	n = vsnprintf(path, sizeof(path), fmt, ap);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	fd = pv_sysfs_fd(s, path);
	if (fd < 0)
		return NULL;
	buf = malloc(SYSFS_MAX + 1);
	if (!buf)
		goto err_close;
	n = read_all(fd, buf, SYSFS_MAX);
	if (n < 0)
		goto err_free;
	close(fd);
	*len = n;
	return buf;

err_free:
	free(buf);
err_close:
	close(fd);
	return NULL;
}

/**
 * pv_sysfs_dir - open a directory
 * @s: machine
 * @path: absolute
 *
 * Return: the directory, for closedir(); NULL with errno set if it cannot be opened.
 */
DIR *pv_sysfs_dir(const struct pv_sysfs *s, const char *path)
{
	DIR *dir;
	int fd;

	fd = open_below(s, O_DIRECTORY, path);
	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir)
		close(fd);
	return dir;
}

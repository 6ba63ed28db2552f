/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of sysfs and procfs, of this machine or of a recorded one.
 */
#ifndef _LIBPV_SYSFS_H
#define _LIBPV_SYSFS_H

#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "compiler.h"

/**
 * struct pv_sysfs - root of the files
 * @root: file descriptor of the directory that replaces /
 * @live: the files are those of this machine
 * @listed: may a file with this path be read? NULL: all may be read
 */
struct pv_sysfs {
	int root;
	bool live;
	bool (*listed)(const char *path);
};

int pv_sysfs_open(struct pv_sysfs *s, const char *root);
void pv_sysfs_close(struct pv_sysfs *s);
__printf(3, 0)
char *pv_sysfs_vread(const struct pv_sysfs *s, size_t *len, const char *fmt, va_list ap);
int pv_sysfs_fd(const struct pv_sysfs *s, const char *path);
DIR *pv_sysfs_dir(const struct pv_sysfs *s, const char *path);

/* sysfs-text.c */
__printf(3, 4)
char *pv_sysfs_read(const struct pv_sysfs *s, size_t *len, const char *fmt, ...);
__printf(2, 3)
char *pv_sysfs_text(const struct pv_sysfs *s, const char *fmt, ...);
__printf(3, 4)
int pv_sysfs_u64(const struct pv_sysfs *s, __u64 *value, const char *fmt, ...);

#endif /* _LIBPV_SYSFS_H */

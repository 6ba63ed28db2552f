/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that vcpuinfo reads and that --record copies: one table for both.
 */
#ifndef _VCPUINFO_FILES_H
#define _VCPUINFO_FILES_H

#include "scrub.h"

/**
 * struct file - some files of one directory
 * @dir: absolute path; a '*' matches the remaining characters of a component
 * @names: names of the files, separated by blanks
 * @scrub: reads a file and removes what identifies the machine; NULL: the entries are
 *         directories, recorded without their contents
 * @alias: name of the last component of @dir in the recorded tree, followed by a
 *         number; NULL: its own name.  For directories with names that identify the
 *         machine.
 */
struct file {
	const char *dir;
	const char *names;
	scrub_fn scrub;
	const char *alias;
};

extern const struct file files[];

int files_open(struct pv_sysfs *sysfs, const char *root);
bool files_recorded(const struct pv_sysfs *sysfs);
bool files_listed(const char *path);

#endif /* _VCPUINFO_FILES_H */

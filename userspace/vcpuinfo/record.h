/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that vcpuinfo reads and that --record copies: one table for both, and the functions
 * that read them without what identifies the machine.
 */
#ifndef _VCPUINFO_RECORD_H
#define _VCPUINFO_RECORD_H

#include "vcpuinfo.h"

struct secrets;

/**
 * struct scrub - state of a recording that the scrub functions use
 * @sysfs: the machine that is recorded
 * @secrets: texts that must not be recorded
 * @why: set by a scrub function that returns -EBADMSG or -EPROTO: the reason
 */
struct scrub {
	struct pv_sysfs sysfs;
	struct secrets *secrets;
	const char *why;
};

/*
 * Read @path and store the contents to record in @buf, for free(), and @len.
 * Return: 0 or a negative errno: -EBADMSG if the contents must not be recorded, -EPROTO
 * if a recorded machine is not valid.
 */
typedef int (*scrub_fn)(struct scrub *s, const char *path, char **buf, size_t *len);

/* scrub.c */
struct secrets *secret_read(const struct pv_sysfs *sysfs);
bool secret_in(const struct secrets *secrets, const char *text);
void secret_free(struct secrets *secrets);
int scrub_names(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_numbers(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_firmware(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_cpuinfo(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_stat(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_uevent(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_fadt(struct scrub *s, const char *path, char **buf, size_t *len);
unsigned char scrub_checksum(const unsigned char *table, size_t len);

/* scrub-dump.c */
int scrub_cpuid(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_cpuid_xen(struct scrub *s, const char *path, char **buf, size_t *len);
int scrub_exits(struct scrub *s, const char *path, char **buf, size_t *len);

/* smbios.c */
int smbios_table(struct scrub *s, const char *path, char **buf, size_t *len);
int smbios_entry(struct scrub *s, const char *path, char **buf, size_t *len);
int smbios_asset_tag(struct scrub *s, const char *path, char **buf, size_t *len);

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

/* files.c */
extern const struct file files[];

int files_open(struct pv_sysfs *sysfs, const char *root);
bool files_recorded(const struct pv_sysfs *sysfs);
bool files_listed(const char *path);

#endif /* _VCPUINFO_RECORD_H */

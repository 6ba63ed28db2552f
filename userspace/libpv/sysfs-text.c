// SPDX-License-Identifier: GPL-2.0
/*
 * Contents of files of sysfs and procfs: bytes, text or a number.
 *
 * selftests/fuzz replaces sysfs.c, but not this file.
 */
#include <errno.h>
#include <stdlib.h>

#include "libpv.h"

/*
 * Strings of a device tree are separated by NULs, lines of other files by newlines.
 * Both become newlines, and those at the end are removed.
 */
static void clean(char *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!buf[i])
			buf[i] = '\n';
		else if (buf[i] != '\n' && (buf[i] < 0x20 || buf[i] > 0x7e))
			buf[i] = '.';
	}
	while (len && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
}

static char *read_text(const struct pv_sysfs *s, const char *fmt, va_list ap)
{
	size_t len;
	char *buf = pv_sysfs_vread(s, &len, fmt, ap);

	if (buf)
		clean(buf, len);
	return buf;
}

/**
 * pv_sysfs_read - read a binary file
 * @s: machine
 * @len: out: bytes read
 * @fmt: path, absolute, as for printf()
 *
 * Return: the bytes, for free(); NULL, and errno says why.
 */
char *pv_sysfs_read(const struct pv_sysfs *s, size_t *len, const char *fmt, ...)
{
	va_list ap;
	char *buf;

	va_start(ap, fmt);
	buf = pv_sysfs_vread(s, len, fmt, ap);
	va_end(ap);
	return buf;
}

/**
 * pv_sysfs_text - read a file
 * @s: machine
 * @fmt: path, absolute, as for printf()
 *
 * Return: the text, for free(), in printable ASCII (other bytes are shown as '.') and
 * without its last newline; NULL, and errno says why.
 */
char *pv_sysfs_text(const struct pv_sysfs *s, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = read_text(s, fmt, ap);
	va_end(ap);
	return text;
}

/**
 * pv_sysfs_u64 - read a number
 * @s: machine
 * @value: out: the number
 * @fmt: path, absolute, as for printf()
 *
 * Return: 0 or a negative errno; -EINVAL if the file does not contain a number, as
 * scaling_cur_freq does with "<unknown>".
 */
int pv_sysfs_u64(const struct pv_sysfs *s, __u64 *value, const char *fmt, ...)
{
	char *text, *end;
	va_list ap;
	int err;

	va_start(ap, fmt);
	text = read_text(s, fmt, ap);
	va_end(ap);
	if (!text)
		return -errno;

	/* strtoull() would accept blanks and a sign. */
	err = -EINVAL;
	if (*text >= '0' && *text <= '9') {
		errno = 0;
		*value = strtoull(text, &end, 10);
		if (errno)
			err = -errno;
		else if (!*end)
			err = 0;
	}
	free(text);
	return err;
}

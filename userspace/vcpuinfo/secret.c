// SPDX-License-Identifier: GPL-2.0
/*
 * Serial numbers, UUIDs, MAC addresses and the host name of a machine.
 *
 * --record copies none of these files.  But firmware can repeat a serial number in
 * another string, such as the version of a product, so free text is compared with them.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scrub.h"
#include "vcpuinfo.h"

/* Shorter texts occur by chance. */
#define SECRET_MIN	4

#define NET_DIR		"/sys/class/net"

/**
 * struct secrets - texts that must not be recorded
 * @texts: each is at least SECRET_MIN characters long
 * @nr: entries of @texts
 */
struct secrets {
	char **texts;
	size_t nr;
};

/* Firmware without a serial number has "Default string" or the like there. */
static const struct {
	const char *path;
	bool digits;
} sources[] = {
	{ "/proc/sys/kernel/hostname", false },
	{ "/etc/hostname", false },
	{ "/sys/class/dmi/id/product_serial", true },
	{ "/sys/class/dmi/id/product_uuid", true },
	{ "/sys/class/dmi/id/board_serial", true },
	{ "/sys/class/dmi/id/board_asset_tag", true },
	{ "/sys/class/dmi/id/chassis_serial", true },
	{ "/sys/class/dmi/id/chassis_asset_tag", true },
	{ "/sys/firmware/devicetree/base/serial-number", true },
};

/* Takes @text, which may be NULL. */
static void add(struct secrets *s, char *text, bool digits)
{
	char **texts;

	if (!text || strlen(text) < SECRET_MIN || (digits && !strpbrk(text, "0123456789"))) {
		free(text);
		return;
	}
	texts = reallocarray(s->texts, s->nr + 1, sizeof(*texts));
	if (!texts)
		err(STATUS_ERROR, "--record");
	texts[s->nr++] = text;
	s->texts = texts;
}

/* With colons, and without as in the names of some devices */
static void add_mac(struct secrets *s, char *text)
{
	char *plain, *p, *out;

	/* The loopback device has zeroes, and tunnels have IP addresses. */
	if (!text || !text[strspn(text, "0:")]) {
		free(text);
		return;
	}
	plain = strdup(text);
	if (!plain)
		err(STATUS_ERROR, "--record");
	out = plain;
	for (p = plain; *p; p++)
		if (*p != ':')
			*out++ = *p;
	*out = '\0';
	add(s, text, false);
	add(s, plain, false);
}

static void read_macs(struct secrets *s, const struct pv_sysfs *sysfs)
{
	DIR *dir = pv_sysfs_dir(sysfs, NET_DIR);
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			add_mac(s, pv_sysfs_text(sysfs, NET_DIR "/%s/address", e->d_name));
	closedir(dir);
}

/* For secret_free(); files that cannot be read are left out. */
struct secrets *secret_read(const struct pv_sysfs *sysfs)
{
	struct secrets *s = calloc(1, sizeof(*s));
	size_t i;

	if (!s)
		err(STATUS_ERROR, "--record");
	for (i = 0; i < ARRAY_SIZE(sources); i++)
		add(s, pv_sysfs_text(sysfs, "%s", sources[i].path), sources[i].digits);
	read_macs(s, sysfs);
	return s;
}

/* Does @text contain one of them as a word, in any case? */
bool secret_in(const struct secrets *secrets, const char *text)
{
	const char *at;
	size_t i, len;

	for (i = 0; i < secrets->nr; i++) {
		len = strlen(secrets->texts[i]);
		for (at = text; (at = strcasestr(at, secrets->texts[i])); at++)
			if ((at == text || !isalnum((unsigned char)at[-1])) &&
			    !isalnum((unsigned char)at[len]))
				return true;
	}
	return false;
}

void secret_free(struct secrets *secrets)
{
	while (secrets->nr)
		free(secrets->texts[--secrets->nr]);
	free(secrets->texts);
	free(secrets);
}

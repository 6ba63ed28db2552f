// SPDX-License-Identifier: GPL-2.0
/*
 * Reading files for --record without what identifies the machine.
 *
 * Text is recorded as pv_sysfs_text() returns it, in printable ASCII: sections read the
 * same from the original and from the copy.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/*
 * Serial numbers, UUIDs, MAC addresses and the host name of a machine.  --record copies none of
 * these files.  But firmware can repeat a serial number in another string, such as the version of
 * a product, so free text is compared with them.
 */

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
} secret_files[] = {
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
static void add_secret(struct secrets *s, char *text, bool digits)
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
	add_secret(s, text, false);
	add_secret(s, plain, false);
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
	for (i = 0; i < ARRAY_SIZE(secret_files); i++)
		add_secret(s, pv_sysfs_text(sysfs, "%s", secret_files[i].path),
			   secret_files[i].digits);
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

/* Characters of numbers, lists and ranges */
#define NUMBERS		"\n 0123456789abcdefABCDEFx,.-"

/* ACPI 6.0, table 5-34 */
#define FADT_LEN	276
#define FADT_CHECKSUM	9

/* Contents without serial numbers; the UML key "host" contains a host name. */
static const char * const cpuinfo_keys[] = {
	"processor", "vendor_id", "cpu family", "model", "model name", "stepping",
	"cpuid level", "flags", "bugs", "mode", "Features", "CPU implementer",
	"CPU architecture", "CPU variant", "CPU part", "CPU revision", NULL
};

static const char * const uevent_keys[] = { "DRIVER", "MODALIAS", NULL };

/* Header with revision and OEM, flags, ARM boot flags, minor version, hypervisor id */
static const struct range {
	size_t from;
	size_t len;
} fadt_ranges[] = {
	{ 0, 36 }, { 112, 4 }, { 129, 3 }, { 268, 8 },
};

static int read_text(struct scrub *s, const char *path, char **text)
{
	*text = pv_sysfs_text(&s->sysfs, "%s", path);
	return *text ? 0 : -errno;
}

/* Turns @text into the contents of a file: the buffer of pv_sysfs_text() has space. */
static int end_text(char *text, char **buf, size_t *len)
{
	*len = strlen(text);
	if (*len)
		text[(*len)++] = '\n';
	*buf = text;
	return 0;
}

static int reject(struct scrub *s, char *text, const char *why)
{
	free(text);
	s->why = why;
	return -EBADMSG;
}

/* Names that the kernel or a specification defines */
int scrub_names(struct scrub *s, const char *path, char **buf, size_t *len)
{
	char *text;
	int error = read_text(s, path, &text);

	return error ? error : end_text(text, buf, len);
}

/* Numbers, lists and ranges of numbers */
int scrub_numbers(struct scrub *s, const char *path, char **buf, size_t *len)
{
	char *text;
	int error = read_text(s, path, &text);

	if (error)
		return error;
	/* "<unknown>": scaling_cur_freq of some drivers */
	if (text[strspn(text, NUMBERS)] && strcmp(text, "<unknown>"))
		return reject(s, text, "not a number");
	return end_text(text, buf, len);
}

/* Strings that the manufacturer or the owner of the machine can choose */
int scrub_firmware(struct scrub *s, const char *path, char **buf, size_t *len)
{
	char *text;
	int error = read_text(s, path, &text);

	if (error)
		return error;
	if (secret_in(s->secrets, text))
		return reject(s, text, "contains a serial number, a MAC address or the host name");
	return end_text(text, buf, len);
}

static bool has_key(const char *const *keys, const char *line, size_t len)
{
	for (; *keys; keys++)
		if (strlen(*keys) == len && !memcmp(*keys, line, len))
			return true;
	return false;
}

/* Length of the key at the beginning of a line, without the blanks after it */
static size_t key_len(const char *line, const char *end, char separator)
{
	const char *p = memchr(line, separator, end - line);

	if (!p)
		return 0;
	while (p > line && (p[-1] == '\t' || p[-1] == ' '))
		p--;
	return p - line;
}

/* Copies the empty lines, and the lines with one of @keys before @separator. */
static int read_keys(struct scrub *s, const char *path, const char *const *keys,
		     char separator, char **buf, size_t *len)
{
	char *text, *line, *next, *end, *out;
	size_t size, i;

	text = pv_sysfs_read(&s->sysfs, &size, "%s", path);
	if (!text)
		return -errno;
	out = text;
	for (line = text; line < text + size; line = next) {
		end = memchr(line, '\n', text + size - line);
		/* The rest of the last line may be missing. */
		if (!end)
			break;
		next = end + 1;
		if (line < end && !has_key(keys, line, key_len(line, end, separator)))
			continue;
		for (i = 0; line + i < end; i++)
			if (line[i] != '\t' && (line[i] < 0x20 || line[i] > 0x7e))
				line[i] = '.';
		memmove(out, line, next - line);
		out += next - line;
	}
	*buf = text;
	*len = out - text;
	return 0;
}

int scrub_cpuinfo(struct scrub *s, const char *path, char **buf, size_t *len)
{
	return read_keys(s, path, cpuinfo_keys, ':', buf, len);
}

/* The first lines, which have the times of the CPUs */
int scrub_stat(struct scrub *s, const char *path, char **buf, size_t *len)
{
	char *text, *end;
	int error = read_text(s, path, &text);

	if (error)
		return error;
	for (end = text; !strncmp(end, "cpu", 3); end++) {
		end += strspn(end + 3, "0123456789 ") + 3;
		if (*end != '\n')
			break;
	}
	if (end > text)
		end[-1] = '\0';
	*end = '\0';
	return end_text(text, buf, len);
}

int scrub_uevent(struct scrub *s, const char *path, char **buf, size_t *len)
{
	return read_keys(s, path, uevent_keys, '=', buf, len);
}

/* What has to be added for a sum of 0 */
unsigned char scrub_checksum(const unsigned char *table, size_t len)
{
	unsigned char sum = 0;

	while (len--)
		sum += *table++;
	return -sum;
}

/* The identity of the platform, without its addresses. */
int scrub_fadt(struct scrub *s, const char *path, char **buf, size_t *len)
{
	unsigned char *table, *copy;
	size_t size, i, from, n;

	table = (unsigned char *)pv_sysfs_read(&s->sysfs, &size, "%s", path);
	if (!table)
		return -errno;
	if (size <= FADT_CHECKSUM || memcmp(table, "FACP", 4))
		return reject(s, (char *)table, "not a FADT");
	copy = calloc(1, FADT_LEN);
	if (!copy) {
		free(table);
		return -ENOMEM;
	}
	if (size > FADT_LEN)
		size = FADT_LEN;
	for (i = 0; i < ARRAY_SIZE(fadt_ranges); i++) {
		from = fadt_ranges[i].from;
		n = fadt_ranges[i].len;
		if (from + n <= size)
			memcpy(copy + from, table + from, n);
	}
	copy[4] = size & 0xff;
	copy[5] = size >> 8;
	copy[FADT_CHECKSUM] = 0;
	copy[FADT_CHECKSUM] = scrub_checksum(copy, size);
	free(table);
	*buf = (char *)copy;
	*len = size;
	return 0;
}

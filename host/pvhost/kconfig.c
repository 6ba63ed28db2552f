// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration of the kernel.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "doctor.h"

/* Distributions install the file in one of these folders. */
static const char * const paths[] = {
	"/boot/config-%s",
	"/lib/modules/%s/config",
	"/lib/modules/%s/build/.config",
};

/* Reads plain text as well; NULL: the file cannot be opened. */
static gzFile open_gz(const struct pv_sysfs *sysfs, const char *path)
{
	int fd = pv_sysfs_fd(sysfs, path);
	gzFile file;

	if (fd < 0)
		return NULL;

	file = gzdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

static gzFile open_config(const struct pv_sysfs *sysfs)
{
	char *release = pv_sysfs_text(sysfs, PVHOST_PROC "/sys/kernel/osrelease"), *path;
	gzFile file = open_gz(sysfs, PVHOST_PROC "/config.gz");
	size_t i;

	for (i = 0; !file && release && i < ARRAY_SIZE(paths); i++) {
		path = pvhost_text(paths[i], release);
		file = open_gz(sysfs, path);
		free(path);
	}

	free(release);
	return file;
}

/**
 * pvhost_kconfig - whether the kernel has an option
 * @sysfs: machine
 * @option: its name, as "CONFIG_KPROBES"
 */
enum pvhost_found pvhost_kconfig(const struct pv_sysfs *sysfs, const char *option)
{
	enum pvhost_found found = PVHOST_UNKNOWN;
	gzFile file = open_config(sysfs);
	size_t len = strlen(option);
	char line[256];

	if (!file)
		return PVHOST_UNKNOWN;

	while (found != PVHOST_FOUND && gzgets(file, line, sizeof(line))) {
		/* The file is a configuration: so the option is missing if no line has it. */
		if (!strncmp(line, "CONFIG_", strlen("CONFIG_")))
			found = PVHOST_MISSING;
		if (!strncmp(line, option, len) &&
		    (!strncmp(line + len, "=y", 2) || !strncmp(line + len, "=m", 2)))
			found = PVHOST_FOUND;
	}

	gzclose(file);
	return found;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The process of a VM, by what people call it.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

#define LIBVIRT_RUN	"/run/libvirt/qemu"

/* The kernel keeps so much of a process' name. */
#define COMM_LEN	15

/* Processes that an error names */
#define MAX_NAMED	8

/* NAME[,KEY=VALUE]... or KEY=VALUE,..., with two commas for one in a name */
static bool value_is(const char *value, const char *name)
{
	static const char key[] = "guest=";
	const char *start = strstr(value, key);

	if (start && (start == value || start[-1] == ','))
		value = start + strlen(key);

	for (; *name; name++, value++) {
		if (*value != *name)
			return false;
		if (*name == ',' && *++value != ',')
			return false;
	}

	return !*value || (*value == ',' && value[1] != ',');
}

/* Other programs, as those that start a QEMU, may have its words in theirs. */
static bool is_qemu(const char *words)
{
	const char *slash = strrchr(words, '/');
	const char *program = slash ? slash + 1 : words;

	return strstr(program, "qemu") || strstr(program, "kvm");
}

/* By QEMU's -name */
static bool is_named(const char *words, size_t len, const char *name)
{
	const char *end = words + len, *word = words, *last = "";

	for (; word < end; last = word, word += strlen(word) + 1) {
		if ((!strcmp(last, "-name") || !strcmp(last, "--name")) && value_is(word, name))
			return true;
	}

	return false;
}

/* By its own name: that of a VMM that gives its VMs none */
static bool is_process(pid_t pid, const char *name)
{
	size_t len;
	char *comm = pvhost_cmdline_read(pid, "comm", &len);
	bool is = comm && len - 1 == strnlen(name, COMM_LEN) && !strncmp(comm, name, len - 1);

	free(comm);
	return is;
}

/* What has no command line has ended, or is a thread of the kernel's. */
static bool is_meant(pid_t pid, const char *name)
{
	size_t len;
	char *words = pvhost_cmdline_read(pid, "cmdline", &len);
	bool is = words && ((is_qemu(words) && is_named(words, len, name)) ||
			    is_process(pid, name));

	free(words);
	return is;
}

/**
 * pvhost_name_pid - the process of a VM
 * @option: that the user has given, for errors
 * @name: by -name of QEMU, or that of the process
 */
pid_t pvhost_name_pid(const char *option, const char *name)
{
	char pids[MAX_NAMED * 12] = "";
	struct dirent *entry;
	pid_t pid, found = 0;
	size_t nr = 0;
	DIR *dir;

	dir = opendir(PVHOST_PROC);
	if (!dir)
		err(EXIT_FAILURE, PVHOST_PROC);

	while ((entry = readdir(dir))) {
		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		pid = atoi(entry->d_name);
		if (!is_meant(pid, name))
			continue;

		found = pid;
		if (nr++ < MAX_NAMED)
			sprintf(pids + strlen(pids), " %d", pid);
	}
	closedir(dir);

	if (!nr)
		errx(EXIT_FAILURE, "%s: no VM is named \"%s\"", option, name);
	if (nr > 1)
		errx(EXIT_FAILURE, "%s: %zu are named \"%s\": say by --pid which:%s%s",
		     option, nr, name, pids, nr > MAX_NAMED ? " ..." : "");

	return found;
}

/* libvirtd and virtqemud write it when they start a domain, and remove it at its end. */
static pid_t pid_of_libvirt(const char *domain)
{
	char *path = pvhost_text(LIBVIRT_RUN "/%s.pid", domain);
	size_t len;
	char *words;
	FILE *in;
	pid_t pid;

	errno = ENOENT;
	in = strchr(domain, '/') ? NULL : fopen(path, "re");
	if (!in && (errno == EACCES || errno == EPERM))
		errx(EXIT_FAILURE, "no permission for %s: run as root", path);
	if (!in)
		errx(EXIT_FAILURE,
		     "--libvirt: no domain \"%s\" runs on this system: virsh list shows those that do",
		     domain);
	if (fscanf(in, "%d", &pid) != 1 || pid <= 0)
		errx(EXIT_FAILURE, "%s: no process id", path);
	fclose(in);

	/* It stays behind where libvirt was killed. */
	words = pvhost_cmdline_read(pid, "cmdline", &len);
	if (!words || !is_named(words, len, domain))
		errx(EXIT_FAILURE, "--libvirt: domain \"%s\" has ended: process %d is not its QEMU",
		     domain, pid);

	free(words);
	free(path);
	return pid;
}

/**
 * pvhost_name_option - takes --pid, --name and --libvirt
 * @pid: the process that is meant
 * @option: as getopt_long() has it
 * @value: as typed
 *
 * Returns false where it is another option.
 */
bool pvhost_name_option(pid_t *pid, int option, const char *value)
{
	switch (option) {
	case 'p':
		*pid = pvhost_number("--pid", value, 1, INT32_MAX);
		return true;
	case PVHOST_NAME:
		*pid = pvhost_name_pid("--name", value);
		return true;
	case PVHOST_LIBVIRT:
		*pid = pid_of_libvirt(value);
		return true;
	}

	return false;
}

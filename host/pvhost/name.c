// SPDX-License-Identifier: GPL-2.0
/*
 * The process of a VM, selected by name.
 *
 * Any user can start a process with any name.  So a process that is selected by name must belong
 * to a trusted user, and run a program that no other user can change: see trust.c.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pvhost.h"

#define LIBVIRT_RUN	"/run/libvirt/qemu"

/* Length of the name of a process in the kernel */
#define COMM_LEN	15

/* Number of processes that an error names */
#define MAX_NAMED	8

/* File descriptor of the selected process, opened before the checks; -1: selected by --pid */
static int selected = -1;

/**
 * pvhost_name_pidfd - the process that the last option selected
 *
 * Returns -1 for --pid.  The file descriptor stays that of the process which was checked, if
 * another process gets its number.
 */
int pvhost_name_pidfd(void)
{
	return selected;
}

/* Of a VMM that gives its VMs no names */
static bool is_process(pid_t pid, const char *name)
{
	size_t len;
	char *comm = pvhost_cmdline_read(pid, "comm", &len);
	bool is = comm && len - 1 == strnlen(name, COMM_LEN) && !strncmp(comm, name, len - 1);

	free(comm);
	return is;
}

/* A process without a command line has ended, or is a thread of the kernel. */
static bool is_qemu_named(pid_t pid, const char *name)
{
	size_t len;
	char *words = pvhost_cmdline_read(pid, "cmdline", &len);
	char *found = words ? pvhost_cmdline_name(words, len) : NULL;
	bool is = found && !strcmp(found, name) && pvhost_cmdline_is_qemu(pid);

	free(found);
	free(words);
	return is;
}

static bool has_cmdline(pid_t pid)
{
	size_t len;
	char *words = pvhost_cmdline_read(pid, "cmdline", &len);
	bool has = words;

	free(words);
	return has;
}

static bool matches(pid_t pid, const char *name)
{
	return has_cmdline(pid) && (is_qemu_named(pid, name) || is_process(pid, name));
}

static int open_process(pid_t pid)
{
	return syscall(SYS_pidfd_open, pid, 0);
}

static void select_process(int pidfd)
{
	if (selected >= 0)
		close(selected);
	selected = pidfd;
}

/**
 * struct found - processes with a name
 * @pid: the last trusted one
 * @nr: number of trusted ones
 * @pids: their process ids, as text
 * @rejected: an untrusted one, 0: none
 * @reason: why it is not trusted
 */
struct found {
	pid_t pid;
	size_t nr;
	char pids[MAX_NAMED * 12];
	pid_t rejected;
	char reason[128];
};

static void check_process(struct found *found, pid_t pid, const char *name)
{
	int pidfd = open_process(pid);
	char reason[sizeof(found->reason)];

	if (pidfd < 0 || !matches(pid, name)) {
		if (pidfd >= 0)
			close(pidfd);
		return;
	}

	if (!pvhost_trust_process(pid, reason, sizeof(reason))) {
		found->rejected = pid;
		snprintf(found->reason, sizeof(found->reason), "%s", reason);
		close(pidfd);
		return;
	}

	found->pid = pid;
	if (found->nr++ < MAX_NAMED)
		sprintf(found->pids + strlen(found->pids), " %d", pid);
	select_process(pidfd);
}

/**
 * pvhost_name_find - select the process of a VM if there is one
 * @option: option that the user has typed, for messages
 * @name: name of QEMU's option -name, or of the process
 *
 * Returns 0 if no process has the name.
 */
pid_t pvhost_name_find(const char *option, const char *name)
{
	struct found found = { };
	struct dirent *entry;
	DIR *dir;

	dir = opendir(PVHOST_PROC);
	if (!dir)
		err(EXIT_FAILURE, PVHOST_PROC);
	while ((entry = readdir(dir))) {
		if (isdigit((unsigned char)*entry->d_name))
			check_process(&found, atoi(entry->d_name), name);
	}
	closedir(dir);

	if (!found.nr && found.rejected)
		errx(EXIT_FAILURE,
		     "%s: process %d is named \"%s\", but %s: use --pid %d to select it",
		     option, found.rejected, name, found.reason, found.rejected);
	if (found.nr > 1)
		errx(EXIT_FAILURE, "%s: %zu processes are named \"%s\": select one by --pid:%s%s",
		     option, found.nr, name, found.pids, found.nr > MAX_NAMED ? " ..." : "");

	return found.pid;
}

/**
 * pvhost_name_pid - select the process of a VM
 * @option: option that the user has typed, for messages
 * @name: name of QEMU's option -name, or of the process
 */
pid_t pvhost_name_pid(const char *option, const char *name)
{
	pid_t pid = pvhost_name_find(option, name);

	if (!pid)
		errx(EXIT_FAILURE, "%s: no VM is named \"%s\"", option, name);
	return pid;
}

/* Returns 0 if the file does not have a process id. */
static pid_t read_pid(int fd)
{
	char text[16];
	ssize_t len = read(fd, text, sizeof(text) - 1);
	char *end;
	long pid;

	if (len <= 0)
		return 0;
	text[len] = '\0';
	pid = strtol(text, &end, 10);
	return end > text && pid > 0 && pid <= INT32_MAX ? pid : 0;
}

/* libvirtd and virtqemud write the file when they start a domain, and remove it at its end. */
static pid_t pid_of_libvirt(const char *domain)
{
	char *path = pvhost_text(LIBVIRT_RUN "/%s.pid", domain), reason[128];
	int fd, pidfd;
	struct stat st;
	pid_t pid;

	errno = ENOENT;
	fd = strchr(domain, '/') ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		errx(EXIT_FAILURE, "no permission for %s: run as root", path);
	if (fd < 0)
		errx(EXIT_FAILURE,
		     "--libvirt: no domain \"%s\" runs on this system: virsh list shows those that do",
		     domain);
	if (fstat(fd, &st) || st.st_uid)
		errx(EXIT_FAILURE, "%s: not a file of root", path);

	pid = read_pid(fd);
	close(fd);
	if (!pid)
		errx(EXIT_FAILURE, "%s: no process id", path);

	/* The file remains if libvirt was killed. */
	pidfd = open_process(pid);
	if (pidfd < 0 || !is_qemu_named(pid, domain))
		errx(EXIT_FAILURE, "--libvirt: domain \"%s\" has ended: process %d is not its QEMU",
		     domain, pid);
	if (!pvhost_trust_process(pid, reason, sizeof(reason)))
		errx(EXIT_FAILURE, "--libvirt: process %d %s: use --pid %d to select it", pid,
		     reason, pid);

	select_process(pidfd);
	free(path);
	return pid;
}

/* Domains that libvirt has started, or that it started before it was killed */
static bool has_libvirt_file(const char *domain)
{
	char *path = pvhost_text(LIBVIRT_RUN "/%s.pid", domain);
	bool has = !strchr(domain, '/') && !access(path, F_OK);

	free(path);
	return has;
}

/**
 * pvhost_name_vm - select the process of a VM by an operand
 * @text: process id, name of QEMU's option -name or of the process, or domain of libvirt
 */
pid_t pvhost_name_vm(const char *text)
{
	pid_t pid;

	if (*text && !text[strspn(text, "0123456789")]) {
		select_process(-1);
		return pvhost_number(pvhost_command->name, text, 1, INT32_MAX);
	}

	pid = pvhost_name_find(pvhost_command->name, text);
	if (pid)
		return pid;
	if (has_libvirt_file(text))
		return pid_of_libvirt(text);
	errx(EXIT_FAILURE, "%s: no VM is named \"%s\"", pvhost_command->name, text);
}

/**
 * pvhost_name_option - parse --pid, --name and --libvirt
 * @pid: out: the selected process
 * @option: option as getopt_long() returns it
 * @value: its value as typed
 *
 * Returns false for other options.
 */
bool pvhost_name_option(pid_t *pid, int option, const char *value)
{
	switch (option) {
	case 'p':
		*pid = pvhost_number("--pid", value, 1, INT32_MAX);
		select_process(-1);
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

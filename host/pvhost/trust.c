// SPDX-License-Identifier: GPL-2.0
/*
 * Processes and files that only trusted users can change.
 *
 * Trusted users are root, the user of this process, the user who has called sudo, and the users
 * that run QEMU for libvirt.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pvhost.h"

/* User of QEMU: Debian and others */
static const char * const accounts[] = { "libvirt-qemu", "qemu" };

static bool is_trusted(uid_t uid)
{
	const char *sudo = geteuid() ? NULL : getenv("SUDO_UID");
	struct passwd *user;
	size_t i;

	if (!uid || uid == geteuid() || (sudo && *sudo && strtoul(sudo, NULL, 10) == uid))
		return true;

	for (i = 0; i < ARRAY_SIZE(accounts); i++) {
		user = getpwnam(accounts[i]);
		if (user && user->pw_uid == uid)
			return true;
	}

	return false;
}

/*
 * Real, effective, saved and file system id.  The owner of /proc/PID is not enough: it is root
 * for a process that is not dumpable.
 */
static bool read_uids(pid_t pid, uid_t *uids)
{
	size_t len;
	char *status = pvhost_cmdline_read(pid, "status", &len);
	const char *line = status ? strstr(status, "\nUid:") : NULL;
	bool ok = line && sscanf(line, "\nUid: %u %u %u %u", &uids[0], &uids[1], &uids[2],
				 &uids[3]) == 4;

	free(status);
	return ok;
}

/**
 * pvhost_trust_process - whether a process can be selected by its name
 * @pid: process
 * @reason: out: text with the reason if not
 * @size: size of @reason
 */
bool pvhost_trust_process(pid_t pid, char *reason, size_t size)
{
	char path[64];
	struct stat st;
	uid_t uids[4];
	size_t i;

	if (!read_uids(pid, uids)) {
		snprintf(reason, size, "its user is unknown");
		return false;
	}
	for (i = 0; i < ARRAY_SIZE(uids); i++) {
		if (!is_trusted(uids[i])) {
			snprintf(reason, size, "it belongs to user %u", uids[i]);
			return false;
		}
	}

	snprintf(path, sizeof(path), PVHOST_PROC "/%d/exe", pid);
	if (stat(path, &st)) {
		snprintf(reason, size, "its program is unknown");
		return false;
	}
	if ((st.st_uid && st.st_uid != uids[0]) || st.st_mode & 0022) {
		snprintf(reason, size, "other users can change its program");
		return false;
	}

	return true;
}

/**
 * pvhost_trust_file - whether only root and the user of this process can change a file
 * @st: its state
 */
bool pvhost_trust_file(const struct stat *st)
{
	return (!st->st_uid || st->st_uid == geteuid()) && !(st->st_mode & 0022);
}

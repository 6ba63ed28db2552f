// SPDX-License-Identifier: GPL-2.0
/*
 * The user that QEMU of pvhost run has.
 *
 * /dev/kvm_pv needs privileges, QEMU does not.  A guest that escapes from QEMU must not be root.
 */
#include <err.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pvhost.h"

static struct passwd *find_name(const char *name)
{
	struct passwd *account;

	errno = 0;
	account = getpwnam(name);
	if (!account && errno)
		err(EXIT_FAILURE, "--user %s", name);
	if (!account)
		errx(EXIT_FAILURE, "--user: unknown user \"%s\"", name);
	if (!account->pw_uid)
		errx(EXIT_FAILURE, "--user: %s is root: use --as-root instead", name);

	return account;
}

/* NULL: root has not been called by sudo(8). */
static struct passwd *find_sudo(void)
{
	const char *text = getenv("SUDO_UID");
	struct passwd *account;
	uid_t uid;

	uid = text && *text ? pvhost_number("SUDO_UID", text, 0, UINT32_MAX - 1) : 0;
	if (!uid)
		return NULL;

	account = getpwuid(uid);
	if (!account)
		errx(EXIT_FAILURE, "SUDO_UID: unknown user %u: use --user", uid);
	return account;
}

/**
 * pvhost_user_find - find the user
 * @user: out: the user
 * @name: name as typed, NULL: the user who has called sudo(8)
 * @as_root: QEMU shall be root
 */
void pvhost_user_find(struct pvhost_user *user, const char *name, bool as_root)
{
	struct passwd *account;

	if (name && as_root) {
		warnx("run: --user and --as-root exclude each other");
		pvhost_try_help();
	}

	*user = (struct pvhost_user){ };
	account = name ? find_name(name) : NULL;
	if (geteuid()) {
		if (account && account->pw_uid != geteuid())
			errx(EXIT_FAILURE, "--user: no permission: run as root");
		return;
	}

	if (!account && !as_root) {
		account = find_sudo();
		if (!account)
			errx(EXIT_FAILURE, "QEMU would run as root: use --user NAME, or --as-root");
	}
	if (!account)
		return;

	user->name = pvhost_text("%s", account->pw_name);
	user->home = pvhost_text("%s", account->pw_dir);
	user->uid = account->pw_uid;
	user->gid = account->pw_gid;
}

/**
 * pvhost_user_become - let this process have the user
 * @user: the user
 *
 * No program that this process executes gets other privileges.
 */
void pvhost_user_become(const struct pvhost_user *user)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err(EXIT_FAILURE, "no_new_privs");
	if (!user->name)
		return;

	if (initgroups(user->name, user->gid) || setresgid(user->gid, user->gid, user->gid) ||
	    setresuid(user->uid, user->uid, user->uid))
		err(EXIT_FAILURE, "cannot become user %s", user->name);
	if (setenv("HOME", user->home, 1) || setenv("USER", user->name, 1) ||
	    setenv("LOGNAME", user->name, 1))
		err(EXIT_FAILURE, "environment");
}

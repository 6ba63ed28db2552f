// SPDX-License-Identifier: GPL-2.0
/*
 * confine CAP[,CAP]... COMMAND...: runs COMMAND with these capabilities only, and without a way to
 * get others, as a service of systemd does with CapabilityBoundingSet= and NoNewPrivileges=.
 */
#include <err.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"

static const struct {
	const char *name;
	int number;
} caps[] = {
	{ "CAP_DAC_READ_SEARCH", CAP_DAC_READ_SEARCH },
	{ "CAP_SYS_ADMIN", CAP_SYS_ADMIN },
	{ "CAP_SYS_PTRACE", CAP_SYS_PTRACE },
};

static __u64 parse(char *list)
{
	__u64 kept = 0;
	char *name;
	size_t i;

	while ((name = strsep(&list, ","))) {
		for (i = 0; i < ARRAY_SIZE(caps) && strcmp(caps[i].name, name); i++)
			;
		if (i == ARRAY_SIZE(caps))
			errx(EXIT_FAILURE, "unknown capability %s", name);
		kept |= 1ULL << caps[i].number;
	}
	return kept;
}

int main(int argc, char **argv)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { };
	__u64 kept;
	int i;

	if (argc < 3)
		errx(EXIT_FAILURE, "usage: confine CAP[,CAP]... COMMAND [ARGUMENT]...");

	kept = parse(argv[1]);
	for (i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++) {
		if (!(kept & (1ULL << i)) && prctl(PR_CAPBSET_DROP, i, 0, 0, 0))
			err(EXIT_FAILURE, "PR_CAPBSET_DROP");
	}
	data[0].effective = kept;
	data[0].permitted = kept;
	data[1].effective = kept >> 32;
	data[1].permitted = kept >> 32;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_capset, &header, data))
		err(EXIT_FAILURE, "capabilities");

	execvp(argv[2], argv + 2);
	err(EXIT_FAILURE, "%s", argv[2]);
}

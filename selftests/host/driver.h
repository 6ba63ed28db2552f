/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cpufreq driver of a host: a test double with a policy for each CPU.
 */
#ifndef _SELFTESTS_HOST_DRIVER_H
#define _SELFTESTS_HOST_DRIVER_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"

#define DRIVER		"kvm_pv_cpufreq"
#define DRIVER_POLICY	"/sys/devices/system/cpu/cpufreq/policy%d/scaling_%s"

static inline bool driver_load(const char *params)
{
	const char *modules = getenv("PV_MODULES");
	char path[256];
	int fd, err;

	snprintf(path, sizeof(path), "%s/" DRIVER ".ko", modules ? modules : "/lib/modules/pv");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	err = syscall(SYS_finit_module, fd, params, 0);
	close(fd);
	return !err;
}

static inline bool driver_unload(void)
{
	return !syscall(SYS_delete_module, DRIVER, O_NONBLOCK);
}

/* Returns kHz, or 0 if the policy does not exist. */
static inline unsigned int driver_policy(int cpu, const char *what)
{
	unsigned int khz = 0;
	char path[128];
	FILE *in;

	snprintf(path, sizeof(path), DRIVER_POLICY "_freq", cpu, what);
	in = fopen(path, "r");
	if (!in)
		return 0;
	if (fscanf(in, "%u", &khz) != 1)
		khz = 0;
	fclose(in);
	return khz;
}

/* Returns whether a policy has this minimum within 5 s: kvm_pv applies requests asynchronously. */
static inline bool driver_soon(int cpu, unsigned int khz)
{
	int i;

	for (i = 0; i < 500; i++) {
		if (driver_policy(cpu, "min") == khz)
			return true;
		usleep(10000);
	}
	ksft_print_msg("policy%d: %u, not %u\n", cpu, driver_policy(cpu, "min"), khz);
	return false;
}

/*
 * Returns whether a policy has this minimum for longer than kvm_pv polls.  The thread runs all the
 * time, because kvm_pv withdraws the constraint of a thread that does not.
 */
static inline bool driver_stays(int cpu, unsigned int khz)
{
	int i;

	if (!driver_soon(cpu, khz))
		return false;
	for (i = 0; i < 150; i++) {
		if (driver_policy(cpu, "min") != khz) {
			ksft_print_msg("policy%d: %u, no longer %u\n", cpu,
				       driver_policy(cpu, "min"), khz);
			return false;
		}
		usleep(10000);
	}
	return true;
}

static inline bool driver_write(int cpu, const char *file, const char *text)
{
	char path[128];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), DRIVER_POLICY, cpu, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = write(fd, text, strlen(text));
	close(fd);
	return len == strlen(text);
}

/*
 * Sets a frequency by equal limits, so that the governor does not matter, and waits for the
 * work that applies them.
 */
static inline void driver_set(int cpu, unsigned int khz)
{
	char text[16];
	int tries;

	snprintf(text, sizeof(text), "%u", khz);
	driver_write(cpu, "min_freq", "0");
	driver_write(cpu, "max_freq", text);
	driver_write(cpu, "min_freq", text);
	for (tries = 0; tries < 5000 && driver_policy(cpu, "cur") != khz; tries++)
		usleep(1000);
}

/* Sets the governor of all policies. */
static inline bool driver_governor(const char *name)
{
	int cpu, nr = sysconf(_SC_NPROCESSORS_ONLN);

	for (cpu = 0; cpu < nr; cpu++) {
		if (!driver_write(cpu, "governor", name))
			return false;
	}
	return true;
}

#endif /* _SELFTESTS_HOST_DRIVER_H */

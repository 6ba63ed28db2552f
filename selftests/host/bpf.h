/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices in BPF, attached to the VM of this process by a pvhost(8) that holds the device until
 * it ends.
 */
#ifndef _SELFTESTS_HOST_BPF_H
#define _SELFTESTS_HOST_BPF_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

#define BPF_OBJECTS	"/usr/lib/pvguest"
#define BPF_TABLE	"600000,1200000,1800000"
#define BPF_TIMEOUT_MS	60000

/**
 * struct bpf_host - a pvhost that holds a device
 * @pid: its process
 * @out: its output
 */
struct bpf_host {
	pid_t pid;
	int out;
};

/* Returns 0, or an errno. */
static inline int bpf_load_module(const char *name)
{
	const char *modules = getenv("PV_MODULES");
	char path[256];
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s/%s.ko", modules ? modules : "/lib/modules/pv", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		err = errno;
	close(fd);
	return err;
}

/* Loads the modules, and skips the test without them; the object must exist. */
static inline void bpf_needs(const char *object)
{
	int err = bpf_load_module("kvm_pv");

	if (!err)
		err = bpf_load_module("kvm_pv_bpf");
	if (err == ENOENT)
		ksft_exit_skip("devices in BPF: this kernel has no kvm_pv_bpf.ko\n");
	if (err)
		ksft_exit_fail_msg("kvm_pv_bpf cannot be loaded: %s\n", strerror(err));
	if (access(object, R_OK))
		ksft_exit_fail_msg("%s: %s\n", object, strerror(errno));
}

/* Reads a line of its output, without the line end; returns false at the end. */
static inline bool bpf_line(const struct bpf_host *host, char *line, size_t size)
{
	struct pollfd in = { .fd = host->out, .events = POLLIN };
	size_t len = 0;

	while (len < size - 1 && poll(&in, 1, BPF_TIMEOUT_MS) > 0 &&
	       read(host->out, &line[len], 1) == 1 && line[len] != '\n')
		len++;
	if (len == size - 1 || line[len] != '\n') {
		line[len] = 0;
		return false;
	}
	line[len] = 0;
	return true;
}

/* @args: appended to "pvhost attach --bpf OBJECT --pid ..."; ends with NULL */
static inline void bpf_exec(const char *object, const char * const *args)
{
	char pid[16], base[32], vcpus[16];
	const char *argv[24] = {
		"pvhost", "attach", "--bpf", object, "--pid", pid, "--base", base,
		"--vcpus", vcpus,
	};
	int i;

	snprintf(pid, sizeof(pid), "%d", getppid());
	snprintf(base, sizeof(base), "0x%llx", (unsigned long long)VM_DEVICE);
	snprintf(vcpus, sizeof(vcpus), "%d", VM_NR_VCPUS);
	for (i = 0; argv[i]; i++)
		;
	while (*args && i < ARRAY_SIZE(argv) - 1)
		argv[i++] = *args++;
	execvp("pvhost", (char **)argv);
	perror("pvhost");
	_exit(127);
}

/* Starts pvhost, and does not wait for it. */
static inline void bpf_start(struct bpf_host *host, const char *object, const char * const *args)
{
	int out[2];

	vm_must(!pipe2(out, O_CLOEXEC), "pipe");
	fflush(stdout);
	host->pid = fork();
	vm_must(host->pid >= 0, "fork");
	if (!host->pid) {
		dup2(out[1], STDOUT_FILENO);
		dup2(out[1], STDERR_FILENO);
		bpf_exec(object, args);
	}
	close(out[1]);
	host->out = out[0];
}

/* Returns true when pvhost reports that the device is attached. */
static inline bool bpf_attach(struct bpf_host *host, const char *object,
			      const char * const *args)
{
	char line[512];

	bpf_start(host, object, args);
	while (bpf_line(host, line, sizeof(line))) {
		if (strstr(line, " at 0x"))
			return true;
		ksft_print_msg("%s\n", line);
	}
	ksft_print_msg("pvhost has closed its output\n");
	return false;
}

static inline bool bpf_attach_table(struct bpf_host *host, const char *object,
				    const char *table)
{
	const char * const args[] = { "--table", table, NULL };

	return bpf_attach(host, object, args);
}

static inline bool bpf_attach_plain(struct bpf_host *host, const char *object)
{
	static const char * const args[] = { NULL };

	return bpf_attach(host, object, args);
}

/* Returns true if pvhost ends within the time-out; @status: as of wait(2) */
static inline bool bpf_ended(const struct bpf_host *host, int *status)
{
	return vm_child_ends(host->pid, status, BPF_TIMEOUT_MS);
}

/* Ends pvhost as an administrator does; returns true if it exits without error. */
static inline bool bpf_detach(const struct bpf_host *host)
{
	int status = -1;
	bool ended;

	kill(host->pid, SIGTERM);
	ended = bpf_ended(host, &status);
	close(host->out);
	if (!ended || status)
		ksft_print_msg("pvhost: %s, status 0x%x\n", ended ? "ended" : "runs", status);
	return ended && !status;
}

#endif /* _SELFTESTS_HOST_BPF_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Requirements for the kernel and the process, and messages if one of them lacks something.
 */
#include <bpf/libbpf.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hypertrace.h"

#define BTF		"/sys/kernel/btf/"
#define KALLSYMS	"/proc/kallsyms"
#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define KPROBE		"/sys/bus/event_source/devices/kprobe/type"
#define VM_LINK		"anon_inode:kvm-vm"

/* Programs of a module need its BTF by its number, which CAP_BPF does not give. */
static bool is_capable(void)
{
	unsigned long long caps = 0;
	char line[128];
	FILE *in;

	in = fopen("/proc/self/status", "re");
	while (in && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
	}
	if (in)
		fclose(in);
	return caps >> CAP_SYS_ADMIN & 1;
}

/* The messages of libbpf and of the verifier are long. */
static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_DEBUG || !getenv("HYPERTRACE_DEBUG"))
		return 0;
	return vfprintf(stderr, format, args);
}

/**
 * kernel_check - end the program if the kernel lacks a feature, or the user a privilege
 */
void kernel_check(void)
{
	libbpf_set_print(print);
	if (!is_capable())
		errx(EXIT_FAILURE,
		     "no permission to load BPF programs: run as root, with CAP_SYS_ADMIN");
	if (access(BTF "vmlinux", R_OK))
		errx(EXIT_FAILURE,
		     "the kernel has no BTF (" BTF "vmlinux): it needs CONFIG_DEBUG_INFO_BTF=y");
	if (access("/dev/kvm", F_OK))
		errx(EXIT_FAILURE, "/dev/kvm does not exist: %s", kernel_no_kvm);
	/* vmlinux has the types of a KVM that is built in. */
	if (!access("/sys/module/kvm/refcnt", F_OK) && access(BTF "kvm", R_OK))
		errx(EXIT_FAILURE,
		     "KVM has no BTF (" BTF "kvm): it needs CONFIG_DEBUG_INFO_BTF_MODULES=y");
}

/**
 * kernel_check_vm - end the program if a process has no VM
 * @pid: the process, 0: none is selected
 */
void kernel_check_vm(pid_t pid)
{
	char path[64], link[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	ssize_t len;
	DIR *dir;

	if (!pid)
		return;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		errx(EXIT_FAILURE, "process %d does not exist", pid);
	if (!dir)
		errx(EXIT_FAILURE, "no permission to look into process %d: run as root", pid);

	while (!found && (entry = readdir(dir))) {
		len = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
		if (len < 0)
			continue;
		link[len] = '\0';
		found = !strcmp(link, VM_LINK);
	}
	closedir(dir);

	if (!found)
		errx(EXIT_FAILURE, "process %d has no KVM VM open", pid);
}

static const char *find_handler(const char *symbol)
{
	const char * const *handler;

	for (handler = kernel_handlers; *handler; handler++) {
		if (!strcmp(symbol, *handler))
			break;
	}

	return *handler;
}

/**
 * kernel_handler - KVM's handler of hypercalls
 *
 * Returns its name.
 */
const char *kernel_handler(void)
{
	const char *found = NULL;
	char symbol[128];
	FILE *in;

	in = fopen(KALLSYMS, "re");
	if (!in)
		err(EXIT_FAILURE, KALLSYMS);
	while (!found && fscanf(in, "%*s %*c %127s%*[^\n]", symbol) == 1)
		found = find_handler(symbol);
	fclose(in);

	if (!found)
		errx(EXIT_FAILURE, "the KVM of this kernel has no %s", kernel_handlers[0]);
	return found;
}

/*
 * Whether lockdown explains an error.  The file shows the active level in brackets.  The verifier
 * does not know the helpers that the level "confidentiality" excludes, and finds them invalid.
 */
static bool is_locked_down(int err)
{
	char text[64] = "";
	FILE *in = fopen(LOCKDOWN, "re");

	if (in) {
		if (!fgets(text, sizeof(text), in))
			text[0] = '\0';
		fclose(in);
	}
	if (err == -EINVAL)
		return strstr(text, "[confidentiality]");
	return err == -EPERM && *text && !strstr(text, "[none]");
}

/**
 * kernel_failed - end the program, since a BPF program cannot be loaded or attached
 * @what: the command, or the function
 * @err: negative errno
 */
void kernel_failed(const char *what, int err)
{
	if (is_locked_down(err))
		errx(EXIT_FAILURE,
		     "%s: the kernel is locked down (" LOCKDOWN "): disable Secure Boot",
		     what);
	if (access(KPROBE, F_OK))
		errx(EXIT_FAILURE,
		     "%s: the kernel has no kprobes: boot one with CONFIG_KPROBE_EVENTS",
		     what);
	if (err == -EPERM)
		errx(EXIT_FAILURE,
		     "%s: the kernel does not permit this BPF program: run as root, outside containers",
		     what);
	if (err == -ENOENT)
		errx(EXIT_FAILURE,
		     "%s: this KVM lacks a function or an event: update hypertrace",
		     what);
	errx(EXIT_FAILURE, "%s: %s; HYPERTRACE_DEBUG=1 prints the messages of the kernel", what,
	     strerror(-err));
}

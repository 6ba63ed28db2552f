// SPDX-License-Identifier: GPL-2.0
/*
 * What this kernel must have, and what it calls it.
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hypertrace.h"

#define BTF		"/sys/kernel/btf/"
#define KALLSYMS	"/proc/kallsyms"

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

/* What libbpf and the verifier have to say is long. */
static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_DEBUG || !getenv("HYPERTRACE_DEBUG"))
		return 0;
	return vfprintf(stderr, format, args);
}

/**
 * kernel_check - ends the program where the kernel lacks something, or the user may not
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
	/* Of a KVM that is no module, vmlinux has the types. */
	if (!access("/sys/module/kvm/refcnt", F_OK) && access(BTF "kvm", R_OK))
		errx(EXIT_FAILURE,
		     "KVM has no BTF (" BTF "kvm): it needs CONFIG_DEBUG_INFO_BTF_MODULES=y");
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

/**
 * kernel_refuses - ends the program
 * @what: what was tried
 * @err: negative errno
 */
void kernel_refuses(const char *what, int err)
{
	if (err == -EPERM)
		errx(EXIT_FAILURE,
		     "%s: not permitted: is the kernel locked down (/sys/kernel/security/lockdown)?",
		     what);
	errx(EXIT_FAILURE, "%s: %s; HYPERTRACE_DEBUG=1 shows what the kernel said", what,
	     strerror(-err));
}

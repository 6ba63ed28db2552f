// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of hypertrace if the kernel does not accept a program: one line with the cause.  The
 * lockdown level is that of a file of this test.
 *
 * needs: native unit
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

static int fake_access(const char *path, int mode);
static FILE *fake_fopen(const char *path, const char *mode);

/* Native tests are not linked with libbpf. */
#define libbpf_set_print(print)	((void)(print))
#define access			fake_access
#define fopen			fake_fopen
#include "host/hypertrace/kernel.c"
#undef fopen
#undef access

#include "kselftest.h"

#include "../child-stderr.h"

const char * const kernel_handlers[] = { "handler", NULL };
const char * const kernel_no_kvm = "advice";

/**
 * struct state - a kernel that does not accept a program
 * @name: of the test
 * @lockdown: levels of lockdown, NULL: the kernel does not have the file
 * @kprobes: whether the kernel has kprobes
 * @err: error of the program
 * @expected: expected part of the message
 */
static const struct state {
	const char *name;
	const char *lockdown;
	bool kprobes;
	int err;
	const char *expected;
} states[] = {
	{ "a kernel without kprobes", NULL, false, -ENOENT, "CONFIG_KPROBE_EVENTS" },
	{ "a kernel without kprobes that permits no program", NULL, false, -EPERM,
	  "CONFIG_KPROBE_EVENTS" },
	{ "a kernel that permits no program", "[none] integrity confidentiality", true, -EPERM,
	  "run as root, outside containers" },
	{ "a KVM without a function", NULL, true, -ENOENT, "update hypertrace" },
	{ "a kernel that is locked down", "none [integrity] confidentiality", true, -EPERM,
	  "disable Secure Boot" },
	{ "a kernel that excludes helpers", "none integrity [confidentiality]", true, -EINVAL,
	  "disable Secure Boot" },
	{ "an invalid program", "none [integrity] confidentiality", true, -EINVAL,
	  "Invalid argument; HYPERTRACE_DEBUG=1 prints" },
};

static const struct state *state;

static int fake_access(const char *path, int mode)
{
	return state->kprobes ? 0 : -1;
}

static FILE *fake_fopen(const char *path, const char *mode)
{
	return state->lockdown ? fmemopen((void *)state->lockdown, strlen(state->lockdown), "r") :
				 NULL;
}

static int fail(void *unused)
{
	kernel_failed("calls", state->err);
}

int main(void)
{
	char output[512];
	int status;
	size_t i, len;
	bool ok;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(states));
	for (i = 0; i < ARRAY_SIZE(states); i++) {
		state = &states[i];
		len = child_stderr(fail, NULL, output, sizeof(output), &status);
		ok = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE && len &&
		     strstr(output, "calls: ") && strstr(output, state->expected) &&
		     strchr(output, '\n') == output + len - 1;
		if (!ok)
			ksft_print_msg("status 0x%x: %s\n", status, output);
		ksft_test_result(ok, "hypertrace names the cause on %s\n", state->name);
	}
	ksft_finished();
}

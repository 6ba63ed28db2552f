// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost detach, set and cap of several VMs, of which some reject the change.  Functions of this
 * file take the place of /dev/kvm_pv, so that each error is possible.
 *
 * needs: native unit
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

static int fake_open(const char *path, int flags);
static int fake_ioctl(int fd, unsigned long request, void *arg);

#define open	fake_open
#define ioctl	fake_ioctl
#include "host/pvhost/device.c"
#undef open
#undef ioctl

#include "host/pvhost/backend.c"
#include "host/pvhost/number.c"
#include "host/pvhost/select.c"
#include "host/pvhost/spawn.c"
#include "kselftest.h"

#include "../child-stderr.h"

#define NR_VMS		3
#define MAX_WORDS	8

/* Changes of a VM */
#define CAP		1
#define TELEMETRY	2
#define DETACH		4

/**
 * struct command - a command and its result
 * @name: of the test
 * @run: its function
 * @words: its arguments
 * @errors: of the ioctl @failing for each VM, whose ids begin with 1
 * @failing: number of the ioctl that fails
 * @status: expected exit status
 * @changes: expected changes of each VM
 * @lines: expected number of messages
 * @text: expected part of them, NULL: none
 */
static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	char *words[MAX_WORDS];
	unsigned int failing;
	int errors[NR_VMS];
	int status;
	unsigned int changes[NR_VMS];
	unsigned int lines;
	const char *text;
} commands[] = {
	{
		"cap --all changes all VMs", pvhost_cap, { "--all", "1.2GHz" },
		0, { }, EXIT_SUCCESS, { CAP, CAP, CAP }, 0, NULL,
	}, {
		"cap --all continues after a VM whose table does not have the frequency",
		pvhost_cap, { "--all", "1.2GHz" }, KVM_PV_CAP, { ERANGE, 0, 0 },
		EXIT_FAILURE, { 0, CAP, CAP }, 1, "1200000 kHz is not in the table of VM 1:",
	}, {
		"cap --all none continues after a VM that requires a cap",
		pvhost_cap, { "--all", "none" }, KVM_PV_CAP, { 0, EINVAL, 0 },
		EXIT_FAILURE, { CAP, 0, CAP }, 1, "VM 2 has --backend freq-qos, which requires",
	}, {
		"cap --all prints an error for each VM that rejects the cap",
		pvhost_cap, { "--all", "1.2GHz" }, KVM_PV_CAP, { ERANGE, 0, EINVAL },
		EXIT_FAILURE, { 0, CAP, 0 }, 2, "cap: VM 3: Invalid argument",
	}, {
		"cap --all ignores a VM that has ended",
		pvhost_cap, { "--all", "1.2GHz" }, KVM_PV_CAP, { ENOENT, 0, 0 },
		EXIT_SUCCESS, { 0, CAP, CAP }, 0, NULL,
	}, {
		"cap of one VM fails if it rejects the cap",
		pvhost_cap, { "--id", "2", "1.2GHz" }, KVM_PV_CAP, { 0, ERANGE, 0 },
		EXIT_FAILURE, { }, 1, "VM 2",
	}, {
		"cap of one VM changes no other VM",
		pvhost_cap, { "--id", "2", "1.2GHz" }, 0, { },
		EXIT_SUCCESS, { 0, CAP, 0 }, 0, NULL,
	}, {
		"cap rejects the options of set",
		pvhost_cap, { "--all", "--telemetry", "off", "1.2GHz" }, 0, { },
		EXIT_FAILURE, { }, 1, "unrecognized option '--telemetry'",
	}, {
		"set --all continues after a VM without telemetry",
		pvhost_set, { "--all", "--telemetry", "counters" },
		KVM_PV_TELEMETRY, { EOPNOTSUPP, 0, 0 },
		EXIT_FAILURE, { 0, TELEMETRY, TELEMETRY }, 1, "VM 1 has no telemetry",
	}, {
		"set --all names the VM of any other error",
		pvhost_set, { "--all", "--telemetry", "counters" },
		KVM_PV_TELEMETRY, { 0, ENOMEM, 0 },
		EXIT_FAILURE, { TELEMETRY, 0, TELEMETRY }, 1, "set: VM 2: Cannot allocate memory",
	}, {
		"set --all prints one error for a VM that rejects the first of two settings",
		pvhost_set, { "--all", "--telemetry", "off", "--cap", "1.2GHz" },
		KVM_PV_CAP, { ERANGE, 0, 0 },
		EXIT_FAILURE, { 0, CAP | TELEMETRY, CAP | TELEMETRY }, 1, "VM 1",
	}, {
		"set names a kvm_pv that is too old",
		pvhost_set, { "--id", "1", "--telemetry", "off" },
		KVM_PV_TELEMETRY, { ENOTTY, 0, 0 },
		EXIT_FAILURE, { }, 1, "set: VM 1: the kvm_pv that is loaded is older",
	}, {
		"detach --all continues after a VM that is not detached",
		pvhost_detach, { "--all" }, KVM_PV_DETACH, { ENOMEM, 0, 0 },
		EXIT_FAILURE, { 0, DETACH, DETACH }, 1, "detach: VM 1: Cannot allocate memory",
	}, {
		"detach --all continues after a VM that waits for its VMM",
		pvhost_detach, { "--all" }, KVM_PV_DETACH, { EINTR, 0, 0 },
		EXIT_SUCCESS, { 0, DETACH, DETACH }, 1, "VM 1 is detached, but a vCPU waits",
	}, {
		"detach --all ignores a VM that has ended",
		pvhost_detach, { "--all" }, KVM_PV_DETACH, { 0, ENOENT, 0 },
		EXIT_SUCCESS, { DETACH, 0, DETACH }, 0, NULL,
	}, {
		"detach rejects an id that is not attached",
		pvhost_detach, { "--id", "4" }, 0, { },
		EXIT_FAILURE, { }, 1, "no VM of id 4 is attached",
	},
};

static const struct command *running;
static unsigned int *changes;

/* The ioctls use no file. */
static int fake_open(const char *path, int flags)
{
	return dup(STDIN_FILENO);
}

static int fake_list(struct kvm_pv_list *list)
{
	struct kvm_pv_vm *vms = (struct kvm_pv_vm *)(uintptr_t)list->vms;
	__u32 i;

	for (i = 0; vms && i < NR_VMS; i++) {
		vms[i] = (struct kvm_pv_vm) {
			.id = i + 1, .pid = 100 + i, .backend = KVM_PV_FREQ_QOS, .nr_perf = 2,
			.perf = { 600000, 1000000 },
		};
	}
	list->nr = NR_VMS;
	return 0;
}

static int fake_change(unsigned long request, __u32 id, unsigned int change)
{
	int error = request == running->failing ? running->errors[id - 1] : 0;

	if (error) {
		errno = error;
		return -1;
	}
	changes[id - 1] |= change;
	return 0;
}

static int fake_ioctl(int fd, unsigned long request, void *arg)
{
	switch (request) {
	case KVM_PV_LIST:
		return fake_list(arg);
	case KVM_PV_CAP:
		return fake_change(request, ((struct kvm_pv_cap *)arg)->id, CAP);
	case KVM_PV_TELEMETRY:
		return fake_change(request, ((struct kvm_pv_telemetry *)arg)->id, TELEMETRY);
	case KVM_PV_DETACH:
		return fake_change(request, ((struct kvm_pv_detach *)arg)->id, DETACH);
	default:
		errno = ENOTTY;
		return -1;
	}
}

/* In the place of fact.c and policy.c: no command of this test chooses a backend. */
void pvhost_fact_uclamp(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
}

void pvhost_policies_read(const struct pv_sysfs *sysfs, struct pvhost_policies *policies)
{
	memset(policies, 0, sizeof(*policies));
}

void pvhost_policies_free(struct pvhost_policies *policies)
{
}

void pvhost_policies_pinned(const struct pv_sysfs *sysfs, pid_t pid,
			    const struct pvhost_policies *policies, struct pvhost_fact *fact)
{
}

/* In the place of command.c and name.c */
static const struct pvhost_command command = { .name = "command" };
const struct pvhost_command *pvhost_command = &command;

void pvhost_usage(void)
{
	exit(EXIT_SUCCESS);
}

void pvhost_try_help(void)
{
	exit(EXIT_FAILURE);
}

void pvhost_no_more(int argc, char **argv)
{
	if (optind < argc)
		errx(EXIT_FAILURE, "unexpected argument");
}

pid_t pvhost_name_vm(const char *text)
{
	return atoi(text);
}

bool pvhost_name_option(pid_t *pid, int option, const char *value)
{
	*pid = value ? atoi(value) : 0;
	return option == 'p';
}

static int run(void *unused)
{
	char *argv[MAX_WORDS + 1] = { "change-vms" };
	int argc;

	for (argc = 1; running->words[argc - 1]; argc++)
		argv[argc] = running->words[argc - 1];
	return running->run(argc, argv);
}

static unsigned int count_lines(const char *text)
{
	unsigned int nr = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		nr++;
	}
	return nr;
}

static void test_command(void)
{
	char output[1024];
	int status = -1;
	bool ok;

	memset(changes, 0, sizeof(running->changes));
	child_stderr(run, NULL, output, sizeof(output), &status);
	ok = WIFEXITED(status) && WEXITSTATUS(status) == running->status &&
	     !memcmp(changes, running->changes, sizeof(running->changes)) &&
	     count_lines(output) == running->lines &&
	     (!running->text || strstr(output, running->text));
	if (!ok)
		ksft_print_msg("status %#x, changes %u %u %u: %s\n", status, changes[0], changes[1],
			       changes[2], output);
	ksft_test_result(ok, "%s\n", running->name);
}

int main(void)
{
	size_t i;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(commands));
	changes = mmap(NULL, sizeof(running->changes), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (changes == MAP_FAILED)
		ksft_exit_fail_perror("mmap");

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		running = &commands[i];
		test_command();
	}
	ksft_finished();
}

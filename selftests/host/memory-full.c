// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost attach of a VM whose cgroup has reached its limit of memory, at each limit from one that
 * the VM has reached already up to the first that suffices.
 *
 * needs: host full each-kernel
 */
#include <sys/prctl.h>

#include "kvm_pv.h"
#include "cgroup.h"
#include "../child-stderr.h"

#define NR_TESTS	7
#define GROUP		"limited"
/* Attachment and shared pages of so many CPUs need more than 6 MiB. */
#define VCPUS		"128"
/* VM_SHARED has not enough space for these. */
#define SHARED		"0x50000000"
#define FIRST_KB	16
#define LAST_KB		(64 * 1024)
/* Any of the failed attaches leaves more than this if it leaks. */
#define SLACK_KB	24
#define MIN_FAILURES	5
#define MESSAGE		"check memory.max of its cgroup"

static int device;

static void vmm_run(int ready)
{
	struct vm vm;

	/* A test that bails out leaves no VM to the next one. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	cgroup_move(getpid(), GROUP);
	vm_create(&vm);
	vm_must(write(ready, "", 1) == 1, "pipe");
	for (;;)
		pause();
}

static pid_t vmm_start(void)
{
	int ready[2];
	pid_t vmm;
	char byte;

	vm_must(!pipe(ready), "pipe");
	fflush(stdout);
	vmm = fork();
	vm_must(vmm >= 0, "fork");
	if (!vmm)
		vmm_run(ready[1]);
	close(ready[1]);
	vm_must(read(ready[0], &byte, 1) == 1, "VM");
	close(ready[0]);
	return vmm;
}

static int attach(void *vmm)
{
	char pid[16], base[16];

	sprintf(pid, "%d", *(pid_t *)vmm);
	sprintf(base, "%#x", VM_DEVICE);
	if (!freopen("/dev/null", "w", stdout))
		return 255;
	execlp("pvhost", "pvhost", "attach", "--pid", pid, "--vcpus", VCPUS, "--base", base,
	       "--shared", SHARED, "--table", "600000", "--backend", "none",
	       "--telemetry", "counters", NULL);
	return 255;
}

static int detach(void *vmm)
{
	char pid[16];

	sprintf(pid, "%d", *(pid_t *)vmm);
	execlp("pvhost", "pvhost", "detach", "--pid", pid, NULL);
	return 255;
}

/* Returns the exit status of pvhost attach, and prints what it prints if that is not @expected. */
static int try_attach(pid_t vmm, const char *expected, bool *printed)
{
	char output[512];
	int status;

	child_stderr(attach, &vmm, output, sizeof(output), &status);
	*printed = expected && strstr(output, expected);
	if (!*printed && output[0])
		ksft_print_msg("pvhost attach: %s", output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static long current_kb(void)
{
	long bytes = 0;
	FILE *file = fopen(CGROUPS "/" GROUP "/memory.current", "re");

	vm_must(file && fscanf(file, "%ld", &bytes) == 1, "memory.current");
	fclose(file);
	return bytes / 1024;
}

static void set_limit(long kb)
{
	char text[32];

	snprintf(text, sizeof(text), "%ldK", kb);
	cgroup_write(CGROUPS "/" GROUP "/memory.max", text);
}

static bool vmm_lives(pid_t vmm)
{
	return !waitpid(vmm, NULL, WNOHANG);
}

static void test_limits(pid_t vmm)
{
	bool failed = true, printed, all_printed = true, all_detached = true;
	long kb, base = current_kb();
	int nr = 0, status;

	for (kb = FIRST_KB; kb <= LAST_KB && failed && vmm_lives(vmm); kb *= 2) {
		set_limit(base + kb);
		status = try_attach(vmm, MESSAGE, &printed);
		failed = status != 0;
		if (failed) {
			nr++;
			all_printed = all_printed && status == 1 && printed;
			all_detached = all_detached && !pv_nr_attached(device);
		}
	}
	ksft_print_msg("attach fails at %d limits\n", nr);
	ksft_test_result(nr >= MIN_FAILURES && all_printed,
			 "pvhost attach of a VM with a full cgroup names memory.max\n");
	ksft_test_result(all_detached, "no VM is attached after an attach without memory\n");
	ksft_test_result(!failed, "attach succeeds when the limit suffices\n");
	ksft_test_result(vmm_lives(vmm), "no attach without memory kills the VM\n");
}

int main(void)
{
	bool printed;
	long before;
	pid_t vmm;

	ksft_print_header();
	ksft_set_plan(NR_TESTS);

	device = pv_open();
	cgroup_mount("+memory");
	vm_must(!mkdir(CGROUPS "/" GROUP, 0755), "cgroup");
	vmm = vmm_start();

	/* What the first attach of a VM leaves in the caches of the kernel is not a leak. */
	vm_must(!try_attach(vmm, NULL, &printed) && !vm_in_child(detach, &vmm, 10000), "attach");
	sleep(5);
	before = cgroup_kernel_kb(GROUP);

	test_limits(vmm);
	ksft_test_result(!vm_in_child(detach, &vmm, 10000) && !pv_nr_attached(device),
			 "the VM is detached\n");
	cgroup_write(CGROUPS "/" GROUP "/memory.max", "max");
	ksft_test_result(cgroup_soon_charged(GROUP, 0, before + SLACK_KB),
			 "no attach without memory leaves memory\n");

	kill(vmm, SIGKILL);
	waitpid(vmm, NULL, 0);
	vm_must(cgroup_soon_removed(CGROUPS "/" GROUP), "cgroup of the VM");
	cgroup_umount();
	close(device);
	ksft_test_result(pv_unloads(), "kvm_pv can be unloaded after attaches without memory\n");

	ksft_finished();
}

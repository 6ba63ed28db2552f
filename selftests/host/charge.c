// SPDX-License-Identifier: GPL-2.0
/*
 * Who pays for the application of requests: a thread of the kernel in the cgroup of the VM, on a
 * host with a cpufreq driver that is a test double.
 *
 * needs: host full each-kernel
 */
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "driver.h"
#include "pin.h"
#include "shared.h"
#include "worker.h"

#define NR_TESTS	10
#define CGROUPS		"/run/pv-cgroups"
#define DETACH_MS	5000

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	vm_must(fd >= 0 && write(fd, text, strlen(text)) == strlen(text), path);
	close(fd);
}

/* @name: of a cgroup below the root */
static void cgroup_move(pid_t pid, const char *name)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), CGROUPS "/%s/cgroup.procs", name);
	snprintf(text, sizeof(text), "%d", pid);
	write_file(path, text);
}

static bool cgroup_is(pid_t tid, const char *name)
{
	char path[64], line[256], wanted[64];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", tid);
	snprintf(wanted, sizeof(wanted), "0::/%s\n", name);
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file))
		found = !strcmp(line, wanted);
	if (file)
		fclose(file);
	return found;
}

static bool soon_in_cgroup(pid_t tid, const char *name)
{
	int i;

	for (i = 0; i < 1000 && !cgroup_is(tid, name); i++)
		usleep(10000);
	return cgroup_is(tid, name);
}

static pid_t soon_worker(pid_t vmm)
{
	pid_t tid = 0;
	int i;

	for (i = 0; i < 1000 && !tid; i++) {
		tid = worker_find(vmm);
		usleep(10000);
	}
	vm_must(tid, "thread of kvm_pv");
	return tid;
}

static bool soon_no_worker(pid_t vmm)
{
	int i;

	for (i = 0; i < 1000 && worker_find(vmm); i++)
		usleep(10000);
	return !worker_find(vmm);
}

/* A VMM whose guest sends requests without a pause; returns its process. */
static pid_t start_vmm(const char *cgroup, __u32 backend)
{
	struct shared shared;
	pid_t pid = fork();
	int i;

	vm_must(pid >= 0, "fork");
	if (pid)
		return pid;

	/* A test that bails out leaves no VM to the next one. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	cgroup_move(getpid(), cgroup);
	shared.pv = pv_open();
	vm_create(&shared.vm);
	shared_attach_to(&shared, NULL, backend);
	for (i = 0;; i++)
		shared_write(&shared, 0, PV_FREQ_SET_PERF, i % 2 ? MAX : MID);
}

static __u64 applied(int pv)
{
	struct kvm_pv_vm vm = { };
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = 1, .vm_size = sizeof(vm), .vms = PTR(&vm),
	};
	struct kvm_pv_cpu cpus[VM_NR_VCPUS];
	int i;

	/* The thread exists before the VM is in the list. */
	for (i = 0; i < 1000 && pv_nr_attached(pv) != 1; i++)
		usleep(10000);
	vm_must(!ioctl(pv, KVM_PV_LIST, &list) && list.nr == 1, "VM in the list");
	vm_must(!pv_stats(pv, vm.id, cpus, VM_NR_VCPUS), "statistics of the VM");
	return cpus[0].applied;
}

static bool applies(int pv)
{
	__u64 before = applied(pv);
	int i;

	for (i = 0; i < 500 && applied(pv) < before + 3; i++)
		usleep(10000);
	return applied(pv) >= before + 3;
}

static bool soon_nice(pid_t tid, int nice)
{
	int i;

	for (i = 0; i < 500 && getpriority(PRIO_PROCESS, tid) != nice; i++)
		usleep(10000);
	return getpriority(PRIO_PROCESS, tid) == nice;
}

static int detach(void *arg)
{
	struct kvm_pv_vm vm = { };
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = 1, .vm_size = sizeof(vm), .vms = PTR(&vm),
	};
	int pv = *(int *)arg;

	return ioctl(pv, KVM_PV_LIST, &list) ? errno : pv_detach(pv, vm.id);
}

static void end(pid_t vmm)
{
	kill(vmm, SIGKILL);
	waitpid(vmm, NULL, 0);
}

static void test_charge(int pv)
{
	pid_t vmm = start_vmm("first", KVM_PV_FREQ_QOS), tid = soon_worker(vmm);
	unsigned long long before;

	ksft_test_result(soon_in_cgroup(tid, "first"), "the thread is in the cgroup of the VM\n");
	before = worker_runtime(tid);
	ksft_test_result(applies(pv) && worker_runtime(tid) > before,
			 "the time of the thread grows when requests are applied\n");
	vm_must(!setpriority(PRIO_PROCESS, vmm, 7), "setpriority");
	ksft_test_result(soon_nice(tid, 7), "the thread has the nice value of the VM\n");
	cgroup_move(vmm, "second");
	ksft_test_result(soon_in_cgroup(tid, "second"), "the thread follows the VM\n");
	ksft_test_result(applies(pv), "requests are applied in the other cgroup\n");

	/* Both together use this within some milliseconds. */
	write_file(CGROUPS "/second/cpu.max", "2000 1000000");
	sleep(1);
	ksft_test_result(!vm_in_child(detach, &pv, DETACH_MS),
			 "detach does not wait for the quota of the VM\n");
	ksft_test_result(soon_no_worker(vmm), "detach ends the thread\n");
	write_file(CGROUPS "/second/cpu.max", "max");
	end(vmm);
}

static bool soon_removed(const char *path)
{
	int i;

	for (i = 0; i < 500 && rmdir(path); i++)
		usleep(10000);
	return access(path, F_OK);
}

static void test_end(void)
{
	pid_t vmm = start_vmm("second", KVM_PV_FREQ_QOS), tid = soon_worker(vmm);

	vm_must(soon_in_cgroup(tid, "second"), "cgroup of the thread");
	end(vmm);
	ksft_test_result(soon_no_worker(vmm), "the end of the VM ends the thread\n");
	ksft_test_result(soon_removed(CGROUPS "/second"),
			 "the cgroup of a VM that has ended can be removed\n");

	vmm = start_vmm("first", KVM_PV_RECORD);
	usleep(500000);
	ksft_test_result(!worker_find(vmm), "a VM of backend none has no thread\n");
	end(vmm);
	vm_must(soon_removed(CGROUPS "/first"), "cgroup of the VM");
}

int main(void)
{
	int pv;

	ksft_print_header();
	if (driver_policy(0, "min"))
		ksft_exit_skip("this host has a cpufreq driver already\n");
	ksft_set_plan(NR_TESTS);

	pin(0, 0);
	pv = pv_open();
	vm_must(driver_load(""), DRIVER ".ko");
	vm_must((!mkdir(CGROUPS, 0755) || errno == EEXIST) &&
		!mount("none", CGROUPS, "cgroup2", 0, NULL), "cgroup2");
	write_file(CGROUPS "/cgroup.subtree_control", "+cpu");
	vm_must(!mkdir(CGROUPS "/first", 0755) && !mkdir(CGROUPS "/second", 0755), "cgroups");

	test_charge(pv);
	test_end();

	vm_must(!umount(CGROUPS) && !rmdir(CGROUPS), "umount");
	close(pv);
	vm_must(driver_unload(), "rmmod " DRIVER);

	ksft_finished();
}

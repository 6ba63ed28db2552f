// SPDX-License-Identifier: GPL-2.0
/*
 * Who pays for the application of requests: a thread of the kernel in the cgroup of the VM, on a
 * host with a cpufreq driver that is a test double.  Who pays for the memory of an attachment: the
 * cgroup of the VM, whichever process attaches it.
 *
 * needs: host full each-kernel
 */
#include <limits.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <pv/exits.h>

#include "cgroup.h"
#include "driver.h"
#include "pin.h"
#include "shared.h"
#include "worker.h"

#define NR_TESTS	15
#define DETACH_MS	5000
/* All that KVM of arm64 has */
#define NR_WINDOWS	512
/* Such an attachment without shared pages, and the pages with telemetry */
#define ATTACHMENT_KB	128
#define TELEMETRY_KB	(NR_WINDOWS * PV_EXITS_VCPU_SIZE / 1024)
/* VM_SHARED has not enough room for these. */
#define SHARED		0x50000000

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
	cgroup_write(CGROUPS "/second/cpu.max", "2000 1000000");
	sleep(1);
	ksft_test_result(!vm_in_child(detach, &pv, DETACH_MS),
			 "detach does not wait for the quota of the VM\n");
	ksft_test_result(soon_no_worker(vmm), "detach ends the thread\n");
	cgroup_write(CGROUPS "/second/cpu.max", "max");
	end(vmm);
}

static void test_end(void)
{
	pid_t vmm = start_vmm("second", KVM_PV_FREQ_QOS), tid = soon_worker(vmm);

	vm_must(soon_in_cgroup(tid, "second"), "cgroup of the thread");
	end(vmm);
	ksft_test_result(soon_no_worker(vmm), "the end of the VM ends the thread\n");
	ksft_test_result(cgroup_soon_removed(CGROUPS "/second"),
			 "the cgroup of a VM that has ended can be removed\n");

	vmm = start_vmm("first", KVM_PV_RECORD);
	usleep(500000);
	ksft_test_result(!worker_find(vmm), "a VM of backend none has no thread\n");
	end(vmm);
	vm_must(cgroup_soon_removed(CGROUPS "/first"), "cgroup of the VM");
}

/* Attaches a VM in a process of the other cgroup. */
static int attach_in_second(void *arg)
{
	cgroup_move(getpid(), "second");
	return pv_attach(pv_open(), arg);
}

static void test_memory(int pv)
{
	static const __u32 table[] = { MIN };
	struct vm vm;
	struct kvm_pv_attach attach = {
		.nr_cpus = NR_WINDOWS, .base = VM_DEVICE, .nr_perf = 1, .perf = PTR(table),
	};
	long before, other;

	cgroup_move(getpid(), "first");
	vm_create(&vm);
	attach.vm_fd = vm.fd;
	sleep(3);
	before = cgroup_kernel_kb("first");
	other = cgroup_kernel_kb("second");

	vm_must(!vm_in_child(attach_in_second, &attach, DETACH_MS), "KVM_PV_ATTACH");
	ksft_test_result(cgroup_soon_charged("first", before + ATTACHMENT_KB, LONG_MAX),
			 "the memory of an attachment is charged to the VM\n");
	vm_must(!detach(&pv), "KVM_PV_DETACH");
	ksft_test_result(cgroup_soon_charged("first", 0, before + ATTACHMENT_KB / 2),
			 "the memory is released at detach\n");

	attach.shared = SHARED;
	attach.telemetry = KVM_PV_TELEMETRY_COUNTERS;
	vm_must(!vm_in_child(attach_in_second, &attach, DETACH_MS), "KVM_PV_ATTACH");
	ksft_test_result(cgroup_soon_charged("first", before + TELEMETRY_KB, LONG_MAX),
			 "the shared pages are charged to the VM\n");
	ksft_test_result(cgroup_soon_charged("second", 0, other + ATTACHMENT_KB / 2),
			 "the process that attaches is charged nothing\n");
	vm_must(!detach(&pv), "KVM_PV_DETACH");
	ksft_test_result(cgroup_soon_charged("first", 0, before + TELEMETRY_KB / 2),
			 "the shared pages are released at detach\n");
	vm_destroy(&vm);
	cgroup_move(getpid(), "");
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
	cgroup_mount("+cpu +memory");
	vm_must(!mkdir(CGROUPS "/first", 0755) && !mkdir(CGROUPS "/second", 0755), "cgroups");

	test_memory(pv);
	test_charge(pv);
	test_end();

	cgroup_umount();
	close(pv);
	vm_must(driver_unload(), "rmmod " DRIVER);

	ksft_finished();
}

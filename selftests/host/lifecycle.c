// SPDX-License-Identifier: GPL-2.0
/*
 * The end of VMs, unloading of the module, and two VMs at the same time.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include <pv/hypercall.h>
#include <pv/vcpufreq.h>

#include "kvm_pv.h"
#include "vm.h"

#define NR_TESTS	13
#define NR_ROUNDS	100

static const __u32 table[] = { 600000, 1200000 };

static int attach(int pv, const struct vm *vm, __u32 *id)
{
	struct kvm_pv_attach attach = {
		.flags		= KVM_PV_HYPERCALLS,
		.vm_fd		= vm->fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= ARRAY_SIZE(table),
		.perf		= PTR(table),
	};
	int err = pv_attach(pv, &attach);

	*id = attach.id;
	return err;
}

/* A VM ends asynchronously after its last descriptor is closed. */
static bool becomes(int pv, __u32 nr)
{
	int i;

	for (i = 0; i < 1000 && pv_nr_attached(pv) != nr; i++)
		usleep(10000);
	return pv_nr_attached(pv) == nr;
}

/* The last reference to the module is released asynchronously as well. */
static int unload(void)
{
	int i, err;

	for (i = 0; i < 100; i++) {
		err = pv_unload();
		if (err != EAGAIN)
			break;
		usleep(10000);
	}

	return err;
}

static bool answered(struct vm *vm, int vcpu)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP };

	vm_do(vm, vcpu, &step);
	return (__s32)step.value == 0;
}

static void test_module(void)
{
	int pv = pv_open(), err;
	struct vm vm;
	__u32 id;

	vm_create(&vm);
	vm_must(!attach(pv, &vm, &id), "KVM_PV_ATTACH");
	close(pv);
	ksft_test_result(pv_unload() == EAGAIN && answered(&vm, 0),
			 "rmmod fails while a VM is attached\n");

	pv = pv_open();
	pv_detach(pv, id);
	close(pv);
	err = pv_unload();
	ksft_test_result(!err, "rmmod succeeds after detach: %s\n", strerror(err));
	ksft_test_result(!answered(&vm, 0), "hypercalls return ENOSYS after rmmod\n");

	pv = pv_open();
	ksft_test_result(!attach(pv, &vm, &id) && answered(&vm, 0),
			 "a VM is attached again after rmmod and insmod\n");
	vm_destroy(&vm);
	ksft_test_result(becomes(pv, 0), "a VM that is closed is detached\n");
	close(pv);
	err = unload();
	ksft_test_result(!err, "rmmod succeeds after the end of a VM: %s\n", strerror(err));
}

static void test_vcpu_holds(void)
{
	int pv = pv_open();
	struct vm vm;
	__u32 id;

	vm_create(&vm);
	vm_must(!attach(pv, &vm, &id), "KVM_PV_ATTACH");
	close(vm.fd);
	vm.fd = -1;
	ksft_test_result(pv_nr_attached(pv) == 1 && answered(&vm, 0),
			 "a VM without VM descriptor stays attached while its vCPUs are open\n");
	ksft_test_result(!pv_detach(pv, id) && !answered(&vm, 0),
			 "a VM without VM descriptor can be detached\n");
	vm_destroy(&vm);
	close(pv);
}

static void test_killed(void)
{
	int pipes[2], pv = pv_open();
	pid_t pid;
	char ready;

	vm_must(!pipe(pipes), "pipe");
	pid = fork();
	if (!pid) {
		struct vm vm;
		__u32 id;

		vm_create(&vm);
		if (!attach(pv, &vm, &id))
			vm_must(write(pipes[1], "", 1) == 1, "write");
		for (;;)
			pause();
	}

	vm_must(read(pipes[0], &ready, 1) == 1, "read");
	vm_must(pv_nr_attached(pv) == 1, "attached by the other process");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ksft_test_result(becomes(pv, 0), "the VM of a VMM that is killed is detached\n");
	close(pipes[0]);
	close(pipes[1]);
	close(pv);
}

static void test_two(void)
{
	int pv = pv_open();
	struct vm one, two;
	__u32 id_one, id_two;

	vm_create(&one);
	vm_create(&two);
	vm_must(!attach(pv, &one, &id_one) && !attach(pv, &two, &id_two), "KVM_PV_ATTACH");
	ksft_test_result(id_one != id_two && answered(&one, 0) && answered(&two, 0),
			 "two VMs are attached at the same time\n");
	pv_detach(pv, id_one);
	ksft_test_result(!answered(&one, 0) && answered(&two, 0),
			 "detach of one VM keeps the other attached\n");
	vm_destroy(&one);
	vm_destroy(&two);
	becomes(pv, 0);
	close(pv);
}

static atomic_bool stop;

static void *load(void *arg)
{
	struct vm_step step;
	struct vm *vm = arg;

	while (!stop) {
		answered(vm, 1);
		step = (struct vm_step) {
			.op = VM_WRITE32, .addr = VM_DEVICE + PV_FREQ_SET_PERF, .value = 1,
		};
		vm_do(vm, 1, &step);
	}

	return NULL;
}

static void test_load(void)
{
	int pv = pv_open(), i, err = 0;
	pthread_t thread;
	struct vm vm;
	__u32 id;

	vm_create(&vm);
	stop = false;
	vm_must(!pthread_create(&thread, NULL, load, &vm), "thread");
	for (i = 0; i < NR_ROUNDS && !err; i++) {
		err = attach(pv, &vm, &id);
		if (!err)
			err = pv_detach(pv, id);
	}
	stop = true;
	pthread_join(thread, NULL);
	ksft_test_result(!err && !pv_nr_attached(pv),
			 "attach and detach succeed %d times under load: %s\n", i, strerror(err));
	vm_destroy(&vm);
	close(pv);
}

/* Attaches the VM when the main thread has ended: it is a zombie then. */
static void *attach_alone(void *unused)
{
	char path[64], state = 0;
	struct vm vm;
	FILE *file;
	__u32 id;

	vm_create(&vm);
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	while (state != 'Z') {
		usleep(10000);
		file = fopen(path, "re");
		vm_must(file && fscanf(file, "%*d (%*[^)]) %c", &state) == 1, path);
		fclose(file);
	}
	vm_must(!attach(pv_open(), &vm, &id), "KVM_PV_ATTACH");
	pause();
	return NULL;
}

static void test_main_thread(void)
{
	struct kvm_pv_vm vm = { };
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = 1, .vm_size = sizeof(vm), .vms = PTR(&vm),
	};
	int pv = pv_open();
	pthread_t thread;
	pid_t pid = fork();

	vm_must(pid >= 0, "fork");
	if (!pid) {
		vm_must(!pthread_create(&thread, NULL, attach_alone, NULL), "thread");
		pthread_exit(NULL);
	}
	vm_must(becomes(pv, 1) && !ioctl(pv, KVM_PV_LIST, &list), "attached VM");
	ksft_test_result(vm.pid == pid,
			 "list has the process of a VM whose main thread has ended\n");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	becomes(pv, 0);
	close(pv);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(NR_TESTS);

	test_module();
	test_vcpu_holds();
	test_killed();
	test_two();
	test_load();
	test_main_thread();

	ksft_finished();
}

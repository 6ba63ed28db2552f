// SPDX-License-Identifier: GPL-2.0
/*
 * The requests of a guest as the minimum of the policy of its pinned threads, on a host with a
 * cpufreq driver that is a test double; and hosts without one.
 *
 * needs: host full each-kernel
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/klog.h>
#include <sys/wait.h>

#include "driver.h"
#include "shared.h"
#include "userspace/libpv/libpv.h"

#define NR_TESTS	44
#define NR_ASKED	2000
#define NR_TWO		5
#define DELAY_US	500000
#define FLOOD_MS	3000

static const __u32 one_domain[VM_NR_VCPUS] = { 3, 3 };

static int nr_host_cpus;

static void pin(int cpu)
{
	cpu_set_t cpus;
	int i;

	CPU_ZERO(&cpus);
	for (i = 0; i < nr_host_cpus; i++) {
		if (cpu < 0 || cpu == i)
			CPU_SET(i, &cpus);
	}
	vm_must(!sched_setaffinity(0, sizeof(cpus), &cpus), "sched_setaffinity");
}

static void create(struct shared *shared, const __u32 *domains, __u32 backend)
{
	shared->pv = pv_open();
	vm_create(&shared->vm);
	shared_attach_to(shared, domains, backend);
}

static int try_attach(__u32 backend, __u32 margin, __u32 cap)
{
	static const __u32 table[] = { MIN, MID, MAX };
	struct kvm_pv_attach attach = {
		.nr_cpus = VM_NR_VCPUS, .base = VM_DEVICE, .nr_perf = ARRAY_SIZE(table),
		.perf = PTR(table), .backend = backend, .margin = margin,
		.cap = cap,
	};
	int err, pv = pv_open();
	struct vm vm;

	vm_create(&vm);
	attach.vm_fd = vm.fd;
	err = pv_attach(pv, &attach);
	if (!err)
		pv_detach(pv, attach.id);
	vm_destroy(&vm);
	close(pv);
	return err;
}

static void test_refused(void)
{
	ksft_test_result(try_attach(KVM_PV_FREQ_QOS + 1, 0, MAX) == EINVAL,
			 "attach rejects an unknown backend\n");
	ksft_test_result(try_attach(UINT32_MAX, 0, MAX) == EINVAL,
			 "attach rejects the largest backend number\n");
	ksft_test_result(try_attach(KVM_PV_RECORD, 1, 0) == EINVAL,
			 "attach rejects a margin of backend record\n");
	ksft_test_result(try_attach(KVM_PV_UCLAMP, KVM_PV_MAX_MARGIN + 1, 0) == EINVAL,
			 "attach rejects a margin beyond the maximum\n");
	ksft_test_result(try_attach(KVM_PV_FREQ_QOS, 0, MAX) == EOPNOTSUPP,
			 "attach rejects freq-qos without a cpufreq driver\n");
	ksft_test_result(try_attach(KVM_PV_FREQ_QOS, 0, 0) == EINVAL,
			 "attach rejects freq-qos without a cap\n");
	if (access("/proc/sys/kernel/sched_util_clamp_min", F_OK))
		ksft_test_result(try_attach(KVM_PV_UCLAMP, 25, 0) == EOPNOTSUPP,
				 "attach rejects uclamp without CONFIG_UCLAMP_TASK\n");
	else
		ksft_test_result_skip("uclamp without CONFIG_UCLAMP_TASK: it is set\n");
}

static bool ask_lazily(struct shared *shared, __u32 khz)
{
	shared_post_until_taken(shared, khz);
	return driver_soon(0, khz);
}

/* HZ is 1000 at most. */
static void test_many(struct shared *shared)
{
	__u64 before = shared_stats(shared, 0).applied, applied, begin = pv_interval_now(), ms;
	int i;

	for (i = 0; i < NR_ASKED; i++)
		shared_request(shared, 0, i % 2 ? MAX : MID);
	driver_soon(0, MAX);
	ms = (pv_interval_now() - begin) / 1000000;
	applied = shared_stats(shared, 0).applied - before;
	ksft_print_msg("%u requests in %llu ms, %llu applied\n", NR_ASKED, ms, applied);
	ksft_test_result(applied && applied <= ms + 2,
			 "at most one request per jiffy is applied\n");
}

static void test_requests(void)
{
	struct shared shared;
	struct kvm_pv_cpu stats;

	create(&shared, NULL, KVM_PV_FREQ_QOS);
	ksft_test_result(shared_listed(&shared).backend == KVM_PV_FREQ_QOS,
			 "list reports backend freq-qos\n");
	ksft_test_result(driver_stays(0, MIN), "freq-qos applies nothing before a request\n");

	shared_request(&shared, 0, MID);
	ksft_test_result(driver_soon(0, MID), "a request becomes the minimum of the policy\n");
	ksft_test_result(driver_policy(0, "cur") >= MID,
			 "the CPU runs at the requested frequency or above\n");
	stats = shared_stats(&shared, 0);
	ksft_test_result(stats.applied == 1 && !stats.failed, "stats count an applied request\n");
	shared_request(&shared, 0, MID);
	ksft_test_result(driver_stays(0, MID) && shared_stats(&shared, 0).applied == 1,
			 "a repeated request is applied once\n");

	ksft_test_result(ask_lazily(&shared, MAX), "a request in the record is applied\n");
	ksft_test_result(ask_lazily(&shared, MIN), "a lower request in the record is applied\n");
	ksft_test_result(shared_stats(&shared, 0).applied == 3,
			 "stats count requests from the record as applied\n");

	shared_request(&shared, 0, MAX);
	driver_soon(0, MAX);
	pv_cap(shared.pv, shared.id, MID);
	ksft_test_result(driver_soon(0, MID), "a cap limits the minimum of the policy\n");
	ksft_test_result(pv_cap(shared.pv, shared.id, 0) == EINVAL && driver_stays(0, MID) &&
			 shared_listed(&shared).cap == MID,
			 "the cap of freq-qos cannot be removed\n");
	pv_cap(shared.pv, shared.id, MAX);
	ksft_test_result(driver_soon(0, MAX) && shared_listed(&shared).cap == MAX,
			 "a higher cap restores the minimum of the policy\n");
	test_many(&shared);

	shared_detach(&shared);
	ksft_test_result(driver_soon(0, MIN), "detach removes the constraint\n");
	shared_attach_to(&shared, NULL, KVM_PV_RECORD);
	shared_request(&shared, 0, MAX);
	ksft_test_result(driver_stays(0, MIN) && !shared_stats(&shared, 0).applied,
			 "backend record applies nothing\n");
	shared_destroy(&shared);
}

/* The vCPU runs until the process is killed, so its constraint stays. */
static void spin(struct shared *shared, int vcpu)
{
	struct vm_step step = { .op = VM_SPIN };

	vm_arch_set(&shared->vm, vcpu, &step);
	ioctl(shared->vm.vcpus[vcpu], KVM_RUN, 0);
}

static void *other_thread(void *arg)
{
	struct shared *shared = arg;

	shared_request(shared, 0, MAX);
	ksft_test_result(driver_soon(0, MAX), "a request of another thread is applied\n");
	return NULL;
}

static void test_end(void)
{
	struct shared shared;
	pthread_t thread;
	pid_t pid;

	create(&shared, NULL, KVM_PV_FREQ_QOS);
	vm_must(!pthread_create(&thread, NULL, other_thread, &shared), "thread");
	pthread_join(thread, NULL);
	ksft_test_result(driver_soon(0, MIN), "the end of a vCPU thread removes its constraint\n");
	shared_request(&shared, 0, MID);
	ksft_test_result(driver_soon(0, MID), "the next thread of the vCPU gets the constraint\n");
	vm_destroy(&shared.vm);
	ksft_test_result(driver_soon(0, MIN), "the end of a VM removes its constraint\n");
	close(shared.pv);

	pid = fork();
	if (!pid) {
		create(&shared, NULL, KVM_PV_FREQ_QOS);
		shared_request(&shared, 0, MAX);
		for (;;)
			spin(&shared, 0);
	}
	ksft_test_result(driver_soon(0, MAX), "a request in another process is applied\n");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ksft_test_result(driver_soon(0, MIN), "killing a VMM removes its constraint\n");
}

/* The number of lines in the kernel's log about requests of a VM that cannot be applied */
static int nr_logged(__u32 id)
{
	static char log[1 << 20];
	char text[64], *line = log;
	int nr = 0, len;

	len = klogctl(3, log, sizeof(log) - 1);
	vm_must(len >= 0, "syslog");
	log[len] = '\0';
	snprintf(text, sizeof(text), "kvm_pv: vm %u: a request of vCPU", id);
	while ((line = strstr(line, text))) {
		line++;
		nr++;
	}
	return nr;
}

static void test_driver(void)
{
	struct shared shared;
	bool unloaded;

	create(&shared, NULL, KVM_PV_FREQ_QOS);
	shared_request(&shared, 0, MID);
	driver_soon(0, MID);
	unloaded = driver_unload();
	ksft_test_result(unloaded && !driver_policy(0, "min"),
			 "the cpufreq driver can be unloaded under a constraint\n");
	shared_request(&shared, 0, MAX);
	usleep(1500000);
	ksft_test_result(shared_stats(&shared, 0).fail_reason == KVM_PV_FAIL_POLICY &&
			 shared_stats(&shared, 0).failed,
			 "requests fail without a cpufreq driver\n");
	shared_request(&shared, 0, MIN);
	shared_request(&shared, 0, MAX);
	usleep(1500000);
	ksft_test_result(nr_logged(shared.id) == 1, "the first request that fails is logged\n");
	ksft_test_result(driver_load("") && driver_soon(0, MAX),
			 "requests are applied when the cpufreq driver is loaded again\n");
	shared_destroy(&shared);
}

/* Shows its domain by a request, and runs until it is stopped. */
static void *second(void *arg)
{
	struct shared *shared = arg;

	pin(1);
	shared_request(shared, 1, MIN);
	spin(shared, 1);
	return NULL;
}

static void wake(int signal)
{
}

/**
 * struct idler - a vCPU thread that sends a request, and waits before it runs the vCPU again
 * @shared: the VM
 * @go: the thread runs the vCPU when this is posted
 */
struct idler {
	struct shared shared;
	sem_t go;
};

static void *idle(void *arg)
{
	struct idler *idler = arg;

	shared_request(&idler->shared, 0, MAX);
	while (sem_wait(&idler->go))
		;
	spin(&idler->shared, 0);
	return NULL;
}

static void test_idle(void)
{
	struct idler idler;
	pthread_t thread;

	create(&idler.shared, NULL, KVM_PV_FREQ_QOS);
	vm_must(!sem_init(&idler.go, 0, 0) &&
		!pthread_create(&thread, NULL, idle, &idler), "thread");
	ksft_test_result(driver_soon(0, MAX), "a request of a thread that idles next is applied\n");
	ksft_test_result(driver_soon(0, MIN), "an idle vCPU releases its constraint\n");
	ksft_test_result(driver_stays(0, MIN), "the constraint stays released while it is idle\n");
	sem_post(&idler.go);
	ksft_test_result(driver_soon(0, MAX), "the constraint is back when the vCPU runs again\n");
	ksft_test_result(driver_stays(0, MAX) &&
			 shared_stats(&idler.shared, 0).applied == 1,
			 "a vCPU that runs keeps its constraint, and is counted once\n");
	idler.shared.vm.runs[0]->immediate_exit = 1;
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	shared_destroy(&idler.shared);
	vm_must(driver_soon(0, MIN), "end of the VM");
}

/* Two VMs want to change the policy 200 times per second. */
static void test_delay(void)
{
	struct shared shared[2];
	unsigned int changes = 0, before, now, i;
	__u64 begin, ms = 0;
	char params[32];

	vm_must(driver_unload(), "rmmod " DRIVER);
	snprintf(params, sizeof(params), "delay_us=%d", DELAY_US);
	vm_must(driver_load(params), DRIVER ".ko");
	create(&shared[0], NULL, KVM_PV_FREQ_QOS);
	create(&shared[1], NULL, KVM_PV_FREQ_QOS);
	before = driver_policy(0, "min");
	begin = pv_interval_now();
	for (i = 0; ms < FLOOD_MS; i++) {
		shared_request(&shared[i % 2], 0, i / 2 % 2 ? MAX : MID);
		usleep(1000);
		now = driver_policy(0, "min");
		changes += now != before;
		before = now;
		ms = (pv_interval_now() - begin) / 1000000;
	}
	ksft_print_msg("%u changes in %llu ms\n", changes, ms);
	ksft_test_result(changes && changes <= ms * 1000 / DELAY_US + 1,
			 "a policy changes at most once per transition delay\n");

	shared_request(&shared[0], 0, MIN);
	shared_request(&shared[1], 0, MID);
	ksft_test_result(driver_stays(0, MID), "the last requests are applied after the delay\n");
	shared_destroy(&shared[0]);
	shared_destroy(&shared[1]);
	vm_must(driver_unload() && driver_load("") && driver_soon(0, MIN), DRIVER ".ko");
}

static void test_two(void)
{
	struct shared shared;
	pthread_t thread;
	__u64 failed;

	create(&shared, one_domain, KVM_PV_FREQ_QOS);
	vm_must(!pthread_create(&thread, NULL, second, &shared), "thread");
	usleep(500000);
	shared_request(&shared, 0, MID);
	ksft_test_result(driver_soon(0, MID) && driver_soon(1, MID),
			 "a request is applied to all threads of the domain\n");
	shared.vm.runs[1]->immediate_exit = 1;
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	ksft_test_result(driver_soon(1, MIN) && driver_soon(0, MID),
			 "the end of one thread removes the constraint of its policy only\n");

	pin(1);
	ksft_test_result(driver_soon(1, MID) && driver_soon(0, MIN),
			 "a constraint follows its thread to another CPU\n");
	failed = shared_stats(&shared, 0).failed;
	pin(-1);
	ksft_test_result(driver_soon(1, MIN) && driver_stays(0, MIN),
			 "a thread that is not pinned has no constraint\n");
	ksft_test_result(shared_stats(&shared, 0).failed == failed + 1 &&
			 shared_stats(&shared, 0).fail_reason == KVM_PV_FAIL_PIN,
			 "stats count a thread that is not pinned as one failure\n");
	pin(0);
	shared_destroy(&shared);
}

int main(void)
{
	struct sigaction action = { .sa_handler = wake };

	sigaction(SIGUSR1, &action, NULL);
	nr_host_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	ksft_print_header();
	if (driver_policy(0, "min"))
		ksft_exit_skip("this host has a cpufreq driver already\n");
	ksft_set_plan(NR_TESTS);

	test_refused();
	vm_must(driver_load(""), DRIVER ".ko");
	pin(0);
	test_requests();
	test_end();
	test_driver();
	test_idle();
	test_delay();
	if (nr_host_cpus > 1) {
		test_two();
	} else {
		int i;

		for (i = 0; i < NR_TWO; i++)
			ksft_test_result_skip("a request of threads on two CPUs: one CPU\n");
	}
	vm_must(driver_unload(), "rmmod " DRIVER);

	ksft_finished();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * stress-kill-vm COUNT SEED: starts COUNT VMs, each in a process of its own that is killed at a
 * random moment: before it has a VM, while the VM is attached by itself or by the parent, while
 * its vCPUs run and use the shared pages, or while it is detached.
 *
 * Fails if a process ends in another way, or if a VM stays attached.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "pin.h"
#include "shared.h"

#define NR_AT_ONCE	3
/* Maximum life time, as a multiple of the time until pages are shared */
#define MAX_LIFE	6
#define NSEC_PER_SEC	1000000000LL

enum stage {
	STAGE_BORN,
	STAGE_VM,
	STAGE_RUNS,
	STAGE_ATTACHED,
	STAGE_SHARED,
	NR_STAGES,
};

static const char * const stages[NR_STAGES] = {
	"before a VM exists", "with a VM", "with running vCPUs", "attached", "with shared pages",
};

/**
 * struct life - the process of a VM, in memory shared with the parent
 * @pid: the process, 0: none
 * @seed: seed of its random numbers
 * @attached_by_us: the parent attaches the VM
 * @tried: the parent has tried to
 * @measured: it uses the shared pages before a vCPU stays in the guest
 * @vm_fd: descriptor of its VM
 * @stage: highest stage that it has reached
 */
struct life {
	pid_t pid;
	unsigned int seed;
	bool attached_by_us;
	bool tried;
	bool measured;
	int vm_fd;
	atomic_int stage;
};

/**
 * struct vcpu - a thread of a VM's process
 * @shared: the VM
 * @life: the process
 * @i: index of the vCPU
 * @seed: seed of its random numbers
 */
struct vcpu {
	struct shared *shared;
	struct life *life;
	int i;
	unsigned int seed;
};

/* The threads of the process and the parent raise the stage. */
static void reach(struct life *life, int stage)
{
	int is = life->stage;

	while (is < stage && !atomic_compare_exchange_weak(&life->stage, &is, stage))
		;
}

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* The kernel kills the process at that time, independent of its threads. */
static void die_in(long long ns)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec at = { .it_value = { ns / NSEC_PER_SEC, ns % NSEC_PER_SEC } };
	timer_t timer;

	if (!ns)
		at.it_value.tv_nsec = 1;
	vm_must(!timer_create(CLOCK_MONOTONIC, &event, &timer) &&
		!timer_settime(timer, 0, &at, NULL), "timer");
}

/* Tries the backends that the host may not have first. */
static int attach(int pv, int vm_fd, unsigned int seed)
{
	static const __u32 table[] = { MIN, MID, MAX };
	static const __u32 backends[] = { KVM_PV_UCLAMP, KVM_PV_FREQ_QOS, KVM_PV_RECORD };
	int err = EOPNOTSUPP, i;

	for (i = seed % ARRAY_SIZE(backends); err == EOPNOTSUPP && i < ARRAY_SIZE(backends); i++) {
		struct kvm_pv_attach arg = {
			.flags		= KVM_PV_HYPERCALLS,
			.vm_fd		= vm_fd,
			.nr_cpus	= VM_NR_VCPUS,
			.base		= VM_DEVICE,
			.nr_perf	= ARRAY_SIZE(table),
			.perf		= PTR(table),
			.backend	= backends[i],
			.shared		= VM_SHARED,
			.cap		= MAX,
		};

		err = pv_attach(pv, &arg);
		if (!err)
			return arg.id;
	}
	return -err;
}

/* Without pages at that address the access exits to the VMM. */
static void try_post(struct shared *shared, int i, __u32 khz)
{
	struct vm_step step = {
		.op = VM_WRITE32, .addr = VM_SHARED + SHARED_REQUEST(i), .value = khz,
	};

	vm_do(&shared->vm, i, &step);
}

/* After a random number of rounds the guest never exits again. */
static void *run_vcpu(void *arg)
{
	static const __u32 values[] = { 1, MIN, MID, MAX };
	struct vcpu *vcpu = arg;
	struct shared *shared = vcpu->shared;
	struct vm_step spin = { .op = VM_SPIN };

	pin(0, vcpu->i % sysconf(_SC_NPROCESSORS_ONLN));
	while ((vcpu->life->measured && vcpu->life->stage < STAGE_SHARED) ||
	       rand_r(&vcpu->seed) % 200) {
		__u32 value = values[rand_r(&vcpu->seed) % ARRAY_SIZE(values)], epoch;

		if (shared_peek(shared, vcpu->i, SHARED_EPOCH, &epoch) && epoch)
			reach(vcpu->life, STAGE_SHARED);
		shared_write(shared, vcpu->i, PV_FREQ_SET_PERF, value);
		try_post(shared, vcpu->i, value / 2);
		shared_run(shared, vcpu->i);
		reach(vcpu->life, STAGE_RUNS);
	}

	vm_arch_set(&shared->vm, vcpu->i, &spin);
	for (;;)
		ioctl(shared->vm.vcpus[vcpu->i], KVM_RUN, 0);
	return NULL;
}

/* Manages the VM of its own process until it is killed. */
static void live(struct shared *shared, struct life *life)
{
	struct kvm_pv_cpu cpus[VM_NR_VCPUS];
	int id = 0;

	for (;;) {
		if (id <= 0 && !life->attached_by_us) {
			id = attach(shared->pv, shared->vm.fd, life->seed);
			vm_must(id > 0, "KVM_PV_ATTACH");
			reach(life, STAGE_ATTACHED);
		}
		usleep(rand_r(&life->seed) % 4000);
		if (id <= 0)
			continue;

		pv_stats(shared->pv, id, cpus, VM_NR_VCPUS);
		pv_cap(shared->pv, id, rand_r(&life->seed) % 2 ? MID : 0);
		if (!(rand_r(&life->seed) % 8)) {
			pv_detach(shared->pv, id);
			id = 0;
		}
	}
}

static void begin(struct life *life, long long ns)
{
	struct vcpu vcpus[VM_NR_VCPUS];
	struct shared shared;
	pthread_t thread;
	int i;

	die_in(ns);
	shared.pv = pv_open();
	vm_create(&shared.vm);
	life->vm_fd = shared.vm.fd;
	reach(life, STAGE_VM);
	for (i = 0; i < VM_NR_VCPUS; i++) {
		vcpus[i] = (struct vcpu) {
			.shared = &shared, .life = life, .i = i, .seed = life->seed + i,
		};
		vm_must(!pthread_create(&thread, NULL, run_vcpu, &vcpus[i]), "thread");
	}
	live(&shared, life);
}

/* Attaches a VM as pvhost does.  An error because the VM has just ended is ignored. */
static bool attach_from_outside(int pv, struct life *life)
{
	int pidfd = syscall(SYS_pidfd_open, life->pid, 0);
	int fd = pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, life->vm_fd, 0);
	int err = fd < 0 ? 0 : attach(pv, fd, life->seed);

	life->tried = true;
	if (err == -ESRCH)
		err = 0;
	if (err > 0)
		reach(life, STAGE_ATTACHED);
	if (fd >= 0)
		close(fd);
	if (pidfd >= 0)
		close(pidfd);
	if (err < 0)
		ksft_print_msg("KVM_PV_ATTACH: %s\n", strerror(-err));
	return err >= 0;
}

static void spawn(struct life *life, long long ns)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	vm_must(pid >= 0, "fork");
	if (!pid)
		begin(life, ns);
	life->pid = pid;
}

static void start(struct life *life, unsigned int *seed, long long max_ns)
{
	long long ns = rand_r(seed) / (RAND_MAX + 1.0) * max_ns;

	*life = (struct life) { .seed = rand_r(seed), .attached_by_us = rand_r(seed) % 2 };
	spawn(life, ns);
}

/* Returns the time until a VM that is not killed uses its shared pages. */
static long long measure(struct life *life)
{
	long long begun = now_ns();
	int status;

	*life = (struct life) { .seed = KVM_PV_RECORD, .measured = true };
	spawn(life, 60 * NSEC_PER_SEC);
	while (life->stage < STAGE_SHARED) {
		if (waitpid(life->pid, &status, WNOHANG))
			ksft_exit_fail_msg("the first VM ends before it uses its shared pages\n");
		usleep(1000);
	}
	kill(life->pid, SIGKILL);
	waitpid(life->pid, &status, 0);
	return now_ns() - begun;
}

static bool nothing_attached(int pv)
{
	int i;

	for (i = 0; i < 1000 && pv_nr_attached(pv); i++)
		usleep(10000);
	return !pv_nr_attached(pv);
}

int main(int argc, char **argv)
{
	unsigned int count, seed, started = 0, ended = 0, i, ends[NR_STAGES] = { };
	struct life *lives;
	long long max_ns;
	bool ok = true;
	int status, pv;

	if (argc != 3)
		ksft_exit_fail_msg("usage: stress-kill-vm COUNT SEED\n");
	count = strtoul(argv[1], NULL, 0);
	seed = strtoul(argv[2], NULL, 0);

	pv = pv_open();
	lives = mmap(NULL, NR_AT_ONCE * sizeof(*lives), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	vm_must(lives != MAP_FAILED, "mmap");
	max_ns = measure(lives) * MAX_LIFE;
	lives->pid = 0;

	while (ended < count) {
		for (i = 0; i < NR_AT_ONCE; i++) {
			struct life *life = &lives[i];

			if (!life->pid && started < count) {
				start(life, &seed, max_ns);
				started++;
			} else if (life->pid && waitpid(life->pid, &status, WNOHANG)) {
				ok &= WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
				ends[life->stage]++;
				life->pid = 0;
				ended++;
			} else if (life->pid && life->attached_by_us && !life->tried &&
				   life->stage >= STAGE_RUNS) {
				ok &= attach_from_outside(pv, life);
			}
		}
		usleep(500);
	}

	ksft_print_msg("killed within %lld ms:\n", max_ns / 1000000);
	for (i = 0; i < NR_STAGES; i++)
		ksft_print_msg("%u %s\n", ends[i], stages[i]);
	return ok && ends[STAGE_SHARED] && nothing_attached(pv) ? KSFT_PASS : KSFT_FAIL;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Many VMs: all are attached and listed, several threads attach and detach them at the same time
 * while another VM works, and what a VM and a vCPU cost in memory.
 *
 * needs: host full each-kernel
 * needs: stress-kill long
 *
 * Environment: PV_VMS is the number of VMs (100).
 */
#include <pthread.h>
#include <sys/resource.h>

#include "driver.h"
#include "shared.h"

#define NR_TESTS	11
#define DEFAULT_VMS	100
#define NR_THREADS	4
#define NR_ROUNDS	3
/*
 * Much more than what an attachment needs: the test detects gross growth.  The shared pages of a VM
 * have 64 KiB, for guests with pages of that size, and kvm_pv maps one page more.
 */
#define MAX_VM		(2 * 65536)
#define MAX_VCPU	8192
#define MAX_THREAD	65536

static struct shared *vms;
static int nr_vms;
static int pv;
static atomic_bool stop;

static void create_vms(void)
{
	/* Of the VM, of its vCPUs and of /dev/kvm */
	rlim_t nr = nr_vms * (VM_NR_VCPUS + 2) + 100;
	struct rlimit limit = { nr, nr };
	int i, vcpu;

	vm_must(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
	vms = calloc(nr_vms, sizeof(*vms));
	vm_must(vms, "calloc");
	for (i = 0; i < nr_vms; i++) {
		vms[i].pv = pv;
		vm_create(&vms[i].vm);
		/* KVM allocates the page tables of the guest. */
		for (vcpu = 0; vcpu < VM_NR_VCPUS; vcpu++)
			shared_read(&vms[i], vcpu, PV_FREQ_CUR_PERF);
	}
}

/* Returns 0, or an errno. */
static int attach(struct shared *shared, __u32 backend)
{
	struct kvm_pv_attach attach = shared_attachment(shared, NULL, backend);
	int err = pv_attach(pv, &attach);

	shared->id = attach.id;
	return err;
}

static int attach_all(int first, int last, __u32 backend)
{
	int i, err = 0;

	for (i = first; i < last && !err; i++)
		err = attach(&vms[i], backend);
	if (err)
		ksft_print_msg("VM %d: attach: %s\n", i - 1, strerror(err));
	return err;
}

static int detach_all(int first, int last)
{
	int i, err = 0;

	for (i = first; i < last && !err; i++)
		err = pv_detach(pv, vms[i].id);
	if (err)
		ksft_print_msg("VM %d: detach: %s\n", i - 1, strerror(err));
	return err;
}

/* Returns the number of attached VMs; @listed has room for all. */
static int list_all(struct kvm_pv_vm *listed)
{
	struct kvm_pv_list list = {
		.size = sizeof(list), .nr = nr_vms, .vm_size = sizeof(*listed), .vms = PTR(listed),
	};

	vm_must(!ioctl(pv, KVM_PV_LIST, &list), "KVM_PV_LIST");
	return list.nr;
}

/* The VMs are in the order of their attachment, and each has another id. */
static bool lists(struct kvm_pv_vm *listed)
{
	int nr = list_all(listed), i;

	for (i = 0; i < nr && i < nr_vms; i++) {
		if (listed[i].id != vms[i].id || (i && listed[i].id <= listed[i - 1].id) ||
		    listed[i].pid != getpid() || listed[i].base != VM_DEVICE) {
			ksft_print_msg("entry %d: id %u of process %d\n", i, listed[i].id,
				       listed[i].pid);
			return false;
		}
	}
	return nr == nr_vms;
}

static bool request_all(void)
{
	int i, vcpu;

	for (i = 0; i < nr_vms; i++) {
		for (vcpu = 0; vcpu < VM_NR_VCPUS; vcpu++)
			shared_write(&vms[i], vcpu, PV_FREQ_SET_PERF, MID);
		for (vcpu = 0; vcpu < VM_NR_VCPUS; vcpu++) {
			if (shared_stats(&vms[i], vcpu).request != MID)
				return false;
		}
	}
	return true;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		ksft_print_msg("%s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static long meminfo_kb(const char *name)
{
	FILE *file = fopen("/proc/meminfo", "re");
	size_t len = strlen(name);
	char line[128];
	long kb = 0;

	vm_must(file, "/proc/meminfo");
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, name, len) && line[len] == ':')
			kb = strtol(line + len + 1, NULL, 10);
	}
	fclose(file);
	return kb;
}

/*
 * Memory of the kernel but for pages that no category has.  Stacks of threads are in VmallocUsed.
 * What is freed after an RCU grace period and caches are not in it.
 */
static long kernel_kb(void)
{
	sleep(2);
	write_file("/proc/sys/vm/drop_caches", "3");
	sleep(1);
	return meminfo_kb("Slab") + meminfo_kb("VmallocUsed") + meminfo_kb("PageTables") +
	       meminfo_kb("SecPageTables");
}

static bool soon_listed(int nr)
{
	int i;

	for (i = 0; i < 1000 && pv_nr_attached(pv) != nr; i++)
		usleep(10000);
	return pv_nr_attached(pv) == nr;
}

static void test_memory(long bytes, long max, const char *what)
{
	ksft_print_msg("%ld bytes per %s\n", bytes, what);
	ksft_test_result(bytes < max, "memory per %s is below %ld bytes\n", what, max);
}

static void test_list(void)
{
	struct kvm_pv_vm *listed = calloc(nr_vms, sizeof(*listed));
	long created, attached, requested;

	vm_must(listed, "calloc");
	created = kernel_kb();
	ksft_test_result(!attach_all(0, nr_vms, KVM_PV_RECORD), "all VMs are attached\n");
	attached = kernel_kb();
	ksft_test_result(lists(listed), "one ioctl lists all VMs, each with its id\n");
	ksft_test_result(request_all(), "each VM has its own requests\n");
	requested = kernel_kb();
	test_memory((attached - created) * 1024 / nr_vms, MAX_VM, "VM");
	test_memory((requested - attached) * 1024 / (nr_vms * VM_NR_VCPUS), MAX_VCPU, "vCPU");
	ksft_test_result(!detach_all(0, nr_vms) && !list_all(listed), "all VMs are detached\n");
	free(listed);
}

static void test_thread(void)
{
	long without, with;

	if (driver_policy(0, "min") || !driver_load("")) {
		ksft_test_result_skip("memory per thread: no cpufreq driver of this test\n");
		return;
	}
	vm_must(!attach_all(0, nr_vms, KVM_PV_RECORD), "attach");
	without = kernel_kb();
	vm_must(!detach_all(0, nr_vms), "detach");
	vm_must(!attach_all(0, nr_vms, KVM_PV_FREQ_QOS), "attach");
	with = kernel_kb();
	test_memory((with - without) * 1024 / nr_vms, MAX_THREAD, "thread of a VM");
	vm_must(!detach_all(0, nr_vms) && driver_unload(), "rmmod " DRIVER);
}

/**
 * struct storm - a thread that attaches and detaches VMs
 * @thread: the thread
 * @first: its first VM
 * @last: the VM after its last one
 * @err: 0, or an errno
 */
struct storm {
	pthread_t thread;
	int first;
	int last;
	int err;
};

static void *attach_and_detach(void *arg)
{
	struct storm *storm = arg;
	int i;

	for (i = 0; i < NR_ROUNDS && !storm->err; i++) {
		storm->err = attach_all(storm->first, storm->last, KVM_PV_RECORD);
		if (!storm->err)
			storm->err = detach_all(storm->first, storm->last);
	}
	if (!storm->err)
		storm->err = attach_all(storm->first, storm->last, KVM_PV_RECORD);
	return NULL;
}

/* The first VM stays attached: each access and each call is answered.  NULL: an error */
static void *work(void *arg)
{
	struct shared *shared = arg;
	__u32 khz;
	int i;

	for (i = 0; !stop; i++) {
		struct vm_step call = { .op = VM_CALL, .value = PV_HC_NOP };

		khz = i % 2 ? MID : MAX;
		shared_write(shared, 0, PV_FREQ_SET_PERF, khz);
		if (shared_read(shared, 0, PV_FREQ_CUR_PERF) != khz)
			return NULL;
		if (!vm_do(&shared->vm, 0, &call) || (__s32)call.value)
			return NULL;
	}
	return arg;
}

/* No list has a VM twice, or without the first one.  NULL: an error */
static void *list_until_stop(void *arg)
{
	struct kvm_pv_vm *listed = arg;
	int nr, i;

	while (!stop) {
		nr = list_all(listed);
		if (nr < 1 || nr > nr_vms || listed[0].id != vms[0].id)
			return NULL;
		for (i = 1; i < nr; i++) {
			if (listed[i].id <= listed[i - 1].id)
				return NULL;
		}
	}
	return arg;
}

static void test_storm(void)
{
	struct kvm_pv_vm *listed = calloc(nr_vms, sizeof(*listed));
	struct storm storms[NR_THREADS] = { };
	int each = (nr_vms - 1) / NR_THREADS, i, err = 0;
	pthread_t worker, lister;
	void *works, *is_listed;

	vm_must(listed && !attach(&vms[0], KVM_PV_RECORD), "attach");
	vm_must(!pthread_create(&worker, NULL, work, &vms[0]) &&
		!pthread_create(&lister, NULL, list_until_stop, listed), "thread");
	for (i = 0; i < NR_THREADS; i++) {
		storms[i].first = 1 + i * each;
		storms[i].last = i < NR_THREADS - 1 ? storms[i].first + each : nr_vms;
		vm_must(!pthread_create(&storms[i].thread, NULL, attach_and_detach, &storms[i]),
			"thread");
	}
	for (i = 0; i < NR_THREADS; i++) {
		pthread_join(storms[i].thread, NULL);
		err = err ?: storms[i].err;
	}
	stop = true;
	pthread_join(worker, &works);
	pthread_join(lister, &is_listed);

	ksft_test_result(!err && list_all(listed) == nr_vms,
			 "%d threads attach and detach all VMs at the same time\n", NR_THREADS);
	ksft_test_result(works, "another VM is answered during attach and detach\n");
	ksft_test_result(is_listed, "each list has each id once\n");
	free(listed);
}

static void test_end(void)
{
	int i;

	for (i = 0; i < nr_vms; i++)
		vm_destroy(&vms[i].vm);
	vm_must(soon_listed(0), "VMs that have ended are detached");
	close(pv);
	ksft_test_result(pv_unloads(), "kvm_pv is unloaded after the end of all VMs\n");
}

int main(void)
{
	const char *number = getenv("PV_VMS");

	ksft_print_header();
	nr_vms = number ? atoi(number) : DEFAULT_VMS;
	if (nr_vms < NR_THREADS + 1)
		nr_vms = NR_THREADS + 1;
	ksft_set_plan(NR_TESTS);

	pv = pv_open();
	create_vms();
	ksft_print_msg("%d VMs of %d vCPUs\n", nr_vms, VM_NR_VCPUS);
	test_list();
	test_thread();
	test_storm();
	test_end();
	ksft_finished();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Invalid arguments of the ioctls of /dev/kvm_pv: each has its error, and no VM is attached
 * afterwards.
 *
 * needs: host check each-kernel
 */
#include <linux/capability.h>
#include <stddef.h>
#include <sys/wait.h>

#include <pv/vcpufreq.h>

#include "kvm_pv.h"
#include "vm.h"

#define BAD_POINTER	0x10

static const __u32 good[] = { 600000, 1200000 };
static const __u32 descending[] = { 1200000, 600000 };
static const __u32 equal[] = { 600000, 600000 };
static const __u32 with_zero[] = { 0, 600000 };

#define AT(member)	offsetof(struct kvm_pv_attach, member)

enum { NARROW = sizeof(__u32), WIDE = sizeof(__u64) };

/* One member of a valid struct kvm_pv_attach is replaced. */
static const struct bad_attach {
	const char *name;
	size_t offset;
	size_t size;
	__u64 value;
	int err;
} bad_attaches[] = {
	{ "attach rejects a size below the size member", AT(size), NARROW, 3, EINVAL },
	{ "attach rejects a size of 0", AT(size), NARROW, 0, EINVAL },
	{ "attach rejects a size of 1 GiB", AT(size), NARROW, 1 << 30, E2BIG },
	{ "attach rejects an unknown flag", AT(flags), NARROW, 1U << 31, EINVAL },
	{ "attach rejects an invalid file descriptor", AT(vm_fd), NARROW, (__u32)-1, EBADF },
	{ "attach rejects 0 CPUs", AT(nr_cpus), NARROW, 0, EINVAL },
	{ "attach rejects more CPUs than KVM supports", AT(nr_cpus), NARROW, 1 << 20, EINVAL },
	{ "attach rejects the largest number of CPUs", AT(nr_cpus), NARROW, UINT32_MAX, EINVAL },
	{ "attach rejects an unaligned base", AT(base), WIDE, VM_DEVICE + 4, EINVAL },
	{ "attach rejects a base with an end beyond 64 bits", AT(base), WIDE, ~0xfffULL, EINVAL },
	{ "attach rejects a base in memory", AT(base), WIDE, VM_MEM_BASE + 0x4000, EBUSY },
	{ "attach rejects a base with an end in memory",
	  AT(base), WIDE, VM_MEM_BASE - PV_FREQ_STRIDE, EBUSY },
	{ "attach rejects a base in the last page of memory", AT(base), WIDE,
	  VM_MEM_BASE + VM_MEM_SIZE - VM_PAGE, EBUSY },
	{ "attach rejects a base in read-only memory",
	  AT(base), WIDE, VM_MEM_BASE + VM_RO_OFFSET, EBUSY },
	{ "attach rejects an empty table", AT(nr_perf), NARROW, 0, EINVAL },
	{ "attach rejects a table that is too long",
	  AT(nr_perf), NARROW, KVM_PV_MAX_PERF + 1, EINVAL },
	{ "attach rejects a table at an invalid address", AT(perf), WIDE, BAD_POINTER, EFAULT },
	{ "attach rejects a table that descends", AT(perf), WIDE, PTR(descending), EINVAL },
	{ "attach rejects a table with equal entries", AT(perf), WIDE, PTR(equal), EINVAL },
	{ "attach rejects a table with a 0", AT(perf), WIDE, PTR(with_zero), EINVAL },
	{ "attach rejects domains at an invalid address", AT(domains), WIDE, BAD_POINTER, EFAULT },
	{ "attach rejects an unknown backend", AT(backend), NARROW, KVM_PV_FREQ_QOS + 1, EINVAL },
	{ "attach rejects a margin of a backend without one", AT(margin), NARROW, 1, EINVAL },
};

#define NR_MORE		32

static struct kvm_pv_attach good_attach(const struct vm *vm)
{
	return (struct kvm_pv_attach) {
		.size		= sizeof(struct kvm_pv_attach),
		.flags		= KVM_PV_HYPERCALLS,
		.vm_fd		= vm->fd,
		.nr_cpus	= VM_NR_VCPUS,
		.base		= VM_DEVICE,
		.nr_perf	= ARRAY_SIZE(good),
		.perf		= PTR(good),
	};
}

static void expect(int pv, int is, int want, const char *name)
{
	__u32 nr = pv_nr_attached(pv);

	if (is != want)
		ksft_print_msg("%s, not %s\n", strerror(is), strerror(want));
	if (nr)
		ksft_print_msg("%u VMs are attached\n", nr);
	ksft_test_result(is == want && !nr, "%s\n", name);
}

static int raw(int pv, unsigned long cmd, void *arg)
{
	return ioctl(pv, cmd, arg) ? errno : 0;
}

static void test_bad_attaches(int pv, const struct vm *vm)
{
	const struct bad_attach *bad;

	for (bad = bad_attaches; bad < bad_attaches + ARRAY_SIZE(bad_attaches); bad++) {
		struct kvm_pv_attach attach = good_attach(vm);

		memcpy((char *)&attach + bad->offset, &bad->value, bad->size);
		expect(pv, raw(pv, KVM_PV_ATTACH, &attach), bad->err, bad->name);
	}
}

static void test_files(int pv, const struct vm *vm)
{
	struct kvm_pv_attach attach = good_attach(vm);

	attach.vm_fd = pv;
	expect(pv, raw(pv, KVM_PV_ATTACH, &attach), EINVAL, "attach rejects /dev/kvm_pv as VM");
	attach.vm_fd = vm->kvm;
	expect(pv, raw(pv, KVM_PV_ATTACH, &attach), EINVAL, "attach rejects /dev/kvm as VM");
	attach.vm_fd = vm->vcpus[0];
	expect(pv, raw(pv, KVM_PV_ATTACH, &attach), EINVAL, "attach rejects a vCPU as VM");
}

static void test_sizes(int pv, const struct vm *vm)
{
	struct {
		struct kvm_pv_attach attach;
		__u64 more;
	} larger = { good_attach(vm), 0 };

	larger.attach.size = sizeof(larger);
	larger.more = 1;
	expect(pv, raw(pv, KVM_PV_ATTACH, &larger), E2BIG,
	       "attach rejects members of a newer program that are not 0");
	larger.more = 0;
	ksft_test_result(!raw(pv, KVM_PV_ATTACH, &larger) && !pv_detach(pv, larger.attach.id),
			 "attach accepts members of a newer program that are 0\n");
	larger.attach = good_attach(vm);
	larger.attach.size = offsetof(struct kvm_pv_attach, domains);
	ksft_test_result(!raw(pv, KVM_PV_ATTACH, &larger) && !pv_detach(pv, larger.attach.id),
			 "attach accepts the shorter structure of an older program\n");
}

/* Another device with one address on the bus */
static void test_device(int pv, const struct vm *vm)
{
	struct kvm_pv_attach attach = good_attach(vm);
	struct kvm_ioeventfd ioeventfd = {
		.addr	= VM_DEVICE + PV_FREQ_STRIDE + 0x800,
		.len	= 4,
		.fd	= syscall(SYS_eventfd2, 0, 0),
	};

	vm_must(!ioctl(vm->fd, KVM_IOEVENTFD, &ioeventfd), "KVM_IOEVENTFD");
	expect(pv, raw(pv, KVM_PV_ATTACH, &attach), EBUSY,
	       "attach rejects a range with another device");

	ioeventfd.flags = KVM_IOEVENTFD_FLAG_DEASSIGN;
	ioctl(vm->fd, KVM_IOEVENTFD, &ioeventfd);
	close(ioeventfd.fd);
}

/* The kernel cannot write its results. */
static void test_answer(int pv, const struct vm *vm)
{
	struct kvm_pv_attach *attach;

	attach = mmap(NULL, VM_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	vm_must(attach != MAP_FAILED, "mmap");
	*attach = good_attach(vm);
	mprotect(attach, VM_PAGE, PROT_READ);
	expect(pv, raw(pv, KVM_PV_ATTACH, attach), EFAULT,
	       "attach rejects a structure in read-only memory");
	munmap(attach, VM_PAGE);
}

static void test_others(int pv)
{
	struct kvm_pv_detach detach = { .size = sizeof(detach), .id = 77 };
	struct kvm_pv_stats stats = { .size = sizeof(stats), .id = 77 };
	struct kvm_pv_list list = { .size = sizeof(list) };

	expect(pv, raw(pv, KVM_PV_DETACH, &detach), ENOENT, "detach rejects an unknown id");
	detach.flags = 1;
	expect(pv, raw(pv, KVM_PV_DETACH, &detach), EINVAL, "detach rejects an unknown flag");
	detach.flags = 0;
	detach.reserved = 1;
	expect(pv, raw(pv, KVM_PV_DETACH, &detach), EINVAL,
	       "detach rejects a reserved member that is not 0");
	expect(pv, raw(pv, KVM_PV_STATS, &stats), ENOENT, "stats rejects an unknown id");
	stats.flags = 1;
	expect(pv, raw(pv, KVM_PV_STATS, &stats), EINVAL, "stats rejects an unknown flag");
	stats.flags = 0;
	stats.reserved = 1;
	expect(pv, raw(pv, KVM_PV_STATS, &stats), EINVAL,
	       "stats rejects a reserved member that is not 0");
	list.flags = 1;
	expect(pv, raw(pv, KVM_PV_LIST, &list), EINVAL, "list rejects an unknown flag");
	expect(pv, raw(pv, KVM_PV_LIST, (void *)BAD_POINTER), EFAULT,
	       "list rejects a structure at an invalid address");
	expect(pv, raw(pv, _IO(KVM_PV_IOC, 0x11), &detach), ENOTTY,
	       "ioctl rejects a command without direction");
	expect(pv, raw(pv, _IOWR(KVM_PV_IOC, 0x7f, detach), &detach), ENOTTY,
	       "ioctl rejects an unknown command");
	expect(pv, raw(pv, _IOWR(0, 0x11, detach), &detach), ENOTTY,
	       "ioctl rejects a command of another driver");
}

/* With a VM attached */
static void test_attached(int pv, const struct vm *vm)
{
	struct kvm_pv_attach attach = good_attach(vm), again = attach;
	struct kvm_pv_list list = { .size = sizeof(list), .nr = 1, .vms = BAD_POINTER };
	struct kvm_pv_stats stats = {
		.size = sizeof(stats), .nr = 1, .cpus = BAD_POINTER,
		.cpu_size = sizeof(struct kvm_pv_cpu),
	};
	struct {
		struct kvm_pv_cpu stats;
		__u64 more;
	} cpus[2];
	struct kvm_pv_vm shown;

	vm_must(!raw(pv, KVM_PV_ATTACH, &attach), "KVM_PV_ATTACH");
	again.base += 0x10000;
	ksft_test_result(raw(pv, KVM_PV_ATTACH, &again) == EEXIST && pv_nr_attached(pv) == 1,
			 "attach rejects a VM that is attached\n");
	ksft_test_result(raw(pv, KVM_PV_LIST, &list) == EFAULT,
			 "list rejects an array at an invalid address\n");
	stats.id = attach.id;
	ksft_test_result(raw(pv, KVM_PV_STATS, &stats) == EFAULT,
			 "stats rejects an array at an invalid address\n");
	stats.cpus = PTR(cpus);
	stats.cpu_size = 0;
	ksft_test_result(raw(pv, KVM_PV_STATS, &stats) == EINVAL,
			 "stats rejects an entry size of 0\n");
	stats.cpu_size = 1 << 30;
	ksft_test_result(raw(pv, KVM_PV_STATS, &stats) == E2BIG,
			 "stats rejects an entry size of 1 GiB\n");
	stats.cpu_size = sizeof(cpus[0]);
	memset(cpus, 0xff, sizeof(cpus));
	ksft_test_result(!raw(pv, KVM_PV_STATS, &stats) && stats.nr == VM_NR_VCPUS &&
			 !cpus[0].stats.reads && !cpus[0].more && cpus[1].more == ~0ULL,
			 "stats clears members that a newer program knows\n");

	list.vms = PTR(&shown);
	memset(&shown, 0xff, sizeof(shown));
	ksft_test_result(!raw(pv, KVM_PV_LIST, &list) && list.nr == 1 && shown.id == attach.id &&
			 shown.pid == getpid() && shown.nr_cpus == VM_NR_VCPUS &&
			 shown.base == VM_DEVICE && shown.nr_perf == ARRAY_SIZE(good) &&
			 !memcmp(shown.perf, good, sizeof(good)) &&
			 shown.flags == KVM_PV_HYPERCALLS,
			 "list returns all attached values\n");
	ksft_test_result(shown.backend == UINT32_MAX && shown.margin == UINT32_MAX,
			 "list writes no members that an older program does not know\n");
	list.vm_size = sizeof(shown);
	ksft_test_result(!raw(pv, KVM_PV_LIST, &list) && shown.backend == KVM_PV_RECORD &&
			 !shown.margin, "list returns later members to a newer program\n");
	list.vm_size = offsetof(struct kvm_pv_vm, hypercalls);
	ksft_test_result(raw(pv, KVM_PV_LIST, &list) == EINVAL,
			 "list rejects an entry size below the first version's\n");
	list.vm_size = 1 << 30;
	ksft_test_result(raw(pv, KVM_PV_LIST, &list) == E2BIG,
			 "list rejects an entry size of 1 GiB\n");
	pv_detach(pv, attach.id);
}

/* Root without capabilities has permission for the file, but not for the device. */
static int open_without_capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { };
	int status = 0;
	pid_t pid;

	pid = fork();
	if (!pid) {
		if (syscall(SYS_capset, &header, none))
			_exit(255);
		_exit(open("/dev/kvm_pv", O_RDWR) < 0 ? errno : 0);
	}
	waitpid(pid, &status, 0);

	return WEXITSTATUS(status);
}

static int open_unprivileged(void)
{
	int status = 0;
	pid_t pid;

	pid = fork();
	if (!pid) {
		if (setuid(65534))
			_exit(255);
		_exit(open("/dev/kvm_pv", O_RDWR) < 0 ? errno : 0);
	}
	waitpid(pid, &status, 0);

	return WEXITSTATUS(status);
}

int main(void)
{
	struct vm vm;
	int pv;

	ksft_print_header();
	pv = pv_open();
	vm_create(&vm);
	ksft_set_plan(ARRAY_SIZE(bad_attaches) + NR_MORE);

	test_bad_attaches(pv, &vm);
	test_files(pv, &vm);
	test_sizes(pv, &vm);
	test_device(pv, &vm);
	test_answer(pv, &vm);
	test_others(pv);
	test_attached(pv, &vm);
	expect(pv, open_unprivileged(), EACCES,
	       "open of /dev/kvm_pv by an unprivileged user fails");
	expect(pv, open_without_capability(), EPERM,
	       "open of /dev/kvm_pv by root without capabilities fails");

	vm_destroy(&vm);
	ksft_finished();
}

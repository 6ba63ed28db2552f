// SPDX-License-Identifier: GPL-2.0
/*
 * pv_exits against a fake device whose pages have valid and invalid telemetry.
 *
 * needs: guest check each-kernel
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pv_exits.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/capability.h>

#include <pv/exits.h>

#include "kselftest.h"

#define NR_TESTS	34

#define DEVICE		"/dev/pv_exits"
#define MODULES		"/lib/modules/pv/"
#define PARAM_AT	"/sys/module/vcpufreq_fake/parameters/at"
#define PARAM_EPOCH	"/sys/module/vcpufreq_fake/parameters/epoch"
#define TRACING		"/sys/kernel/tracing/"

/* The fake maps 128 KiB. */
#define SIZE		0x20000
#define FIRST		0x1000
#define NR_VCPUS	2
#define REASONS		256
#define NR_REASONS	8
#define RING		0x4000
#define RING_SIZE	256
#define KHZ		1000000

#define REASON_A	0x81
#define REASON_B	0x78
#define BIG		0x300000005ULL

static int device = -1;

static void must(bool ok, const char *what)
{
	if (!ok)
		ksft_exit_fail_msg("%s: %s\n", what, strerror(errno));
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
	close(fd);
}

static int load(const char *name, const char *params)
{
	char path[256];
	int fd, err;

	snprintf(path, sizeof(path), MODULES "%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	err = syscall(SYS_finit_module, fd, params, 0) ? errno : 0;
	close(fd);
	return err;
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}

static void fill(__u32 at, __u32 nr, __u32 value)
{
	char text[64];

	snprintf(text, sizeof(text), "0x%x %u 0x%x", at, nr, value);
	put(PARAM_AT, text);
}

static void word(__u32 at, __u32 value)
{
	fill(at, 1, value);
}

static __u32 word_of(__u32 at)
{
	char text[32] = "";
	__u32 vcpu = at;
	int fd;

	/* A write of no words selects the word that is read. */
	fill(vcpu, 0, 0);
	fd = open(PARAM_AT, O_RDONLY | O_CLOEXEC);
	must(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0, PARAM_AT);
	close(fd);
	return strtoul(text, NULL, 10);
}

static void quad(__u32 at, __u64 value)
{
	word(at, value);
	word(at + 4, value >> 32);
}

#define HEADER(member)		offsetof(struct pv_shared_header, member)
#define VCPU(n, member)		(FIRST + (n) * PV_EXITS_VCPU_SIZE + \
				 offsetof(struct pv_exits_vcpu, member))
#define REASON(n, i, member)	(FIRST + (n) * PV_EXITS_VCPU_SIZE + REASONS + \
				 (i) * sizeof(struct pv_exits_reason) + \
				 offsetof(struct pv_exits_reason, member))
#define EVENT(n, i, member)	(FIRST + (n) * PV_EXITS_VCPU_SIZE + RING + \
				 (i) * sizeof(struct pv_exits_event) + \
				 offsetof(struct pv_exits_event, member))

static void write_header(void)
{
	word(HEADER(exits), FIRST);
	word(HEADER(exits_stride), PV_EXITS_VCPU_SIZE);
	word(HEADER(exits_nr), NR_VCPUS);
	word(HEADER(exits_level), PV_EXITS_EVENTS);
	word(HEADER(exits_set), PV_EXITS_SVM);
	word(HEADER(exits_khz), KHZ);
	word(HEADER(exits_reasons), REASONS);
	word(HEADER(exits_reason_size), sizeof(struct pv_exits_reason));
	word(HEADER(exits_nr_reasons), NR_REASONS);
	word(HEADER(exits_ring), RING);
	word(HEADER(exits_ring_size), RING_SIZE);
}

static int info(struct pv_exits_info *out)
{
	*out = (struct pv_exits_info){ .size = sizeof(*out) };
	return ioctl(device, PV_EXITS_INFO, out) ? errno : 0;
}

static int info_error(void)
{
	struct pv_exits_info out;

	return info(&out);
}

static __u64 invalid(void)
{
	struct pv_exits_info out;

	must(!info(&out), "PV_EXITS_INFO");
	return out.invalid;
}

static int read_vcpu(__u32 vcpu, struct pv_exits_read *read, struct pv_exits_stat *stats, __u32 nr)
{
	*read = (struct pv_exits_read){
		.size = sizeof(*read), .vcpu = vcpu, .nr = nr, .stats = (uintptr_t)stats,
		.stat_size = sizeof(*stats),
	};
	return ioctl(device, PV_EXITS_READ, read) ? errno : 0;
}

static void write_reason(int vcpu, int i, __u32 reason, __u64 count)
{
	word(REASON(vcpu, i, reason), reason);
	quad(REASON(vcpu, i, count), count);
	quad(REASON(vcpu, i, time), count * 100);
	quad(REASON(vcpu, i, users), count / 2);
	quad(REASON(vcpu, i, user_time), count * 10);
	quad(REASON(vcpu, i, histogram[7]), count);
}

static void test_none(void)
{
	ksft_test_result(info_error() == ENODATA, "a host without telemetry is reported\n");
	put(PARAM_EPOCH, "0");
	ksft_test_result(info_error() == ENODEV, "a detached host is reported\n");
	put(PARAM_EPOCH, "1");
}

static void test_info(void)
{
	struct pv_exits_info out;

	write_header();
	ksft_test_result(!info(&out) && out.level == PV_EXITS_LEVEL_EVENTS &&
			 out.set == PV_EXITS_SET_SVM && out.nr_vcpus == NR_VCPUS &&
			 out.nr_reasons == NR_REASONS && out.khz == KHZ && out.epoch == 1 &&
			 !out.invalid, "the layout of the host is accepted\n");
	word(HEADER(exits_khz), 0);
	ksft_test_result(!info(&out) && out.khz,
			 "the guest knows the clock if the host does not\n");
	word(HEADER(exits_khz), KHZ);
}

static void test_read(void)
{
	struct pv_exits_stat stats[NR_REASONS];
	struct pv_exits_read read;

	write_reason(1, 0, REASON_A, BIG);
	write_reason(1, 1, REASON_B, 7);
	word(VCPU(1, vcpu_id), 3);
	word(VCPU(1, nr_reasons), 2);
	quad(VCPU(1, halts), BIG + 1);
	quad(VCPU(1, preempt_time), BIG + 2);

	ksft_test_result(!read_vcpu(1, &read, stats, NR_REASONS) && read.nr == 2 &&
			 read.vcpu_id == 3 && read.halts == BIG + 1 &&
			 read.preempt_time == BIG + 2 && read.now,
			 "the counters of a vCPU are read\n");
	ksft_test_result(stats[0].reason == REASON_A && stats[0].count == BIG &&
			 stats[0].time == BIG * 100 && stats[0].users == BIG / 2 &&
			 stats[0].user_time == BIG * 10 && stats[0].histogram[7] == BIG &&
			 !stats[0].histogram[6] && stats[1].reason == REASON_B &&
			 stats[1].count == 7, "the counters of reasons are read\n");
	memset(stats, 0xff, sizeof(stats));
	ksft_test_result(!read_vcpu(1, &read, stats, 1) && read.nr == 2 &&
			 stats[0].count == BIG && stats[1].reason == UINT32_MAX,
			 "only the room is filled\n");
	ksft_test_result(!read_vcpu(0, &read, stats, NR_REASONS) && !read.nr,
			 "a vCPU without exits has no reasons\n");
	ksft_test_result(read_vcpu(NR_VCPUS, &read, stats, NR_REASONS) == EINVAL,
			 "a vCPU that does not exist is rejected\n");

	read = (struct pv_exits_read){ .size = sizeof(read), .flags = 1, .stat_size = 8 };
	ksft_test_result(ioctl(device, PV_EXITS_READ, &read) && errno == EINVAL,
			 "flags are rejected\n");
	read = (struct pv_exits_read){ .size = sizeof(read) - 8, .stat_size = 8 };
	ksft_test_result(ioctl(device, PV_EXITS_READ, &read) && errno == EINVAL,
			 "a size below the first version is rejected\n");
}

static void test_invalid_counters(void)
{
	struct pv_exits_stat stats[NR_REASONS];
	struct pv_exits_read read;
	__u64 before = invalid();

	word(VCPU(1, seq), 1);
	ksft_test_result(read_vcpu(1, &read, stats, NR_REASONS) == EAGAIN,
			 "a reader does not wait for a host that never completes\n");
	word(VCPU(1, seq), 2);
	word(VCPU(1, nr_reasons), UINT32_MAX);
	ksft_test_result(!read_vcpu(1, &read, stats, NR_REASONS) && read.nr == NR_REASONS &&
			 invalid() == before + 1, "too many reasons are limited\n");
	word(VCPU(1, nr_reasons), 2);
}

static const struct {
	const char *what;
	__u32 at;
	__u32 value;
} layouts[] = {
	{ "an offset beyond the pages", HEADER(exits), SIZE },
	{ "an offset in the header", HEADER(exits), 8 },
	{ "an unaligned offset", HEADER(exits), FIRST + 4 },
	{ "a stride beyond the pages", HEADER(exits_stride), 0xfffffff8 },
	{ "more vCPUs than the pages have", HEADER(exits_nr), 3 },
	{ "reasons beyond the vCPU", HEADER(exits_reasons), PV_EXITS_VCPU_SIZE - 8 },
	{ "reasons that are too small", HEADER(exits_reason_size), 8 },
	{ "a ring beyond the vCPU", HEADER(exits_ring_size), 1024 },
	{ "a ring size that is not a power of 2", HEADER(exits_ring_size), 100 },
};

static void test_layouts(void)
{
	__u64 before;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		before = invalid();
		word(layouts[i].at, layouts[i].value);
		err = info_error();
		write_header();
		ksft_test_result(err == ENODATA && invalid() == before + 1,
				 "%s: rejected\n", layouts[i].what);
	}
}

/* Whether a file contains @text within 10 s */
static void print_lines(char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		ksft_print_msg("%s\n", line);
}

static bool appears(const char *path, const char *text)
{
	static char buffer[65536];
	ssize_t size;
	int i, fd;

	for (i = 0; i < 1000; i++, usleep(10000)) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		must(fd >= 0, path);
		size = read(fd, buffer, sizeof(buffer) - 1);
		close(fd);
		must(size >= 0, path);
		buffer[size] = '\0';
		if (strstr(buffer, text))
			return true;
	}
	ksft_print_msg("%s: no \"%s\", but:\n", path, text);
	print_lines(buffer);
	return false;
}

static bool becomes(__u32 at, __u32 value)
{
	int i;

	for (i = 0; i < 1000 && word_of(at) != value; i++)
		usleep(10000);
	return word_of(at) == value;
}

static bool more_invalid(__u64 before)
{
	int i;

	for (i = 0; i < 1000 && invalid() == before; i++)
		usleep(10000);
	return invalid() == before + 1;
}

static void write_event(int i, __u32 reason, __u64 exit, __u64 entry)
{
	word(EVENT(0, i, reason), reason);
	word(EVENT(0, i, flags), PV_EXITS_PC);
	quad(EVENT(0, i, pc), 0xffff8000abcdULL);
	quad(EVENT(0, i, exit), exit);
	quad(EVENT(0, i, entry), entry);
	quad(EVENT(0, i, user), 200);
	quad(EVENT(0, i, halt), 300);
	quad(EVENT(0, i, preempt), 100);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

/* Other tests can leave a trace that is longer than the buffer of appears(). */
static void clear_trace(void)
{
	int fd = open(TRACING "trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	must(fd >= 0, TRACING "trace");
	close(fd);
}

static void test_events(void)
{
	struct pv_exits_info out;
	__u64 before;

	must(!info(&out), "PV_EXITS_INFO");
	clear_trace();
	ksft_test_result(!word_of(VCPU(0, filter)), "no event is selected while none is traced\n");
	/* The CPU that enables the event becomes idle, and another one is busy. */
	pin(sysconf(_SC_NPROCESSORS_ONLN) - 1);
	put(TRACING "events/pv_exits/exit/enable", "1");
	ksft_test_result(becomes(VCPU(0, filter), UINT32_MAX), "all events are selected\n");
	pin(0);

	write_event(0, REASON_A, 1000, 2400);
	word(VCPU(0, head), 1);
	ksft_test_result(appears(TRACING "trace",
				 "vcpu=0 reason=0x81 name=hypercall rip=0xffff8000abcd"),
			 "an event is traced\n");
	ksft_test_result(appears(TRACING "trace", "ns=1000 user_ns=200 halt_ns=300 preempt_ns=100"),
			 "durations are without halts and preemption\n");

	before = invalid();
	write_event(1, REASON_A, 3000, 2400);
	word(VCPU(0, head), 2);
	ksft_test_result(more_invalid(before), "times that run backwards are rejected\n");
	word(VCPU(0, head), 1);
	ksft_test_result(more_invalid(before + 1), "a head that runs backwards is rejected\n");
	word(VCPU(0, head), RING_SIZE + 101);
	while (!info(&out) && !out.lost)
		usleep(10000);
	ksft_test_result(out.lost >= 100, "lost events are counted\n");
	put(TRACING "events/pv_exits/exit/enable", "0");
	ksft_test_result(becomes(VCPU(0, filter), 0), "no event is selected afterwards\n");
}

/* Opens the device without a capability.  Returns the errno. */
static int open_without(unsigned int cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];
	int status;
	pid_t pid;

	pid = fork();
	must(pid >= 0, "fork");
	if (pid) {
		must(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "waitpid");
		return WEXITSTATUS(status);
	}

	if (syscall(SYS_capget, &head, caps))
		_exit(errno);
	caps[CAP_TO_INDEX(cap)].effective &= ~CAP_TO_MASK(cap);
	if (syscall(SYS_capset, &head, caps))
		_exit(errno);
	_exit(open(DEVICE, O_RDWR | O_CLOEXEC) < 0 ? errno : 0);
}

static void test_permission(void)
{
	struct stat stat;

	must(!lstat(DEVICE, &stat), DEVICE);
	ksft_test_result((stat.st_mode & 07777) == 0600 && !stat.st_uid,
			 "only root has access to the device\n");
	ksft_test_result(open_without(CAP_SYS_ADMIN) == EPERM && !open_without(CAP_SYS_RAWIO),
			 "the device cannot be opened without CAP_SYS_ADMIN\n");
}

int main(void)
{
	char params[64];
	int err;

	ksft_print_header();
	unload("pv_exits");
	snprintf(params, sizeof(params), "shared_size=%d", SIZE);
	err = load("vcpufreq_fake", params);
	if (err == ENODEV)
		ksft_exit_skip("QEMU was given no ivshmem-plain device\n");
	if (err)
		ksft_exit_fail_msg("vcpufreq_fake: %s\n", strerror(err));
	ksft_set_plan(NR_TESTS);
	write_header();
	/* The kernel before a reset has selected events. */
	word(VCPU(0, filter), UINT32_MAX);
	must(!load("pv_exits", ""), "pv_exits");
	device = open(DEVICE, O_RDWR | O_CLOEXEC);
	must(device >= 0, DEVICE);

	test_permission();
	word(HEADER(exits), 0);
	test_none();
	test_info();
	test_read();
	test_invalid_counters();
	test_layouts();
	test_events();

	put(TRACING "events/pv_exits/exit/enable", "1");
	close(device);
	ksft_test_result(!unload("pv_exits"), "the module unloads while the event is enabled\n");
	must(!load("pv_exits", ""), "pv_exits");
	device = open(DEVICE, O_RDWR | O_CLOEXEC);
	must(device >= 0, DEVICE);
	must(!unload("vcpufreq_fake"), "vcpufreq_fake");
	err = info_error();
	ksft_test_result(err == ENODEV || err == ENODATA, "the device can be removed\n");
	close(device);
	unload("pv_exits");
	ksft_finished();
}

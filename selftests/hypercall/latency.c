// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall: latency runs.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "device.h"
#include "kselftest_harness.h"

FIXTURE(latency)
{
	int fd;
	__u32 counts[PV_HYPERCALL_BUCKETS];
	struct pv_hypercall_latency l;
	struct pv_hypercall_tagged t;
	struct pv_hypercall_times times[301];
};

FIXTURE_SETUP(latency)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	/* The run must ignore initial contents. */
	memset(self->counts, 0xff, sizeof(self->counts));
	self->l = (struct pv_hypercall_latency){
		.size = sizeof(self->l),
		.nr = PV_HC_UNASSIGNED,
		.samples = 1000,
		.warmup = 10,
		.buckets = (uintptr_t)self->counts,
	};
	memset(self->times, 0, sizeof(self->times));
	self->t = (struct pv_hypercall_tagged){
		.size = sizeof(self->t),
		.nr = PV_HC_UNASSIGNED,
		.samples = 300,
		.warmup = 10,
		.tag = 1,
		.times = (uintptr_t)self->times,
	};
}

FIXTURE_TEARDOWN(latency)
{
	set_online(1, 1);
	close(self->fd);
}

static __u64 bucket_value(unsigned int bucket)
{
	if (bucket < 32)
		return bucket;
	return (32ULL + bucket % 32) << (bucket / 32 - 1);
}

/* How the histogram contradicts the exact values of the run, or NULL */
static const char *contradiction(const struct pv_hypercall_latency *l, const __u32 *counts)
{
	unsigned int i, first = PV_HYPERCALL_BUCKETS, last = 0;
	__u64 total = 0, least = 0;

	for (i = 0; i < PV_HYPERCALL_BUCKETS; i++) {
		if (!counts[i])
			continue;
		if (first == PV_HYPERCALL_BUCKETS)
			first = i;
		last = i;
		total += counts[i];
		least += counts[i] * bucket_value(i);
	}
	if (total != l->done)
		return "counts and samples differ";
	if (!total)
		return "there are no samples";
	if (l->min < bucket_value(first) ||
	    (first + 1 < PV_HYPERCALL_BUCKETS && l->min >= bucket_value(first + 1)))
		return "min is not in the first bucket";
	if (l->max < bucket_value(last) ||
	    (last + 1 < PV_HYPERCALL_BUCKETS && l->max >= bucket_value(last + 1)))
		return "max is not in the last bucket";
	/* A value is at most 1/32 above the start of its bucket. */
	if (l->sum < least || l->sum > least + least / 32)
		return "sum is not that of the buckets";
	if (l->min > l->sum / total || l->max < l->sum / total)
		return "mean is not between min and max";
	return NULL;
}

TEST_F(latency, histogram_agrees_with_min_max_and_sum)
{
	const char *what;

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	EXPECT_EQ(1000, self->l.done);
	EXPECT_EQ(NOT_SUPPORTED, self->l.status);
	EXPECT_GT(self->l.counter_khz, 0);
	EXPECT_GT(self->l.max, 0);
	what = contradiction(&self->l, self->counts);
	EXPECT_EQ(NULL, what) {
		TH_LOG("%s", what);
	}
}

TEST_F(latency, run_without_histogram_leaves_buckets_unchanged)
{
	self->l.buckets = 0;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	EXPECT_EQ(1000, self->l.done);
	EXPECT_EQ(0xffffffff, self->counts[0]);
	EXPECT_LE(self->l.min, self->l.max);
}

TEST_F(latency, one_sample_is_min_max_and_sum)
{
	self->l.samples = 1;
	self->l.warmup = 0;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	EXPECT_EQ(1, self->l.done);
	EXPECT_EQ(self->l.min, self->l.max);
	EXPECT_EQ(self->l.min, self->l.sum);
	EXPECT_EQ(NULL, contradiction(&self->l, self->counts));
}

TEST_F(latency, runs_on_every_cpu)
{
	long cpu, cpus = sysconf(_SC_NPROCESSORS_ONLN);

	for (cpu = 0; cpu < cpus; cpu++) {
		self->l.cpu = cpu;
		self->l.samples = 100;
		EXPECT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
		EXPECT_EQ(100, self->l.done);
	}
}

TEST_F(latency, rejects_samples_out_of_range)
{
	const __u32 samples[] = { 0, PV_HYPERCALL_MAX_SAMPLES + 1, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		self->l.samples = samples[i];
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
		EXPECT_EQ(samples[i], self->l.samples);
	}
}

TEST_F(latency, rejects_warmup_out_of_range)
{
	self->l.warmup = PV_HYPERCALL_MAX_SAMPLES + 1;
	EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
}

TEST_F(latency, rejects_cpu_out_of_range)
{
	const __u32 cpus[] = { sysconf(_SC_NPROCESSORS_CONF), 100000, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cpus); i++) {
		self->l.cpu = cpus[i];
		EXPECT_EQ(ENXIO, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	}
}

TEST_F(latency, rejects_invalid_histogram_addresses)
{
	/* The address is checked before the run, which would take minutes. */
	self->l.samples = PV_HYPERCALL_MAX_SAMPLES;
	self->l.buckets = 8;
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	self->l.buckets = (__u64)-8;
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
}

/* Index of the first call that starts before the previous one ended, or @nr */
static int first_disorder(const struct pv_hypercall_times *times, __u32 nr)
{
	__u32 i;

	for (i = 0; i < nr; i++)
		if (times[i].end <= times[i].begin || (i && times[i].begin < times[i - 1].end))
			return i;
	return nr;
}

TEST_F(latency, tagged_run_returns_ascending_times)
{
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
	EXPECT_EQ(300, self->t.done);
	EXPECT_EQ(300, first_disorder(self->times, 300));
	EXPECT_EQ(0, self->times[300].begin);
	EXPECT_EQ(NOT_SUPPORTED, self->t.status);
	EXPECT_GT(self->t.counter_khz, 0);
	/* The driver does not subtract the overhead from the times. */
	EXPECT_GT(self->times[0].end - self->times[0].begin, self->t.overhead);
}

TEST_F(latency, tagged_run_rejects_invalid_arguments)
{
	const __u32 samples[] = { 0, PV_HYPERCALL_MAX_TAGGED + 1, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		self->t.samples = samples[i];
		EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
	}
	self->t.samples = 1;
	self->t.warmup = PV_HYPERCALL_MAX_SAMPLES + 1;
	EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
	self->t.warmup = 0;
	self->t.cpu = 100000;
	EXPECT_EQ(ENXIO, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
	self->t.cpu = 0;
	self->t.nr = PV_HC_VCPU_INFO;
	EXPECT_EQ(EPERM, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
	self->t.nr = PV_HC_UNASSIGNED;
	self->t.times = 0;
	EXPECT_EQ(EFAULT, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
}

/* The driver adds the upper half, so every tag is valid. */
TEST_F(latency, tagged_run_accepts_every_tag)
{
	const __u32 tags[] = { 0, 1, 0x80000000, 0xffffffff };
	size_t i;

	self->t.samples = 1;
	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		self->t.tag = tags[i];
		EXPECT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
		EXPECT_EQ(tags[i], self->t.tag);
	}
}

/* No input changes, so a second run with the same struct is the same run. */
TEST_F(latency, repeated_run_with_the_same_struct_measures_the_same)
{
	const struct pv_hypercall_latency l = self->l;
	const struct pv_hypercall_tagged t = self->t;
	int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
		EXPECT_EQ(0, memcmp(&l, &self->l, offsetof(struct pv_hypercall_latency, done)));
		EXPECT_EQ(1000, self->l.done);
		EXPECT_EQ(NULL, contradiction(&self->l, self->counts));

		ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &self->t));
		EXPECT_EQ(0, memcmp(&t, &self->t, offsetof(struct pv_hypercall_tagged, done)));
		EXPECT_EQ(300, self->t.done);
	}
}

TEST_F(latency, rejects_reserved_members)
{
	self->l.reserved = 1;
	EXPECT_EQ(EINVAL, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
}

static void on_alarm(int sig)
{
}

TEST_F(latency, stops_at_a_signal)
{
	const struct itimerval timer = { .it_value.tv_usec = 200000 };
	struct sigaction action = { .sa_handler = on_alarm };
	const char *what;

	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &timer, NULL));
	self->l.samples = PV_HYPERCALL_MAX_SAMPLES;
	ASSERT_EQ(EINTR, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	EXPECT_EQ(PV_HYPERCALL_MAX_SAMPLES, self->l.samples);
	EXPECT_LT(self->l.done, PV_HYPERCALL_MAX_SAMPLES);
	what = contradiction(&self->l, self->counts);
	EXPECT_EQ(NULL, what) {
		TH_LOG("%s", what);
	}
}

TEST_F(latency, rejects_an_offline_cpu)
{
	if (set_online(1, 0))
		SKIP(return, "CPU 1 cannot go offline");
	self->l.cpu = 1;
	EXPECT_EQ(ENODEV, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	ASSERT_EQ(0, set_online(1, 1));
	EXPECT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
}

TEST_F(latency, stops_if_the_cpu_goes_offline)
{
	int status;
	pid_t child;

	if (access("/sys/devices/system/cpu/cpu1/online", W_OK))
		SKIP(return, "there is no CPU 1 that can go offline");
	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		self->l.cpu = 1;
		self->l.samples = PV_HYPERCALL_MAX_SAMPLES;
		_exit(try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &self->l));
	}
	ASSERT_EQ(0, end_by_offline(child, 200000, &status));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(ENODEV, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * The trace events pv_hypercall_enter and pv_hypercall_exit.
 *
 * needs: guest check each-kernel
 * needs: guest-nohost full
 */
#include <stdlib.h>

#include "device.h"
#include "kselftest_harness.h"

#define TRACING		"/sys/kernel/tracing/"
#define EVENTS		TRACING "events/pv_hypercall/"
#define ENTER		" pv_hypercall_enter: "
#define EXIT		" pv_hypercall_exit: "

FIXTURE(trace)
{
	int fd;
	char text[65536];
};

static int write_text(const char *path, const char *text)
{
	int fd, err = 0;

	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = errno;
	close(fd);
	return err;
}

/* Copies the trace to @text and clears it */
static void read_trace(char *text, size_t size)
{
	ssize_t n, len = 0;
	int fd;

	fd = open(TRACING "trace", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && (n = read(fd, text + len, size - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(fd);
	write_text(TRACING "trace", "");
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

FIXTURE_SETUP(trace)
{
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, write_text(TRACING "trace", ""));
	ASSERT_EQ(0, write_text(EVENTS "enable", "1"));
}

FIXTURE_TEARDOWN(trace)
{
	write_text(EVENTS "enable", "0");
	write_text(TRACING "trace", "");
	close(self->fd);
}

TEST_F(trace, call_logs_enter_and_exit)
{
	struct pv_hypercall_call call = {
		.size = sizeof(call),
		.nr = PV_HC_QUERY,
		.args = { 0x1234567 },
	};
	char line[128], *ns;

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	read_trace(self->text, sizeof(self->text));
	snprintf(line, sizeof(line), ENTER "nr=%#x args=0x1234567,0x0,0x0,0x0\n", PV_HC_QUERY);
	EXPECT_EQ(1, count(self->text, line)) {
		TH_LOG("%s", self->text);
	}
	snprintf(line, sizeof(line), EXIT "nr=%#x result=%lld,", PV_HC_QUERY,
		 (long long)call.result[0]);
	EXPECT_EQ(1, count(self->text, line)) {
		TH_LOG("%s", self->text);
	}
	ns = strstr(self->text, " ns=");
	ASSERT_NE(NULL, ns);
	EXPECT_GT(strtoull(ns + 4, NULL, 10), 0);
	EXPECT_LT(strtoull(ns + 4, NULL, 10), 10000000000ULL);
}

TEST_F(trace, batch_latency_and_nop_log_each_call)
{
	struct pv_hypercall_entry entries[5];
	DECLARE_BATCH(b, entries, 5);
	struct pv_hypercall_latency l = {
		.size = sizeof(l), .nr = PV_HC_UNASSIGNED, .samples = 7, .warmup = 2,
	};
	struct pv_hypercall_times times[3];
	struct pv_hypercall_tagged t = {
		.size = sizeof(t), .nr = PV_HC_UNASSIGNED, .samples = 3, .tag = 0x1234,
		.times = (uintptr_t)times,
	};
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };
	int i;

	for (i = 0; i < 5; i++)
		entries[i] = (struct pv_hypercall_entry){ .nr = PV_HC_UNASSIGNED };
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &l));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_TAGGED, &t));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));
	read_trace(self->text, sizeof(self->text));
	EXPECT_EQ(18, count(self->text, ENTER));
	EXPECT_EQ(18, count(self->text, EXIT));
	/* The tag and the index of the call are the arguments of a tagged call. */
	EXPECT_EQ(1, count(self->text, "args=0x4754565000001234,0x0,0x0,0x0\n"));
	EXPECT_EQ(1, count(self->text, "args=0x4754565000001234,0x2,0x0,0x0\n"));
}

static unsigned int count_call(const char *text, __u32 nr, unsigned int *exits)
{
	char line[64];

	snprintf(line, sizeof(line), EXIT "nr=%#x ", nr);
	*exits = count(text, line);
	snprintf(line, sizeof(line), ENTER "nr=%#x ", nr);
	return count(text, line);
}

/* One query, or three if the host side is present, for each ioctl that queries it */
TEST_F(trace, query_probe_and_vcpu_info_log_each_call)
{
	struct pv_hypercall_query query = { .size = sizeof(query) };
	struct pv_hypercall_vcpu_info info = { .size = sizeof(info) };
	struct pv_hypercall_probe probe = { .size = sizeof(probe), .nr = PV_HC_VCPU_INFO };
	unsigned int queries, exits;

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_QUERY, &query));
	queries = query.out_flags & PV_HYPERCALL_HOST ? 3 : 1;
	read_trace(self->text, sizeof(self->text));
	EXPECT_EQ(queries, count_call(self->text, PV_HC_QUERY, &exits));
	EXPECT_EQ(queries, exits);

	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_PROBE, &probe));
	read_trace(self->text, sizeof(self->text));
	EXPECT_EQ(queries, count_call(self->text, PV_HC_QUERY, &exits));
	EXPECT_EQ(queries, exits);

	probe.nr = PV_HC_UNASSIGNED;
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_PROBE, &probe));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_VCPU_INFO, &info));
	read_trace(self->text, sizeof(self->text));
	EXPECT_EQ(1, count_call(self->text, PV_HC_UNASSIGNED, &exits));
	EXPECT_EQ(1, exits);
	EXPECT_EQ(1, count_call(self->text, PV_HC_VCPU_INFO, &exits));
	EXPECT_EQ(1, exits);
}

/* The driver makes no call for a rejected request. */
TEST_F(trace, rejected_call_logs_no_event)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = FORBIDDEN };

	EXPECT_EQ(EPERM, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	read_trace(self->text, sizeof(self->text));
	EXPECT_EQ(0, count(self->text, ENTER));
}

TEST_F(trace, exit_event_works_without_enter)
{
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };

	ASSERT_EQ(0, write_text(EVENTS "pv_hypercall_enter/enable", "0"));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));
	read_trace(self->text, sizeof(self->text));
	EXPECT_EQ(0, count(self->text, ENTER));
	EXPECT_EQ(1, count(self->text, EXIT));
}

TEST_F(trace, enter_event_works_without_exit)
{
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };

	ASSERT_EQ(0, write_text(EVENTS "pv_hypercall_exit/enable", "0"));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));
	read_trace(self->text, sizeof(self->text));
	EXPECT_EQ(1, count(self->text, ENTER));
	EXPECT_EQ(0, count(self->text, EXIT));
}

TEST_HARNESS_MAIN

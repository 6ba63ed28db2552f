// SPDX-License-Identifier: GPL-2.0
/*
 * The trace events pv_hypercall:enter and pv_hypercall:exit.
 *
 * needs: guest check each-kernel
 * needs: guest-nohost full
 */
#include <stdlib.h>

#include "device.h"
#include "kselftest_harness.h"

#define TRACING		"/sys/kernel/tracing/"
#define EVENTS		TRACING "events/pv_hypercall/"

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
static void take(char *text, size_t size)
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
	take(self->text, sizeof(self->text));
	snprintf(line, sizeof(line), "enter: nr=%#x args=0x1234567,0x0,0x0,0x0\n", PV_HC_QUERY);
	EXPECT_EQ(1, count(self->text, line)) {
		TH_LOG("%s", self->text);
	}
	snprintf(line, sizeof(line), "exit: nr=%#x result=%lld,", PV_HC_QUERY,
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
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };
	int i;

	for (i = 0; i < 5; i++)
		entries[i] = (struct pv_hypercall_entry){ .nr = PV_HC_UNASSIGNED };
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_BATCH, &b));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_LATENCY, &l));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));
	take(self->text, sizeof(self->text));
	EXPECT_EQ(15, count(self->text, " enter: "));
	EXPECT_EQ(15, count(self->text, " exit: "));
}

/* The driver makes no call for a rejected request. */
TEST_F(trace, rejected_call_logs_no_event)
{
	struct pv_hypercall_call call = { .size = sizeof(call), .nr = FORBIDDEN };

	EXPECT_EQ(EPERM, try_ioctl(self->fd, PV_HYPERCALL_CALL, &call));
	take(self->text, sizeof(self->text));
	EXPECT_EQ(0, count(self->text, " enter: "));
}

TEST_F(trace, exit_event_works_without_enter)
{
	struct pv_hypercall_nop nop = { .size = sizeof(nop) };

	ASSERT_EQ(0, write_text(EVENTS "enter/enable", "0"));
	ASSERT_EQ(0, try_ioctl(self->fd, PV_HYPERCALL_NOP, &nop));
	take(self->text, sizeof(self->text));
	EXPECT_EQ(0, count(self->text, " enter: "));
	EXPECT_EQ(1, count(self->text, " exit: "));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * Without KVM pv_hypervisor fails to load with ENODEV, logs one line with the reason and
 * leaves no file.  insmod(8) may try a second time after a failure, so these tests call
 * finit_module(2) themselves.
 *
 * needs: direct check each-kernel
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define DIR_MODULES	"/lib/modules/pv/"

struct lines {
	int all;		/* of pv_hypervisor */
	int reason;		/* of these, the reports that KVM is absent, at level info */
};

static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	return err;
}

static void read_lines(int kmsg, struct lines *lines)
{
	char record[8192];
	int priority;
	ssize_t n;

	*lines = (struct lines){};
	for (;;) {
		n = read(kmsg, record, sizeof(record) - 1);
		if (n < 0 && errno == EPIPE)
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		if (!strstr(record, ";pv_hypervisor: "))
			continue;
		lines->all++;
		if (strstr(record, ";pv_hypervisor: no KVM here (") &&
		    strstr(record, " found); nothing to do\n") &&
		    sscanf(record, "%d", &priority) == 1 && priority == 6)
			lines->reason++;
	}
}

TEST(pv_hypervisor_fails_with_enodev_and_logs_the_reason)
{
	struct lines lines;
	int kmsg;

	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_GE(kmsg, 0);
	ASSERT_EQ(0, lseek(kmsg, 0, SEEK_END));

	/* The kernel may log a taint on the first try as well. */
	EXPECT_EQ(ENODEV, load(DIR_MODULES "pv_hypervisor.ko"));
	read_lines(kmsg, &lines);
	EXPECT_EQ(1, lines.reason);

	EXPECT_EQ(ENODEV, load(DIR_MODULES "pv_hypervisor.ko"));
	read_lines(kmsg, &lines);
	EXPECT_EQ(1, lines.reason);
	EXPECT_EQ(1, lines.all);
	close(kmsg);
}

/* It depends on symbols of pv_hypervisor, which is not loaded. */
TEST(pv_hypercall_fails_with_enoent)
{
	EXPECT_EQ(ENOENT, load(DIR_MODULES "pv_hypercall.ko"));
}

TEST(failed_modules_leave_no_device_and_no_sysfs)
{
	load(DIR_MODULES "pv_hypervisor.ko");
	load(DIR_MODULES "pv_hypercall.ko");
	EXPECT_EQ(-1, access("/dev/pv_hypercall", F_OK));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(-1, access("/sys/hypervisor/pv", F_OK));
	EXPECT_EQ(-1, access("/sys/module/pv_hypervisor", F_OK));
	EXPECT_EQ(-1, access("/sys/module/pv_hypercall", F_OK));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * Without KVM: pv_hypervisor refuses with ENODEV and one line that says why, and
 * nothing is left behind.  Programs that load modules try twice where the first try
 * fails, so that the system call is made here.
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
	int reason;		/* of them, those that say that there is no KVM, at level info */
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

TEST(pv_hypervisor)
{
	struct lines lines;
	int kmsg;

	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_GE(kmsg, 0);
	ASSERT_EQ(0, lseek(kmsg, 0, SEEK_END));

	/* The first try may tell of taints as well. */
	EXPECT_EQ(ENODEV, load(DIR_MODULES "pv_hypervisor.ko"));
	read_lines(kmsg, &lines);
	EXPECT_EQ(1, lines.reason);

	EXPECT_EQ(ENODEV, load(DIR_MODULES "pv_hypervisor.ko"));
	read_lines(kmsg, &lines);
	EXPECT_EQ(1, lines.reason);
	EXPECT_EQ(1, lines.all);
	close(kmsg);
}

/* It needs the symbols of the module that refused. */
TEST(pv_hypercall)
{
	EXPECT_EQ(ENOENT, load(DIR_MODULES "pv_hypercall.ko"));
}

TEST(nothing_is_left)
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

// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor/pv on arm64: the same values as the kernel detected at boot.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include <drivers/hypervisor/detect.h>

#include "kselftest_harness.h"
#include "sysfs.h"

#define BOOT_LINE	"hypervisor services detected ("

/* The kernel prints the highest word first. */
static bool read_boot_line(__u32 words[4])
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool found = false;
	char record[8192];
	const char *at;
	ssize_t n;

	while (!found) {
		n = read(fd, record, sizeof(record) - 1);
		if (n <= 0)
			break;
		record[n] = '\0';
		at = strstr(record, BOOT_LINE);
		if (at)
			found = sscanf(at + strlen(BOOT_LINE), "%x %x %x %x", &words[3],
				       &words[2], &words[1], &words[0]) == 4;
	}
	close(fd);
	return found;
}

TEST(sysfs_vendor_is_kvm_by_hvc)
{
	char shown[256];

	ASSERT_GT(read_file(DIR_PV "vendor", shown, sizeof(shown)), 0);
	EXPECT_STREQ("KVM\n", shown);
	ASSERT_GT(read_file(DIR_PV "signatures", shown, sizeof(shown)), 0);
	EXPECT_STREQ("28b46fb6-2ec5-11e9-a9ca-4b564d003a74 0x8600ff01\n", shown);
	ASSERT_GT(read_file(DIR_PV "conduit", shown, sizeof(shown)), 0);
	EXPECT_STREQ("hvc\n", shown);
}

TEST(sysfs_features_match_the_boot_log)
{
	char expected[4096], shown[4096];
	unsigned int bit;
	__u32 words[4];
	size_t len = 0;

	ASSERT_TRUE(read_boot_line(words));
	for (bit = 0; bit < 128; bit++) {
		const char *name = pv_kvm_feature_arm64(bit);

		if (!(words[bit / 32] >> bit % 32 & 1))
			continue;
		if (name)
			len += snprintf(expected + len, sizeof(expected) - len, "%s\n", name);
		else
			len += snprintf(expected + len, sizeof(expected) - len, "bit-%u\n", bit);
	}
	ASSERT_GT(read_file(DIR_PV "features", shown, sizeof(shown)), 0);
	EXPECT_STREQ(expected, shown);
}

TEST(sysfs_hints_are_empty_on_arm64)
{
	char shown[256];

	EXPECT_EQ(0, read_file(DIR_PV "hints", shown, sizeof(shown)));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: files below --sysroot, in a malicious tree.
 *
 * needs: native unit
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

FIXTURE(tree)
{
	char root[64];
	struct pv_sysfs sysfs;
	char *text;
	__u64 number;
};

static void write_file(const char *root, const char *name, const void *data, size_t size)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		ksft_exit_fail_msg("cannot write %s\n", path);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

FIXTURE_SETUP(tree)
{
	self->text = NULL;
	snprintf(self->root, sizeof(self->root), "/tmp/pv-sysfs-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
	ASSERT_EQ(0, pv_sysfs_open(&self->sysfs, self->root));
	EXPECT_FALSE(self->sysfs.live);
}

FIXTURE_TEARDOWN(tree)
{
	free(self->text);
	pv_sysfs_close(&self->sysfs);
	nftw(self->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TEST_F(tree, text_is_read_without_final_newlines)
{
	write_file(self->root, "a", "one\ntwo\n\n", 9);
	self->text = pv_sysfs_text(&self->sysfs, "/%s", "a");
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ("one\ntwo", self->text);
}

TEST_F(tree, device_tree_strings_become_lines)
{
	write_file(self->root, "a", "xen,xen-4.17\0xen,xen\0", 21);
	self->text = pv_sysfs_text(&self->sysfs, "/a");
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ("xen,xen-4.17\nxen,xen", self->text);
}

TEST_F(tree, unprintable_bytes_become_dots)
{
	write_file(self->root, "a", "\x1b[31m\t\x80\xff\x7fxyz", 12);
	self->text = pv_sysfs_text(&self->sysfs, "/a");
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ(".[31m....xyz", self->text);
}

TEST_F(tree, empty_file_is_an_empty_string)
{
	write_file(self->root, "a", "", 0);
	self->text = pv_sysfs_text(&self->sysfs, "/a");
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ("", self->text);
}

TEST_F(tree, long_file_is_cut_at_64_kib)
{
	static char big[1 << 20];

	memset(big, 'x', sizeof(big));
	write_file(self->root, "a", big, sizeof(big));
	self->text = pv_sysfs_text(&self->sysfs, "/a");
	ASSERT_NE(NULL, self->text);
	EXPECT_EQ(65536, strlen(self->text));
}

TEST_F(tree, missing_file_fails_with_enoent)
{
	EXPECT_EQ(NULL, pv_sysfs_text(&self->sysfs, "/a"));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(tree, links_do_not_leave_the_root)
{
	char path[128];

	/* Both resolve to /a of the tree: links are resolved as if the tree were the root. */
	write_file(self->root, "a", "inside", 6);
	snprintf(path, sizeof(path), "%s/absolute", self->root);
	ASSERT_EQ(0, symlink("/a", path));
	snprintf(path, sizeof(path), "%s/upwards", self->root);
	ASSERT_EQ(0, symlink("../../../../../../a", path));
	snprintf(path, sizeof(path), "%s/foreign", self->root);
	ASSERT_EQ(0, symlink("/proc/self/status", path));

	self->text = pv_sysfs_text(&self->sysfs, "/absolute");
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ("inside", self->text);
	free(self->text);
	self->text = pv_sysfs_text(&self->sysfs, "/upwards");
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ("inside", self->text);
	free(self->text);
	self->text = pv_sysfs_text(&self->sysfs, "/foreign");
	EXPECT_EQ(NULL, self->text);
}

TEST_F(tree, only_regular_files_are_read)
{
	char path[128];

	/* A FIFO without a writer must not block the reader. */
	snprintf(path, sizeof(path), "%s/fifo", self->root);
	ASSERT_EQ(0, mkfifo(path, 0600));
	snprintf(path, sizeof(path), "%s/dir", self->root);
	ASSERT_EQ(0, mkdir(path, 0700));
	EXPECT_EQ(NULL, pv_sysfs_text(&self->sysfs, "/fifo"));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(NULL, pv_sysfs_text(&self->sysfs, "/dir"));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(tree, number_files_contain_digits_only)
{
	static const struct {
		const char *text;
		int err;
		__u64 value;
	} cases[] = {
		{ "0\n", 0, 0 },
		{ "1200000\n", 0, 1200000 },
		{ "18446744073709551615\n", 0, UINT64_MAX },
		{ "18446744073709551616\n", -ERANGE, 0 },
		{ "<unknown>\n", -EINVAL, 0 },
		{ "-1\n", -EINVAL, 0 },
		{ " 1\n", -EINVAL, 0 },
		{ "1 2\n", -EINVAL, 0 },
		{ "0x10\n", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		write_file(self->root, "n", cases[i].text, strlen(cases[i].text));
		self->number = 0;
		EXPECT_EQ(cases[i].err,
			  pv_sysfs_u64(&self->sysfs, &self->number, "/n")) {
			TH_LOG("number '%s'", cases[i].text);
		}
		if (!cases[i].err)
			EXPECT_EQ(cases[i].value, self->number);
	}
	EXPECT_EQ(-ENOENT, pv_sysfs_u64(&self->sysfs, &self->number, "/none"));
}

TEST(opening_an_invalid_root_fails)
{
	struct pv_sysfs s;

	EXPECT_EQ(-ENOENT, pv_sysfs_open(&s, "/nonexistent"));
	EXPECT_EQ(-ENOTDIR, pv_sysfs_open(&s, "/proc/self/status"));
}

TEST_HARNESS_MAIN

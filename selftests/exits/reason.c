// SPDX-License-Identifier: GPL-2.0
/*
 * Names of exit reasons: the table of guest and host, compared with the formats of KVM's event
 * kvm_exit on Debian's kernels, and with hypertrace, which finds newer names in such a format.
 *
 * needs: native unit
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "drivers/exits/reason.c"
#include "host/hypertrace/symbols.c"
#include "host/pvhost/spawn.c"

#include "kselftest_harness.h"

#define X86	"../hypertrace/formats/x86_64-6.12"
#define ARM64	"../hypertrace/formats/arm64-6.12"

#define SIZE	65536

/* A format that renames a known reason, and that has reasons that the table lacks */
#define NEWER	"print fmt: \"%s\", (REC->isa == 1) ? __print_symbolic(REC->exit_reason, " \
		"{ 18, \"renamed\" }, { 999, \"NEWER\" }) : __print_symbolic(REC->exit_reason, " \
		"{ 999, \"newer\" }), __print_symbolic(REC->ret, { 77, \"NEW\" }), " \
		"__print_symbolic(REC->esr_ec, { 0x16, \"renamed\" }, { 0x3f, \"NEW_EC\" })\n"

/* What hypertrace reads instead of the file of tracefs; NULL: no file */
static const char *format;
static const char *format_mode;
static unsigned int opened;

static FILE *open_format(const char *path)
{
	opened++;
	if (!format) {
		errno = ENOENT;
		return NULL;
	}
	return fmemopen((void *)format, strlen(format), format_mode);
}

#define fopen(path, mode)	(format_mode = (mode), open_format(path))
#include "host/hypertrace/reason.c"
#undef fopen

static char text[SIZE];

#define VMX(reason)	((__u64)PV_REASON_VMX << REASON_ISA_SHIFT | (reason))
#define SVM(reason)	((__u64)PV_REASON_SVM << REASON_ISA_SHIFT | (reason))

static void read_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (len < 0)
		ksft_exit_fail_msg("%s: %m\n", path);
	close(fd);
	text[len] = '\0';
	symbols_read(&symbols, text);
}

/* The name in the table of a symbol of a format */
static const char *name_of(const struct symbol *symbol)
{
	if (!strcmp(symbol->field, "exit_reason"))
		return pv_reason_name(symbol->isa, symbol->value);
	if (!strcmp(symbol->field, "ret"))
		return pv_reason_name(PV_REASON_ARM64, PV_REASON_ARM_CODE + symbol->value);
	return pv_reason_name(PV_REASON_ARM64, symbol->value);
}

TEST(formats_of_kernels_have_the_names_of_the_table)
{
	static const char * const formats[] = { X86, ARM64, "../hypertrace/formats/arm64-6.1" };
	const struct symbol *symbol;
	const char *name;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		read_file(formats[i]);
		ASSERT_LT(30, symbols.nr);
		for (j = 0; j < symbols.nr; j++) {
			symbol = &symbols.list[j];
			name = name_of(symbol);
			EXPECT_STREQ(name ? : "-", symbol->name)
				TH_LOG("%s: %s %#x", formats[i], symbol->field, symbol->value);
		}
	}
}

TEST(tables_are_sorted)
{
	size_t set, i;

	for (set = PV_REASON_VMX; set < ARRAY_SIZE(sets); set++) {
		ASSERT_LT(0, sets[set].nr);
		for (i = 1; i < sets[set].nr; i++)
			EXPECT_LT(sets[set].reasons[i - 1].reason, sets[set].reasons[i].reason);
	}
}

TEST(each_reason_of_the_tables_is_found)
{
	const struct pv_reason *reason;
	size_t set, i;

	for (set = PV_REASON_VMX; set < ARRAY_SIZE(sets); set++) {
		for (i = 0; i < sets[set].nr; i++) {
			reason = &sets[set].reasons[i];
			EXPECT_STREQ(pv_reason_name(set, reason->reason) ? : "-", reason->name);
			EXPECT_GT(PV_REASON_NAME, strlen(reason->name));
			EXPECT_LT(0, strlen(reason->name));
		}
	}
}

TEST(other_reasons_and_sets_have_no_name)
{
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_VMX, 5));
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_VMX, 0xffffffff));
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_SVM, 1));
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_SVM, 0xfffffffe));
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_ARM64, 0x3f));
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_ARM64, 0x40));
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_ARM64, PV_REASON_ARM_CODE + 3));
	EXPECT_EQ(NULL, pv_reason_name(0, 0));
	EXPECT_EQ(NULL, pv_reason_name(PV_REASON_ARM64 + 1, 0));
	EXPECT_EQ(NULL, pv_reason_name(0xffffffff, 0));
}

/* Each test is a process, so that it reads the format once. */
TEST(hypertrace_has_the_names_of_the_table)
{
	format = NEWER;
	EXPECT_STREQ("VMCALL", reason_name(VMX(18)) ? : "-");
	EXPECT_STREQ("hypercall", reason_name(SVM(0x81)) ? : "-");
	EXPECT_EQ(0, opened);
}

TEST(hypertrace_takes_newer_names_from_the_kernel)
{
	format = NEWER;
	EXPECT_STREQ("NEWER", reason_name(VMX(999)) ? : "-");
	EXPECT_STREQ("newer", reason_name(SVM(999)) ? : "-");
	EXPECT_EQ(NULL, reason_name(VMX(998)));
	EXPECT_EQ(NULL, reason_name(REASON_UNKNOWN));
	EXPECT_EQ(1, opened);
}

TEST(hypertrace_looks_for_the_format_once)
{
	EXPECT_EQ(NULL, reason_name(VMX(999)));
	EXPECT_EQ(NULL, reason_name(SVM(999)));
	EXPECT_STREQ("VMCALL", reason_name(VMX(18)) ? : "-");
	/* tracefs, and below debugfs */
	EXPECT_EQ(2, opened);
}

TEST_HARNESS_MAIN

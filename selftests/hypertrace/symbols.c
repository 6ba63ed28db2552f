// SPDX-License-Identifier: GPL-2.0
/*
 * Names of exit reasons from the format of the event kvm_exit.  The folder formats has those
 * of Debian's kernels 6.1 and 6.12; that of 6.1 on x86_64 is the same as that of 6.12.
 *
 * needs: native unit
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "host/hypertrace/symbols.c"
#include "host/hypertrace/reason.c"
#include "host/pvhost/spawn.c"

#include "kselftest_harness.h"

#define TEXT_SIZE	65536
/* Each test must be fast enough for a loaded machine. */
#define STRIDE		3

#define VMX(reason)	((__u64)SYMBOL_ISA_VMX << REASON_ISA_SHIFT | (reason))
#define SVM(reason)	((__u64)SYMBOL_ISA_SVM << REASON_ISA_SHIFT | (reason))

static struct symbols whole;
static char text[TEXT_SIZE];

static const struct {
	const char *format;
	size_t nr;
	struct {
		__u64 reason;
		const char *name;
	} names[24];
} recorded[] = {
	{ "formats/x86_64-6.12", 170, {
		{ VMX(0), "EXCEPTION_NMI" }, { VMX(12), "HLT" }, { VMX(18), "VMCALL" },
		{ VMX(33), "INVALID_STATE" }, { VMX(48), "EPT_VIOLATION" }, { VMX(75), "NOTIFY" },
		{ VMX(5), NULL }, { VMX(76), NULL }, { VMX(0x400), NULL },
		{ SVM(0), "read_cr0" }, { SVM(0x40), "DE excp" }, { SVM(0x4e), "PF excp" },
		{ SVM(0x53), "XF excp" }, { SVM(0x78), "hlt" }, { SVM(0x81), "hypercall" },
		{ SVM(0x400), "npf" }, { SVM(0x80000001), "vmgexit_mmio_read" },
		{ SVM(0xffffffff), "invalid_guest_state" }, { SVM(0xfffffffe), NULL },
		{ SVM(1), NULL }, { REASON_UNKNOWN, NULL }, { 12, NULL },
		{ 3ULL << REASON_ISA_SHIFT, NULL },
	} },
	{ "formats/arm64-6.1", 38, {
		{ 0x00, "UNKNOWN" }, { 0x01, "WFx" }, { 0x0c, "CP14_64" }, { 0x16, "HVC64" },
		{ 0x24, "DABT_LOW" }, { 0x3c, "BRK64" }, { 0x1a, NULL }, { 0x3f, NULL },
		{ REASON_CODE + 0, "IRQ" }, { REASON_CODE + 1, "SERROR" },
		{ REASON_CODE + 2, "TRAP" }, { REASON_CODE + 3, NULL },
		{ REASON_CODE + 0xbadca11, "HYP_GONE" }, { 0xffffffff, NULL },
	} },
	{ "formats/arm64-6.12", 39, {
		{ 0x00, "UNKNOWN" }, { 0x01, "WFx" }, { 0x0c, "CP14_64" }, { 0x16, "HVC64" },
		{ 0x24, "DABT_LOW" }, { 0x3c, "BRK64" }, { 0x1a, "ERET" }, { 0x3f, NULL },
		{ REASON_CODE + 0, "IRQ" }, { REASON_CODE + 1, "SERROR" },
		{ REASON_CODE + 3, NULL }, { REASON_CODE + 0xbadca11, "HYP_GONE" },
	} },
};

#define TABLE_OF(entries)	"print fmt: \"%s\", __print_symbolic(REC->ret, " entries ")\n"
#define EXIT_TABLE(name)	"__print_symbolic(REC->exit_reason, { 1, \"" name "\" })"
#define BRANCHES(test)		"print fmt: \"%s\", " test " ? " EXIT_TABLE("A") " : " \
				EXIT_TABLE("B") "\n"

/* Formats of one table of "ret", or of two of "exit_reason": whether it has a name for 1 */
static const struct {
	const char *format;
	__u64 reason;
	const char *name;
} texts[] = {
	/* expressions */
	{ TABLE_OF("{ 1, \"A\" }"), REASON_CODE + 1, "A" },
	{ TABLE_OF("{1,\"A\"},{0,\"B\"}"), REASON_CODE + 0, "B" },
	{ TABLE_OF("{ 1, \"A\" }, { 1, \"B\" }"), REASON_CODE + 1, "A" },
	{ TABLE_OF("{ 0x40 + 10, \"A\" }"), REASON_CODE + 0x4a, "A" },
	{ TABLE_OF("{ 10 - 1 - 1, \"A\" }"), REASON_CODE + 8, "A" },
	{ TABLE_OF("{ (1 << 0) | (1 << 3), \"A\" }"), REASON_CODE + 9, "A" },
	{ TABLE_OF("{ 1 << 2 + 1, \"A\" }"), REASON_CODE + 8, "A" },
	{ TABLE_OF("{ (((0x3CUL))), \"A\" }"), REASON_CODE + 0x3c, "A" },
	{ TABLE_OF("{ 1, \"A_\" \"B\" }"), REASON_CODE + 1, "A_B" },
	{ TABLE_OF("{ 1, \"A } , {\" }"), REASON_CODE + 1, "A } , {" },
	/* entries without effect, whose neighbours have names */
	{ TABLE_OF("{ }"), REASON_CODE + 0, NULL },
	{ TABLE_OF("{ FLY, \"A\" }, { 1, \"B\" }"), REASON_CODE + 0, NULL },
	{ TABLE_OF("{ FLY, \"A\" }, { 1, \"B\" }"), REASON_CODE + 1, "B" },
	{ TABLE_OF("{ ((FLY) + 1), \"A\" }, { 1, \"B\" }"), REASON_CODE + 1, "B" },
	{ TABLE_OF("{ 1 & 1, \"A\" }, { 2, \"B\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 08, \"A\" }, { 1, \"B\" }"), REASON_CODE + 0, NULL },
	{ TABLE_OF("{ 0x100000001, \"A\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 99999999999999999999, \"A\" }"), REASON_CODE - 1, NULL },
	{ TABLE_OF("{ 1 << 64, \"A\" }, { 3, \"B\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"\033[2J\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\\\"B\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"\xff\" }, { 2, \"B\" }"), REASON_CODE + 2, "B" },
	{ TABLE_OF("{ 1, \"123456789 123456789 123456789 123456789 12345678\" }"),
	  REASON_CODE + 1, NULL },
	/* fields */
	{ "print fmt: \"%s\", __print_symbolic(REC->fly, { 1, \"A\" })", REASON_CODE + 1, NULL },
	{ "print fmt: \"%s\", __print_symbolic(REC->ret + REC->ret, { 1, \"A\" })",
	  REASON_CODE + 1, NULL },
	{ "print fmt: \"%s\", __print_symbolic(ret, { 1, \"A\" })", REASON_CODE + 1, NULL },
	{ "print fmt: \"%s\", __print_symbolic(((int)(REC->ret, 1) & 0xff), { 1, \"A\" })",
	  REASON_CODE + 1, "A" },
	{ "print fmt: \"%s\", __print_flags(REC->ret, \" \", { 1, \"A\" })",
	  REASON_CODE + 1, NULL },
	{ "print fmt: \"__print_symbolic(REC->ret, { 1, 'A' })\", REC->ret",
	  REASON_CODE + 1, NULL },
	/* branches of the condition */
	{ BRANCHES("(REC->isa == 1)"), VMX(1), "A" },
	{ BRANCHES("(REC->isa == 1)"), SVM(1), "B" },
	{ BRANCHES("REC->isa == 2"), SVM(1), "A" },
	{ BRANCHES("REC->isa == 2"), VMX(1), "B" },
	{ BRANCHES("REC->isa != 1"), VMX(1), NULL },
	{ BRANCHES("REC->isa == 7"), VMX(1), NULL },
	{ BRANCHES("REC->fly == 1"), VMX(1), NULL },
	{ "print fmt: \"%s\", REC->isa == 1 ? (REC->x ? \"\" : " EXIT_TABLE("A") ") : \"\"",
	  VMX(1), "A" },
	{ "print fmt: \"%s\", REC->isa == 1 ? REC->x ? \"\" : " EXIT_TABLE("A") " : \"\"",
	  VMX(1), "A" },
	{ "print fmt: \"%s%s\", (REC->isa == 1 ? \"\" : \"x\"), " EXIT_TABLE("A"), SVM(1), NULL },
	{ "print fmt: \"%s%s\", REC->isa == 1 ? \"\" : \"x\", " EXIT_TABLE("A"), SVM(1), NULL },
	/* texts that are not understood */
	{ "", REASON_CODE + 1, NULL },
	{ "__print_symbolic(REC->ret, { 1, \"A\" })", REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\" }, { 2"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\" }, { 2, }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\" } { 2, \"B\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\", 3 }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1), \"A\" }"), REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\" }") "\"", REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\" }") ")", REASON_CODE + 1, NULL },
	{ TABLE_OF("{ 1, \"A\" }") "(", REASON_CODE + 1, NULL },
	{ "print fmt: \"%s\", __print_symbolic", REASON_CODE + 1, NULL },
	{ "print fmt: \"%s\", __print_symbolic(", REASON_CODE + 1, NULL },
	{ "print fmt: \"%s\", __print_symbolic(REC->ret)", REASON_CODE + 1, NULL },
};

/* Reads a file into @text, and returns its length. */
static size_t read_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t len;

	len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (len < 0)
		ksft_exit_fail_msg("%s: %m\n", path);
	close(fd);
	text[len] = '\0';
	return len;
}

/* Returns a name that the unchanged format does not have, or NULL. */
static const char *wrong_name(void)
{
	const struct symbol *symbol;
	const char *name;
	size_t i;

	for (i = 0; i < symbols.nr; i++) {
		symbol = &symbols.list[i];
		name = symbols_find(&whole, symbol->field, symbol->isa, symbol->value);
		if (!name || strcmp(name, symbol->name))
			return symbol->name;
	}
	return NULL;
}

static bool is_printable(void)
{
	const char *c;
	size_t i;

	for (i = 0; i < symbols.nr; i++) {
		for (c = symbols.list[i].name; *c; c++) {
			if (*c < ' ' || *c > '~' || *c == '\\')
				return false;
		}
		if (c == symbols.list[i].name || c - symbols.list[i].name >= SYMBOL_NAME)
			return false;
	}
	return symbols.nr <= SYMBOLS_MAX;
}

TEST(recorded_formats_have_the_names_of_their_kernels)
{
	const char *name, *expected;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(recorded); i++) {
		read_file(recorded[i].format);
		symbols_read(&symbols, text);
		EXPECT_EQ(symbols.nr, recorded[i].nr)
			TH_LOG("%s", recorded[i].format);
		for (j = 0; j < ARRAY_SIZE(recorded[i].names); j++) {
			name = find_symbol(recorded[i].names[j].reason);
			expected = recorded[i].names[j].name;
			/* The rest of the list is 0, NULL. */
			if (!expected && !recorded[i].names[j].reason)
				break;
			EXPECT_STREQ(name ? : "-", expected ? : "-")
				TH_LOG("%s: %llx", recorded[i].format, recorded[i].names[j].reason);
		}
	}
}

TEST(texts_have_the_names_that_the_kernel_would_print)
{
	const char *name;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		symbols_read(&symbols, texts[i].format);
		name = find_symbol(texts[i].reason);
		EXPECT_STREQ(name ? : "-", texts[i].name ? : "-")
			TH_LOG("%s", texts[i].format);
	}
}

TEST(format_that_is_cut_off_has_no_wrong_name)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(recorded); i++) {
		len = read_file(recorded[i].format);
		symbols_read(&whole, text);
		while (len) {
			text[--len] = '\0';
			symbols_read(&symbols, text);
			ASSERT_EQ(wrong_name(), NULL)
				TH_LOG("%s of %zu bytes", recorded[i].format, len);
		}
	}
}

TEST(format_with_a_changed_byte_has_printable_names_only)
{
	static const char bytes[] = "\"(){},?:-<\\0L\033\xff";
	size_t i, j, k, len;
	char old;

	for (i = 0; i < ARRAY_SIZE(recorded); i++) {
		len = read_file(recorded[i].format);
		for (j = 0; j < len; j += STRIDE) {
			old = text[j];
			for (k = 0; k < sizeof(bytes); k++) {
				text[j] = bytes[k];
				symbols_read(&symbols, text);
				ASSERT_TRUE(is_printable())
					TH_LOG("%s: byte %zu, %zu", recorded[i].format, j, k);
			}
			text[j] = old;
		}
	}
}

TEST(more_names_than_fit_are_numbers)
{
	size_t len, i;

	len = sprintf(text, "print fmt: \"%%s\", __print_symbolic(REC->ret");
	for (i = 0; i < SYMBOLS_MAX + 10; i++)
		len += sprintf(text + len, ", { %zu, \"N%zu\" }", i, i);
	sprintf(text + len, ")\n");
	symbols_read(&symbols, text);

	EXPECT_EQ(symbols.nr, SYMBOLS_MAX);
	EXPECT_STREQ(symbols_find(&symbols, "ret", 0, SYMBOLS_MAX - 1), "N1023");
	EXPECT_EQ(symbols_find(&symbols, "ret", 0, SYMBOLS_MAX), NULL);
}

TEST(deep_expressions_are_not_evaluated)
{
	static const char signs[] = "(-{\"|";
	size_t i, len;

	for (i = 0; i < strlen(signs); i++) {
		len = sprintf(text, "print fmt: \"%%s\", __print_symbolic(REC->ret, { ");
		memset(text + len, signs[i], sizeof(text) - len - 1);
		text[sizeof(text) - 1] = '\0';
		symbols_read(&symbols, text);
		EXPECT_EQ(symbols.nr, 0);
	}
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: dumps of CPUID as people paste them, and texts that are rejected.
 *
 * needs: native unit
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

#define LEAF_1		"0x00000001 0x00: eax=0x00000002 ebx=0x00000003 ecx=0x80000004 edx=0x00000005"
#define LEAF_2		"0x00000002 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000006"
#define LEAF_0		"0x00000000 0x00: eax=0x00000001 ebx=0x00000000 ecx=0x00000000 edx=0x00000000"
#define OTHER_APIC_ID	"0x00000001 0x00: eax=0x00000002 ebx=0x01000003 ecx=0x80000004 edx=0x00000005"
#define OTHER_LEAF_1	"0x00000001 0x00: eax=0x00000002 ebx=0x00000007 ecx=0x80000004 edx=0x00000005"

/* The leaves of the dumps below, as print_leaves() prints them */
#define ZERO		"0.0:1,0,0,0 "
#define ONE		"1.0:2,3,80000004,5 "
#define TWO		"2.0:0,0,0,6 "

static const struct {
	const char *text;
	const char *leaves;
} good[] = {
	/* Beginning of a CPU */
	{ LEAF_1, ONE },
	{ "CPU 0:\n   " LEAF_1 "\n", ONE },
	{ "CPU:\n   " LEAF_1 "\n", ONE },
	{ "cpu  12 :\n" LEAF_1 "\n", ONE },
	{ "CPU 0: " LEAF_1 "   " LEAF_2, ONE TWO },
	{ "CPU 0:\n" LEAF_1 "\nCPU 1:\n" OTHER_LEAF_1, ONE },
	{ LEAF_1 "\nCPU 0:\n" OTHER_LEAF_1, ONE },
	{ "CPU 0:\n" LEAF_2 "\nCPU 1:\n" LEAF_1, ONE },
	{ "CPU:\n" LEAF_2 "\nCPU:\n" LEAF_1, TWO ONE },
	{ "CPU:\n" LEAF_1 "\nCPU: 0 PID: 1 Comm: init\n" LEAF_2, ONE TWO },
	{ "CPU:\n" LEAF_1 "\nCPU 1:\n0x00000001 0x00: eax=0x0", ONE },
	{ LEAF_0 "\n" LEAF_1 "\n" LEAF_0 "\n" OTHER_APIC_ID "\n" LEAF_2, ZERO ONE },
	/* Line ends and blanks */
	{ LEAF_1 "\r\n" LEAF_2 "\r\n", ONE TWO },
	{ LEAF_1 "\r\r\n" LEAF_2, ONE TWO },
	{ LEAF_1 "\r" LEAF_2 "\r", ONE TWO },
	{ "\xef\xbb\xbf\t" LEAF_1 "\xc2\xa0\t\n\xa0" LEAF_2, ONE TWO },
	{ "\xe2\x80\x8b" LEAF_1 "\xe3\x80\x80" LEAF_2 "\xff", ONE TWO },
	/* Prefixes */
	{ "> > " LEAF_1 "\n>>" LEAF_2, ONE TWO },
	{ "| " LEAF_1 " |\n# " LEAF_2, ONE TWO },
	{ "12:" LEAF_1 "\n13-" LEAF_2, ONE TWO },
	{ "text " LEAF_1 " text", ONE },
	/* Numbers */
	{ "0x1 0x0: eax=0x2 ebx=0x3 ecx=0x80000004 edx=0x5", ONE },
	{ "0X1 0X0: EAX=0X2 EBX=0X3 ECX=0X80000004 EDX=0X5", ONE },
	{ "0x1 0x0:eax=2,ebx=3,ecx=80000004,edx=5\n", ONE },
	{ LEAF_1 "\n0x2 0xab: eax=0xCDEF0123 ebx=0xcdef0123 ecx=0x0 edx=0x0",
	  ONE "2.ab:cdef0123,cdef0123,0,0 " },
	/* Continued lines */
	{ "0x1 0x0: eax=0x2\n   ebx=0x3\t\n> ecx=0x80000004\r\n\r\n// edx=0x5\n" LEAF_2, ONE TWO },
	{ "0x1 0x0:\neax=0x2 ebx=0x3 ecx=0x80000004 edx=0x5", ONE },
	{ "0x1 0x0: eax=3D0x2 ebx=3D0x3 ecx=3D0x8000=\n0004 edx=\n=3D0x5=20\n", ONE },
	{ "0x1 0x0:=20eax=3D0x2=C2=A0ebx=3D0x3 ecx=3D0x80000004 e=\r\ndx=3D0x5", ONE },
	{ "====\n" LEAF_1, ONE },
	/* Entities and tags */
	{ "&gt;&nbsp;0x1&#32;0x0&colon;&#xA0;eax&equals;0x2 ebx&#x3d;3 ecx&#61;80000004 edx=5",
	  ONE },
	{ "0x1&amp;nbsp;0x0:&amp;amp;#160;eax=0x2 ebx=0x3 ecx=0x80000004 edx=0x5", ONE },
	{ "0&times;1 0&#215;0: eax=0\xc3\x97\x32 ebx=0x3 ecx=0x80000004 edx=0x5", ONE },
	{ "<pre class=\"a\">" LEAF_1 "<br>" LEAF_2 "<BR/></pre>", ONE TWO },
	{ "0x<b>1</b> 0x0:<i> eax</i>=<span>0x</span>2 ebx=0x3 ecx=0x80000004 edx=0x5", ONE },
	{ "[code]" LEAF_1 "[/code]<" LEAF_2, ONE TWO },
	{ "\033[31m0x\033[m1 0x0: eax=0x2 ebx=0x3 ecx=0x80000004 edx=0x5\033]0;x\a\033[K", ONE },
	/* Repetitions */
	{ LEAF_1 "\n" LEAF_2 "\n" LEAF_1 "\n" LEAF_2, ONE TWO },
	/* Other formats */
	{ "0x00000001: eax=0x2 ebx=0x3 ecx=0x80000004 edx=0x5\n"
	  "0x00000004: eax=0x1 ebx=0x0 ecx=0x0 edx=0x0\n"
	  "0x00000004: eax=0x2 ebx=0x0 ecx=0x0 edx=0x0\n",
	  ONE "4.0:1,0,0,0 4.1:2,0,0,0 " },
	{ "0x00000001: EAX=0x00000002, EBX=0x00000003, ECX=0x80000004, EDX=0x00000005\n"
	  "0x0000000d: subleafs:\n"
	  "  0: EAX=0x00000001, EBX=0x00000000, ECX=0x00000000, EDX=0x00000000\n"
	  " 12: EAX=0x00000002, EBX=0x00000000, ECX=0x00000000, EDX=0x00000000\n",
	  ONE "d.0:1,0,0,0 d.c:2,0,0,0 " },
	{ "CPUID 00000001: 00000002-00000003-80000004-00000005 [text]\n"
	  "CPUID 00000004: 00000001-00000000-00000000-00000000 [SL 03]\n"
	  "CPUID 0000000b    00000001-00000000-00000000-00000000\n"
	  "CPUID 0000000b    00000002-00000000-00000000-00000000\n"
	  "Logical CPU #2\nCPUID 00000001: 00000000-00000000-00000000-00000000\n",
	  ONE "4.3:1,0,0,0 b.0:1,0,0,0 b.1:2,0,0,0 " },
	{ "CPUID 00000001 :00000002-00000003-80000004-00000005\n"
	  "CPUID 00000002 : 00000000 00000000 00000000 00000006\n", ONE TWO },
	{ "CPUID 00000001:00 = 00000002 00000003 80000004 00000005 | ....", ONE },
	{ "eax in: 0x1, eax = 00000002 ebx = 00000003 ecx = 80000004 edx =\n00000005", ONE },
	/* Text that has a similar beginning */
	{ LEAF_1 "\n0x1af4\n0x060000 0x10\n0x10 0x20: no\n0x80000000: no\nCPUID 40000000: no\n"
	  "1: eax=1\neax in: 0x1\n0x123456789 0x00\nCPU #1 of 2\n", ONE },
};

#define CUT		"leaf is cut or malformed: paste all output of \"cpuid -1 -r\""
#define NO_LEAF_1	"leaf 0x1 is missing: paste all output of \"cpuid -1 -r\""
#define CONFLICT	"leaf differs from an earlier line: keep one machine"

static const struct {
	const char *text;
	unsigned int line;
	const char *error;
} bad[] = {
	{ "", 0, NO_LEAF_1 },
	{ "CPU 0:\n", 0, NO_LEAF_1 },
	{ "CPU 0:\n" LEAF_2, 0, NO_LEAF_1 },
	{ LEAF_2 "\nCPU 0:\n", 0, NO_LEAF_1 },
	{ "0x000000001 0x00", 0, NO_LEAF_1 },
	{ "&#0;&#;&;&#x110000;&nbsp", 0, NO_LEAF_1 },
	{ "CPU 0:\n" LEAF_1 "\n0x00000002 0x00:", 3, CUT },
	{ LEAF_1 "\n0x00000002 0x00: e", 2, CUT },
	{ LEAF_1 "\n0x00000002 0x00: eax=\n" LEAF_2, 2, CUT },
	{ LEAF_1 "\r\n\r\r\n0x2 0x0: eax=0x0 ebx=0x0 ecx=0x0\r\n" LEAF_2, 3, CUT },
	{ "eax=3D0x0 =\n=\n\n\n0x1 0x0: eax=3D0x0\n" LEAF_1, 5, CUT },
	{ "0x1 0x0: eax=0x2 ebx=0x3 ecx=0x80000004 edx=0x", 1, CUT },
	{ "0x1 0x0: eax=0x2 ebx=0x3 ecx=0x80000004 edx=0x5z", 1, CUT },
	{ "0x1 0x0: eax=0x2 ebx=0x3 ecx=0x800000004 edx=0x5", 1, CUT },
	{ "0x1 0x0: eax=0x2 ecx=0x80000004 ebx=0x3 edx=0x5", 1, CUT },
	{ LEAF_1 "\n0x00: eax=0x0 ebx=0x0 ecx=0x0 edx=0x0", 2, CUT },
	{ LEAF_2 "\nx" LEAF_1, 2, CUT },
	{ LEAF_1 "\n0x000000002 0x00: eax=0x0", 2, CUT },
	{ "text 0x1 0x0: eax=0x2", 1, CUT },
	{ "0x1 0x0: eax=0x00000002 ebx=0x3 ecx=0x80000004 edx=0x5", 1, CUT },
	{ "CPUID 00000001: 00000002-00000003-80000004-5", 1, CUT },
	{ "0x00000001: EAX=0x2", 1, CUT },
	{ "0x00000004: subleafs:\n 0: EAX=0x2", 2, CUT },
	{ "CPUID 00000001: 000000", 1, CUT },
	{ "CPUID 00000001: 00000002-00000003-8000", 1, CUT },
	{ "CPUID 00000001:00 = 00000002 00000003", 1, CUT },
	{ "CPUID 00000001: 00000002 00000003 8000", 1, CUT },
	{ "eax in: 0x1, eax =\neax in: 0x2, eax = 0", 1, CUT },
	{ LEAF_1 "\n" LEAF_2 "\n" OTHER_LEAF_1, 3, CONFLICT },
	{ "CPU 0:\n" LEAF_1 "\nCPU 1:\n" LEAF_2 "\nCPU 0:\n" OTHER_LEAF_1, 6, CONFLICT },
	{ LEAF_0 "\n" LEAF_1 "\n" LEAF_0 "\n" OTHER_LEAF_1, 4, CONFLICT },
	{ LEAF_1 "\n" OTHER_APIC_ID, 2, CONFLICT },
	{ "CPU 0:\n" LEAF_0 "\n" LEAF_1 "\nCPU 0:\n" LEAF_0 "\n" OTHER_APIC_ID, 6, CONFLICT },
	{ "0x00000001: eax=0x2 ebx=0x3 ecx=0x4 edx=0x5\n"
	  "0x00000001: eax=0x2 ebx=0x3 ecx=0x4 edx=0x6\n", 2, CONFLICT },
};

/* Texts that take long if the parser reads a part of them again and again */
static const char * const repeated[] = {
	"0x1 ", "0x1 0x0: ", "0x1 0x0 ", "CPU:", "CPU ", "CPU #", "CPUID 00000001: 0-", "eax in: ",
	" ", "\n", "\r", "\r\n", "&", "&amp;", "&#1", "<a", "[b", "\033[", "\033]", "=", "=\n",
	"=3D0x", "=3D ", "\xf0\x80", "CPU:\n", "CPU -", "0x00000004: subleafs: 1", ">", LEAF_1 " ",
};

/* A copy that is as long as the text, for address checkers */
static int parse(const char *text, size_t len, struct pv_cpuid_dump *dump)
{
	char *copy = malloc(len ? len : 1);
	int err;

	if (!copy)
		abort();
	memcpy(copy, text, len);
	err = pv_cpuid_dump_parse(copy, len, dump);
	free(copy);
	return err;
}

static void print_leaves(const struct pv_cpuid_dump *dump, char *out)
{
	const struct pv_cpuid_leaf *l;

	*out = '\0';
	for (l = dump->leaves; l < dump->leaves + dump->nr; l++)
		out += sprintf(out, "%x.%x:%x,%x,%x,%x ", l->leaf, l->subleaf, l->regs.eax,
			       l->regs.ebx, l->regs.ecx, l->regs.edx);
}

FIXTURE(dump) {
	struct pv_cpuid_dump *dump;
};

FIXTURE_SETUP(dump)
{
	self->dump = malloc(sizeof(*self->dump));
	ASSERT_NE(NULL, self->dump);
}

FIXTURE_TEARDOWN(dump)
{
	free(self->dump);
}

TEST_F(dump, parse_reads_pasted_dumps)
{
	char leaves[1024];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(0, parse(good[i].text, strlen(good[i].text), self->dump))
			TH_LOG("%s: line %u: %s", good[i].text, self->dump->line,
			       self->dump->error);
		print_leaves(self->dump, leaves);
		EXPECT_STREQ(good[i].leaves, leaves)
			TH_LOG("%s", good[i].text);
	}
}

TEST_F(dump, parse_rejects_other_text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, parse(bad[i].text, strlen(bad[i].text), self->dump))
			TH_LOG("%s", bad[i].text);
		EXPECT_EQ(bad[i].line, self->dump->line)
			TH_LOG("%s", bad[i].text);
		EXPECT_STREQ(bad[i].error, self->dump->error)
			TH_LOG("%s", bad[i].text);
	}
}

TEST_F(dump, parse_rejects_binary_data)
{
	static const char text[] = LEAF_1 "\n\0";

	EXPECT_EQ(-EINVAL, parse(text, sizeof(text) - 1, self->dump));
	EXPECT_STREQ("the file is not text: save the dump as UTF-8", self->dump->error);
}

/* A line that is cut before its first register is text. */
TEST_F(dump, parse_rejects_cut_lines)
{
	static const char text[] = LEAF_1 "\n" LEAF_2;
	const size_t begin = strlen(LEAF_1 "\n0x00000002 0x00:");
	char leaves[1024];
	size_t len;

	for (len = strlen(LEAF_1); len < begin; len++) {
		EXPECT_EQ(0, parse(text, len, self->dump));
		print_leaves(self->dump, leaves);
		EXPECT_STREQ(ONE, leaves);
	}
	for (; len < strlen(text); len++) {
		EXPECT_EQ(-EINVAL, parse(text, len, self->dump));
		EXPECT_EQ(2, self->dump->line);
	}
	EXPECT_EQ(0, parse(text, len, self->dump));
}

/* The time limit of a test is 30 seconds. */
TEST_F(dump, parse_takes_linear_time)
{
	const size_t size = 4 << 20;
	char *text = malloc(size);
	size_t i, n, len;

	ASSERT_NE(NULL, text);
	for (i = 0; i < ARRAY_SIZE(repeated); i++) {
		len = strlen(repeated[i]);
		for (n = 0; n + len <= size; n += len)
			memcpy(text + n, repeated[i], len);
		pv_cpuid_dump_parse(text, n, self->dump);
	}
	free(text);
}

/* What --record prints can be read again. */
TEST_F(dump, parse_reads_what_print_prints)
{
	struct pv_cpuid_dump *again = malloc(sizeof(*again));
	size_t i, len;
	char *text;
	FILE *file;

	ASSERT_NE(NULL, again);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ASSERT_EQ(0, parse(good[i].text, strlen(good[i].text), self->dump));
		file = open_memstream(&text, &len);
		ASSERT_NE(NULL, file);
		pv_cpuid_dump_print(self->dump, 0, file);
		fclose(file);
		EXPECT_EQ(0, parse(text, len, again));
		EXPECT_EQ(self->dump->nr, again->nr);
		EXPECT_EQ(0, memcmp(self->dump->leaves, again->leaves,
				    again->nr * sizeof(*again->leaves)));
		free(text);
	}
	free(again);
}

TEST_HARNESS_MAIN

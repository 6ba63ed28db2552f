// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID of a recorded machine: parsing dumps as people paste them.
 *
 * "cpuid -r" and "cpuid -1 -r" print:
 *
 *	CPU 0:
 *	   0x00000001 0x00: eax=0x000906ed ebx=0x00010800 ecx=0xfeda3203 edx=0x1f8bfbff
 *
 * Old versions of it, and "kcpuid -r" of the kernel, which numbers subleaves in decimal:
 *
 *	0x00000001: EAX=0x000906ed, EBX=0x00010800, ECX=0xfeda3203, EDX=0x1f8bfbff
 *	0x00000004: subleafs:
 *	  0: EAX=0x00000121, EBX=0x01c0003f, ECX=0x0000003f, EDX=0x00000001
 *
 * AIDA64, InstLatX64 and cpuid-dump.  The colon is missing in reports of AIDA64, and old
 * versions have blanks between the registers:
 *
 *	------[ Logical CPU #0 ]------
 *	CPUID 00000001: 000906ED-00010800-FEDA3203-1F8BFBFF
 *	CPUID 00000004: 00000121-01C0003F-0000003F-00000001 [SL 00]
 *
 * Another program with the name cpuid, and "x86info -r":
 *
 *	CPUID 00000001:00 = 000906ed 00010800 feda3203 1f8bfbff | ................
 *	eax in: 0x00000001, eax = 000906ed ebx = 00010800 ecx = feda3203 edx = 1f8bfbff
 *
 * pv_plain_text() removes markup first.  A leaf can be anywhere in a line, and can continue
 * in the next line before each register, since mail programs wrap lines.  All other text is
 * ignored: banners, prompts, the output of other commands.  A leaf that cannot be parsed is
 * an error.  Leaves may be repeated with the same values.
 *
 * All CPUs of a machine show the same hypervisor, so only the first CPU that has leaf 1 is
 * read.  The line of the CPU may be missing: then leaf 0 begins the next CPU.
 *
 * The file may be malicious: it does not have to end in a NUL, and all of it is validated.
 * Each format matches only a limited number of words, so the time is linear.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libpv.h"

#define TRUNCATED	"leaf is cut or malformed: paste all output of \"cpuid -1 -r\""
#define CONFLICT	"leaf differs from an earlier line: keep one machine"
#define TOO_MANY	"too many leaves for one CPU"
#define NO_LEAF_1	"leaf 0x1 is missing: paste all output of \"cpuid -1 -r\""
#define BINARY		"the file is not text: save the dump as UTF-8"

enum kind {
	KIND_SUBLEAF,		/* leaf, subleaf, registers */
	KIND_LEAF,		/* leaf, registers: repetitions are subleaves */
	KIND_SUFFIX,		/* as KIND_LEAF, the subleaf can follow */
	KIND_GROUP,		/* leaf; its subleaves follow as KIND_MEMBER */
	KIND_MEMBER,		/* subleaf, registers */
};

static const struct format {
	enum kind kind;
	const char *pattern;
} formats[] = {
	{ KIND_SUBLEAF, "0x%l_0x%l :~ eax =!%x ebx =%x ecx =%x edx =%x" },
	{ KIND_LEAF, "0x%8 : eax =!%x ebx =%x ecx =%x edx =%x" },
	/* A subleaf without its leaf */
	{ KIND_LEAF, "0x%l : eax =!" PV_PATTERN_NEVER },
	{ KIND_GROUP, "0x%8 : subleafs" },
	{ KIND_MEMBER, "%n : eax =!%x ebx =%x ecx =%x edx =%x" },
	{ KIND_SUBLEAF, "CPUID_%8:%l_=_!%x_%x_%x_%x" },
	{ KIND_SUFFIX, "CPUID_%8 ?: %x~-!%x-%x-%x" },
	{ KIND_SUFFIX, "CPUID_%8 ?: %8_%8_!%8_%8" },
	{ KIND_LEAF, "eax in: 0x%l eax =! %x ebx = %x ecx = %x edx = %x" },
};

/* Leaf 1, EBX: the APIC id, which each CPU has its own of */
#define APIC_ID		0xff000000U

/* Numbers of a pattern */
#define NUMBERS_MAX	6

/*
 * struct parser - one dump
 * @dump: where the leaves are stored
 * @cpu: line that began the leaves of @dump, NULL: none
 * @cpu_len: characters of @cpu
 * @other: the current leaves are those of another CPU
 * @unnamed: no line began the current leaves, so they can also be those of another machine
 * @group: leaf of KIND_MEMBER
 * @in_group: @group is valid
 * @last: the last leaf, for KIND_LEAF
 * @has_last: @last is valid
 */
struct parser {
	struct pv_cpuid_dump *dump;
	const char *cpu;
	size_t cpu_len;
	bool other;
	bool unnamed;
	__u32 group;
	bool in_group;
	struct pv_cpuid_leaf last;
	bool has_last;
};

/* Text of all formats begins with one of these. */
static bool can_begin(char c)
{
	return (c >= '0' && c <= '9') || c == 'C' || c == 'c' || c == 'E' || c == 'e';
}

/* The format of a leaf, or NULL; *@result is PV_PATTERN_MALFORMED if it cannot be parsed. */
static const struct format *match_any(struct pv_cursor *c, bool in_group, __u32 *numbers,
				      enum pv_pattern *result)
{
	const struct format *f;

	*result = PV_PATTERN_NONE;
	if (c->p == c->end || !can_begin(*c->p))
		return NULL;
	for (f = formats; f < formats + ARRAY_SIZE(formats); f++) {
		if (f->kind == KIND_MEMBER && !in_group)
			continue;
		*result = pv_pattern_match(c, f->pattern, numbers);
		if (*result == PV_PATTERN_MATCH)
			return f;
		if (*result == PV_PATTERN_MALFORMED)
			return NULL;
	}
	return NULL;
}

static const struct pv_cpuid_regs *find(const struct pv_cpuid_dump *dump, __u32 leaf,
					__u32 subleaf)
{
	size_t i;

	for (i = 0; i < dump->nr; i++)
		if (dump->leaves[i].leaf == leaf && dump->leaves[i].subleaf == subleaf)
			return &dump->leaves[i].regs;
	return NULL;
}

/* A leaf that is repeated with the same values is not an error. */
static const char *add_leaf(struct pv_cpuid_dump *dump, const struct pv_cpuid_leaf *l)
{
	const struct pv_cpuid_regs *earlier = find(dump, l->leaf, l->subleaf);

	if (earlier)
		return memcmp(earlier, &l->regs, sizeof(l->regs)) ? CONFLICT : NULL;
	if (dump->nr == PV_CPUID_DUMP_MAX)
		return TOO_MANY;
	dump->leaves[dump->nr++] = *l;
	return NULL;
}

/* Are these values of leaf 1 those of CPUs of one machine? */
static bool same_machine(const struct pv_cpuid_regs *a, const struct pv_cpuid_regs *b)
{
	return a->eax == b->eax && a->ecx == b->ecx && a->edx == b->edx &&
	       !((a->ebx ^ b->ebx) & ~APIC_ID);
}

/* A leaf of the CPU that is read or of another CPU */
static const char *store_leaf(struct parser *p, const struct pv_cpuid_leaf *l)
{
	const struct pv_cpuid_regs *first = find(p->dump, 1, 0);

	if (!p->cpu && first && !l->leaf) {
		p->other = true;
		p->unnamed = true;
	}
	if (!p->other)
		return add_leaf(p->dump, l);
	if (p->unnamed && l->leaf == 1 && !same_machine(first, &l->regs))
		return CONFLICT;
	return NULL;
}

/* Formats without subleaves in their lines print them in order. */
static __u32 count_subleaf(const struct parser *p, __u32 leaf)
{
	if (p->has_last && p->last.leaf == leaf && pv_cpuid_has_subleaves(leaf))
		return p->last.subleaf + 1;
	return 0;
}

static struct pv_cpuid_leaf make_leaf(const struct parser *p, struct pv_cursor *c,
				      enum kind kind, const __u32 *number)
{
	struct pv_cpuid_leaf l = {};

	l.leaf = kind == KIND_MEMBER ? p->group : *number++;
	if (kind == KIND_SUBLEAF || kind == KIND_MEMBER)
		l.subleaf = *number++;
	else if (kind == KIND_LEAF ||
		 pv_pattern_match(c, "_[SL_%l]", &l.subleaf) != PV_PATTERN_MATCH)
		l.subleaf = count_subleaf(p, l.leaf);
	l.regs.eax = number[0];
	l.regs.ebx = number[1];
	l.regs.ecx = number[2];
	l.regs.edx = number[3];
	return l;
}

/* Returns false if there is no leaf at @c. */
static bool take_leaf(struct parser *p, struct pv_cursor *c, const char **error)
{
	__u32 numbers[NUMBERS_MAX];
	const struct format *f;
	enum pv_pattern result;

	f = match_any(c, p->in_group, numbers, &result);
	if (!f) {
		if (result == PV_PATTERN_MALFORMED && !p->other)
			*error = TRUNCATED;
		return false;
	}
	if (f->kind != KIND_MEMBER)
		p->in_group = f->kind == KIND_GROUP;
	if (f->kind == KIND_GROUP) {
		p->group = numbers[0];
		return true;
	}
	p->last = make_leaf(p, c, f->kind, numbers);
	p->has_last = true;
	*error = store_leaf(p, &p->last);
	return true;
}

/* After "CPU 0:", a line ends, or a leaf follows if line ends became blanks. */
static bool ends_header(struct pv_cursor c)
{
	__u32 numbers[NUMBERS_MAX];
	enum pv_pattern result;

	while (!pv_at_end_of_line(&c) && !pv_is_word(*c.p))
		c.p++;
	if (pv_at_end_of_line(&c))
		return true;
	match_any(&c, false, numbers, &result);
	return result != PV_PATTERN_NONE;
}

/* Returns false if no CPU begins at @c. */
static bool take_header(struct pv_cursor *c)
{
	struct pv_cursor next = *c;
	bool numbered;

	if (!pv_take(&next, "CPU"))
		return false;
	pv_skip_blanks(&next);
	numbered = pv_take(&next, "#");
	pv_skip_digits(&next);
	if (numbered) {
		/* AIDA64 has "CPU #1" and "CPU #1 Virtual". */
		while (!pv_at_end_of_line(&next) && (pv_is_word(*next.p) || *next.p == ' '))
			next.p++;
	} else if (!pv_take(&next, ":") || !ends_header(next)) {
		return false;
	}
	*c = next;
	return true;
}

/* The leaves of the first CPU that has leaf 1 count. */
static void begin_cpu(struct parser *p, const char *cpu, size_t len)
{
	bool same = p->cpu && p->cpu_len == len && !memcmp(p->cpu, cpu, len);

	p->in_group = false;
	p->has_last = false;
	p->other = !same && find(p->dump, 1, 0);
	p->unnamed = false;
	if (p->other || same)
		return;
	p->dump->nr = 0;
	p->cpu = cpu;
	p->cpu_len = len;
}

/* Moves @c over the next leaf, the next beginning of a CPU, or one other character. */
static const char *take_next(struct parser *p, struct pv_cursor *c, bool in_word)
{
	struct pv_cursor header = *c;
	const char *error = NULL;

	if (!in_word && take_header(&header)) {
		begin_cpu(p, c->p, header.p - c->p);
		*c = header;
		return NULL;
	}
	if (!in_word && take_leaf(p, c, &error))
		return error;
	if (*c->p == '\n')
		c->line++;
	c->p++;
	return error;
}

static int refuse(struct pv_cpuid_dump *dump, unsigned int line, const char *error)
{
	dump->line = line;
	dump->error = error;
	return -EINVAL;
}

static int parse(const char *text, size_t len, struct pv_cpuid_dump *dump)
{
	struct pv_cursor c = { .p = text, .end = text + len, .line = 1 };
	struct parser p = { .dump = dump };
	unsigned int line;
	const char *error;

	while (c.p < c.end) {
		line = c.line;
		error = take_next(&p, &c, c.p > text && pv_is_word(c.p[-1]));
		if (error)
			return refuse(dump, line, error);
	}

	/* Without leaf 1 it is unknown whether there is a hypervisor. */
	if (!find(dump, 1, 0))
		return refuse(dump, 0, NO_LEAF_1);
	return 0;
}

/**
 * pv_cpuid_dump_parse - parse the first CPU of a dump
 * @text: output of "cpuid -r" or of a similar program; does not have to end in a NUL
 * @len: bytes of @text
 * @dump: out: the leaves; if the text is rejected, @dump->line and @dump->error
 *
 * Return: 0 or a negative errno.
 */
int pv_cpuid_dump_parse(const char *text, size_t len, struct pv_cpuid_dump *dump)
{
	size_t plain_len;
	char *plain;
	int err;

	memset(dump, 0, sizeof(*dump));
	if (memchr(text, '\0', len))
		return refuse(dump, 0, BINARY);
	plain = pv_plain_text(text, len, &plain_len);
	if (!plain) {
		dump->error = strerror(ENOMEM);
		return -ENOMEM;
	}
	err = parse(plain, plain_len, dump);
	free(plain);
	return err;
}

/**
 * pv_cpuid_dump_read - read a leaf, for pv_cpuid_detect()
 * @dump: struct pv_cpuid_dump
 * @leaf: EAX
 * @subleaf: ECX
 * @regs: out: zeroes if the leaf was not recorded
 */
void pv_cpuid_dump_read(void *dump, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	const struct pv_cpuid_regs *found = find(dump, leaf, subleaf);

	memset(regs, 0, sizeof(*regs));
	if (found)
		*regs = *found;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID of a recorded machine, as "cpuid -r" prints it:
 *
 *	CPU 0:
 *	   0x00000000 0x00: eax=0x00000016 ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69
 *
 * All CPUs of a machine show the same hypervisor, so only the first CPU is read.  The
 * file may be malicious: it does not have to end in a NUL, and all of it is validated.
 */
#include <errno.h>
#include <string.h>

#include "cpuid.h"

/* The part of a line that is not parsed yet */
struct cursor {
	const char *p;
	const char *end;
};

static void skip_blanks(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\r'))
		c->p++;
}

static bool take(struct cursor *c, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(c->end - c->p) < len || memcmp(c->p, text, len))
		return false;
	c->p += len;
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* 0x and one to eight digits */
static bool take_hex(struct cursor *c, __u32 *value)
{
	int n;

	if (!take(c, "0x"))
		return false;
	*value = 0;
	for (n = 0; c->p < c->end && digit(*c->p) >= 0; n++, c->p++)
		*value = *value << 4 | digit(*c->p);
	return n >= 1 && n <= 8;
}

static bool take_register(struct cursor *c, const char *name, __u32 *value)
{
	skip_blanks(c);
	return take(c, name) && take_hex(c, value);
}

static bool take_leaf(struct cursor *c, struct pv_cpuid_leaf *l)
{
	if (!take_hex(c, &l->leaf))
		return false;
	skip_blanks(c);
	if (!take_hex(c, &l->subleaf) || !take(c, ":"))
		return false;
	if (!take_register(c, "eax=", &l->regs.eax) || !take_register(c, "ebx=", &l->regs.ebx) ||
	    !take_register(c, "ecx=", &l->regs.ecx) || !take_register(c, "edx=", &l->regs.edx))
		return false;
	skip_blanks(c);
	return c->p == c->end;
}

/* "cpuid -1 -r" prints "CPU:". */
static bool take_cpu(struct cursor *c)
{
	if (!take(c, "CPU"))
		return false;
	skip_blanks(c);
	while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
		c->p++;
	if (!take(c, ":"))
		return false;
	skip_blanks(c);
	return c->p == c->end;
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

static const char *add_leaf(struct pv_cpuid_dump *dump, struct cursor *c)
{
	struct pv_cpuid_leaf l;

	if (!take_leaf(c, &l))
		return "not a line of cpuid -r: record the machine with that";
	if (find(dump, l.leaf, l.subleaf))
		return "this leaf was there before";
	if (dump->nr == PV_CPUID_DUMP_MAX)
		return "too many leaves for one CPU";
	dump->leaves[dump->nr++] = l;
	return NULL;
}

static int refuse(struct pv_cpuid_dump *dump, unsigned int line, const char *error)
{
	dump->line = line;
	dump->error = error;
	return -EINVAL;
}

/**
 * pv_cpuid_dump_parse - parse the first CPU of a dump
 * @text: output of "cpuid -r"; does not have to end in a NUL
 * @len: bytes of @text
 * @dump: out: the leaves; if the text is rejected, @dump->line and @dump->error
 *
 * Return: 0 or -EINVAL.
 */
int pv_cpuid_dump_parse(const char *text, size_t len, struct pv_cpuid_dump *dump)
{
	const char *end = text + len, *next = text, *error;
	unsigned int line, cpus = 0;

	memset(dump, 0, sizeof(*dump));
	for (line = 1; next < end; line++) {
		struct cursor c = { .p = next };

		c.end = memchr(next, '\n', end - next);
		if (!c.end)
			c.end = end;
		next = c.end + 1;

		skip_blanks(&c);
		if (c.p == c.end)
			continue;
		if (take_cpu(&c)) {
			if (cpus++)
				break;
			continue;
		}
		if (!cpus)
			return refuse(dump, line, "no CPU yet: cpuid -r begins with \"CPU 0:\"");
		error = add_leaf(dump, &c);
		if (error)
			return refuse(dump, line, error);
	}

	/* Without leaf 1 it is unknown whether there is a hypervisor. */
	if (!find(dump, 1, 0))
		return refuse(dump, 0, "leaf 0x1 is not there: the dump is not complete");
	return 0;
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

// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: vcpuinfo on dumps of CPUID.  The input is a dump as people paste it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>

#include "userspace/libpv/libpv.h"
#include "machine.h"

#define DUMP		"/cpuid"

static size_t count_lines(const char *text, size_t len)
{
	const char *end = text + len;
	size_t n;

	for (n = 0; (text = memchr(text, '\n', end - text)); text++)
		n++;
	return n;
}

/* Plain text is printable ASCII, is not longer than the text, and has the same lines. */
static void check_plain_text(const char *text, size_t size)
{
	size_t len, i;
	char *plain = pv_plain_text(text, size, &len);

	if (!plain || len > size)
		abort();
	for (i = 0; i < len; i++)
		if (plain[i] != '\n' && (plain[i] < 0x20 || plain[i] > 0x7e))
			abort();
	/* Without '\r' and soft line ends, the lines are those of the text. */
	if (!memchr(text, '\r', size) && !memmem(text, size, "=\n", 2) &&
	    count_lines(plain, len) != count_lines(text, size))
		abort();
	free(plain);
}

/* What is printed is the same dump, without the serial number of the CPU. */
static void check_print(const struct pv_cpuid_dump *dump, struct pv_cpuid_dump *again)
{
	char *text;
	size_t len, i, n = 0;
	FILE *file = open_memstream(&text, &len);

	if (!file)
		abort();
	pv_cpuid_dump_print(dump, 0, file);
	if (fclose(file) || pv_cpuid_dump_parse(text, len, again))
		abort();
	free(text);
	for (i = 0; i < dump->nr; i++) {
		if (dump->leaves[i].leaf == 3)
			continue;
		if (memcmp(&dump->leaves[i], &again->leaves[n++], sizeof(*dump->leaves)))
			abort();
	}
	if (n != again->nr)
		abort();
}

/* Returns true if the parser accepts the dump. */
static bool check_dump(const char *text, size_t size)
{
	static struct pv_cpuid_dump dump, again;

	if (pv_cpuid_dump_parse(text, size, &dump)) {
		if (!dump.error)
			abort();
		return false;
	}
	if (!dump.nr || dump.nr > PV_CPUID_DUMP_MAX)
		abort();
	check_print(&dump, &again);
	return true;
}

/* The Makefile defines this name as the one that libFuzzer calls. */
int fuzz_one(const __u8 *data, size_t size)
{
	const char *text = (const char *)data;

	check_plain_text(text, size);
	if (!check_dump(text, size))
		return 0;
	machine_clear();
	machine_add(DUMP, text, size);
	machine_check();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the note of a device in BPF, in a file from an untrusted source, and the
 * descriptions of the device that pvhost generates from it.
 *
 * Bit 0 of the first byte of an input selects the contents: a whole object, or the section with
 * the note on its own.  Mutations of an object rarely leave that section valid.
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/pvhost/bpf.h"

#define MAX_TEXT	4096

/* Number of inputs that the parser accepted; run fails if there are too few. */
static unsigned long good;

static void print_good(void)
{
	fprintf(stderr, "good: %lu\n", good);
}

/* An error must be one line of printable text, with a colon. */
static void judge_refusal(const char *why)
{
	if (!strstr(why, ": "))
		abort();
	for (; *why; why++) {
		if (!isprint((unsigned char)*why))
			abort();
	}
}

/* Checks the values that pvhost uses without another check. */
static void judge_note(const struct pv_note_mmio *mmio)
{
	size_t i, ends = 0;

	if (mmio->version != PV_NOTE_VERSION || mmio->flags > PV_NOTE_PER_VCPU ||
	    mmio->size - 1 >= 1ULL << 30 || mmio->size & 0xfff || mmio->irqs > 1 || mmio->reserved)
		abort();
	if (!isalpha((unsigned char)*mmio->name) ||
	    strnlen(mmio->name, sizeof(mmio->name)) == sizeof(mmio->name))
		abort();
	for (i = 1; i < sizeof(mmio->compatible); i++)
		ends += !mmio->compatible[i] && !mmio->compatible[i - 1];
	if (!*mmio->compatible || !ends)
		abort();
}

/* No string of a note may end the string or the node that contains it. */
static void judge_text(const char *text)
{
	size_t quotes = 0, nodes = 0;

	for (; *text; text++) {
		if (!isprint((unsigned char)*text) && !isspace((unsigned char)*text))
			abort();
		quotes += *text == '"';
		if (*text == '\n' && quotes % 2)
			abort();
		if (*text == '{')
			nodes++;
		if (*text == '}' && !nodes--)
			abort();
	}
	if (quotes % 2 || nodes)
		abort();
}

static void describe(struct pvhost_image *image,
		     void (*print)(FILE *out, const struct pvhost_description *description),
		     const char *arch)
{
	struct pvhost_description description;
	char text[MAX_TEXT];
	FILE *out;

	pvhost_description_note(&description, image, pvhost_place(arch), "0x100000000", NULL, 1);
	out = fmemopen(text, sizeof(text), "w");
	if (!out)
		abort();
	print(out, &description);
	if (ferror(out) || fclose(out))
		abort();
	if (strlen(text) >= sizeof(text) - 1)
		abort();
	judge_text(text);
}

static void judge(const char *data, size_t size, bool whole)
{
	struct pvhost_image image = { .path = "input" };
	char *copy, *why;

	/* Allocate the exact size, so that ASan detects accesses past the end. */
	copy = malloc(size ? size : 1);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	why = whole ? pvhost_image_note(copy, size, &image.note) :
		      pvhost_image_note_parse(copy, size, &image.note);
	if (whole && memcmp(copy, data, size))
		abort();
	free(copy);

	if (why) {
		judge_refusal(why);
	} else {
		good++;
		judge_note(&image.note);
		describe(&image, pvhost_fdt_print, "arm64");
		describe(&image, pvhost_ssdt_print, "x86_64");
	}
	free(why);
}

/* The Makefile defines this name as the one that libFuzzer calls. */
int fuzz_one(const __u8 *data, size_t size)
{
	static bool ready;

	if (!ready)
		ready = !atexit(print_good);
	if (size)
		judge((const char *)data + 1, size - 1, *data & 1);
	return 0;
}

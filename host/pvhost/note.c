// SPDX-License-Identifier: GPL-2.0
/*
 * The note of an MMIO device in BPF (include/pv/mmio_note.h), of a file that is not trusted.
 *
 * Functions return NULL if it is valid.  Otherwise they return the fault and the remedy, for a
 * message that begins with the name of the file.  The caller frees it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf.h"

/* Strings of a note are padded to this. */
#define NOTE_ALIGN(size)	(((size_t)(size) + 3) & ~(size_t)3)

/* What comes before the name */
#define NOTE_HEAD		offsetof(struct pv_note, name)

/* Of one vCPU: no device has more registers than that. */
#define MAX_SIZE		0x40000000
#define SIZE_UNIT		0x1000

#define REBUILD			"compile it again with PV_DEVICE() of host/devices/mmio.bpf.h"
#define UPDATE			"take a pvhost that is as new as the file"

static const char alnum[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * pvhost_note_wrong - what a function returns that has found something
 * @todo: what to do
 * @format: what is wrong, of the file
 */
char *pvhost_note_wrong(const char *todo, const char *format, ...)
{
	char *what, *text;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&what, format, args);
	va_end(args);
	if (len < 0)
		abort();

	text = pvhost_text("%s: %s", what, todo);
	free(what);
	return text;
}

/* Whether it has @also beside letters and digits, and nothing else. */
static bool is_made_of(const char *text, const char *also)
{
	for (; *text; text++) {
		if (!strchr(alnum, *text) && !strchr(also, *text))
			return false;
	}

	return true;
}

static char *check_name(const struct pv_note_mmio *mmio)
{
	if (!memchr(mmio->name, 0, sizeof(mmio->name)))
		return pvhost_note_wrong(REBUILD, "the name in its note has no end");
	if (!*mmio->name)
		return pvhost_note_wrong("give PV_DEVICE() one, as \"rtc\"",
					 "its note has no name");
	if (!is_made_of(mmio->name, "-") || strchr("-0123456789", *mmio->name))
		return pvhost_note_wrong("correct that of PV_DEVICE()",
					 "the name in its note has more than letters, digits and '-', or no letter first");

	return NULL;
}

/* Strings, each with its end, and an empty one */
static char *check_compatible(const struct pv_note_mmio *mmio)
{
	const char *next = mmio->compatible, *end = next + sizeof(mmio->compatible), *last;

	if (!*next)
		return pvhost_note_wrong("give PV_DEVICE() one, as \"arm,pl031\"",
					 "its note has no compatible string");

	for (; next < end && *next; next = last + 1) {
		last = memchr(next, 0, end - next);
		if (!last)
			last = end;
		else if (!is_made_of(next, ",._+-"))
			return pvhost_note_wrong("correct those of PV_DEVICE()",
						 "a compatible string in its note has more than letters, digits and \",._+-\"");
	}
	if (next >= end)
		return pvhost_note_wrong("let PV_DEVICE() have shorter ones",
					 "the compatible strings in its note have no end");

	return NULL;
}

static char *check_mmio(const struct pv_note_mmio *mmio)
{
	const __u32 unknown = mmio->flags & ~PV_NOTE_PER_VCPU;
	char *why;

	if (unknown)
		return pvhost_note_wrong(UPDATE, "its note has unknown flags 0x%x", unknown);
	if (!mmio->size || mmio->size % SIZE_UNIT || mmio->size > MAX_SIZE)
		return pvhost_note_wrong("correct .size of PV_DEVICE()",
					 "size 0x%x in its note is not a multiple of 0x%x from there to 0x%x",
					 mmio->size, SIZE_UNIT, MAX_SIZE);
	if (mmio->irqs > PV_NOTE_MAX_IRQS)
		return pvhost_note_wrong("correct .irqs of PV_DEVICE()",
					 "%u interrupts in its note are more than %u",
					 mmio->irqs, PV_NOTE_MAX_IRQS);
	if (mmio->reserved)
		return pvhost_note_wrong(REBUILD, "what is reserved in its note is 0x%x, not 0",
					 mmio->reserved);

	why = check_name(mmio);
	return why ? : check_compatible(mmio);
}

static char *parse_mmio(const void *desc, size_t size, struct pv_note_mmio *mmio)
{
	__u32 version;

	/* A version that is not known may have another size. */
	if (size < sizeof(version))
		return pvhost_note_wrong(REBUILD, "its note has a description of %zu bytes", size);
	memcpy(&version, desc, sizeof(version));
	if (version != PV_NOTE_VERSION)
		return pvhost_note_wrong(UPDATE, "its note is of version %u, not %u", version,
					 PV_NOTE_VERSION);
	if (size != sizeof(*mmio))
		return pvhost_note_wrong(REBUILD,
					 "its note has a description of %zu bytes, not %zu",
					 size, sizeof(*mmio));

	memcpy(mmio, desc, sizeof(*mmio));
	return check_mmio(mmio);
}

/**
 * pvhost_note_parse - the note in a section's content
 * @section: PV_NOTE_SECTION
 * @size: bytes of it
 * @mmio: what the note says, good only where NULL is returned
 *
 * Notes of other names and types may come before and after it.
 */
char *pvhost_note_parse(const void *section, size_t size, struct pv_note_mmio *mmio)
{
	const char *next = section;
	size_t left = size, desc;
	struct pv_note head;
	bool found = false;
	char *why;

	while (left) {
		if (left < NOTE_HEAD)
			return pvhost_note_wrong(REBUILD, "its note is cut short");
		memcpy(&head, next, NOTE_HEAD);
		desc = NOTE_HEAD + NOTE_ALIGN(head.namesz);
		if (desc > left || head.descsz > left - desc)
			return pvhost_note_wrong(REBUILD, "its note is longer than its section");

		if (head.type == PV_NOTE_MMIO && head.namesz == sizeof(PV_NOTE_NAME) &&
		    !memcmp(next + NOTE_HEAD, PV_NOTE_NAME, sizeof(PV_NOTE_NAME))) {
			if (found)
				return pvhost_note_wrong("one file is one device",
							 "it has more than one note of a device");
			why = parse_mmio(next + desc, head.descsz, mmio);
			if (why)
				return why;
			found = true;
		}

		/* The last one need not be padded. */
		desc += NOTE_ALIGN(head.descsz);
		if (desc > left)
			break;
		next += desc;
		left -= desc;
	}

	if (!found)
		return pvhost_note_wrong(REBUILD,
					 "its section " PV_NOTE_SECTION " has no note of a device");

	return NULL;
}

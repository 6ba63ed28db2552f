// SPDX-License-Identifier: GPL-2.0
/*
 * The note of an MMIO device in BPF (include/pv/mmio_note.h), of a file that anybody may
 * have made.
 *
 * Parsers return NULL, or what is wrong and what to do, for the caller to put a file's
 * name before it and to free.
 */
#include <elf.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf.h"

#define NOTE_ALIGN(size)	(((size_t)(size) + 3) & ~(size_t)3)
#define REBUILD			"compile it anew with PV_DEVICE() of host/devices/mmio.bpf.h"

/* Of one vCPU: no device has more registers than that. */
#define MAX_SIZE		(1ULL << 30)
#define SIZE_UNIT		4096

static const char alnum[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

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
		return pvhost_text("the name in its note has no end: " REBUILD);
	if (!*mmio->name)
		return pvhost_text("its note has no name: give PV_DEVICE() one, as \"rtc\"");
	if (!is_made_of(mmio->name, "-") || memchr("-0123456789", *mmio->name, 11))
		return pvhost_text("the name in its note is not made of letters, digits and '-', a letter first: " REBUILD);

	return NULL;
}

/* Strings, each with its end, and an empty one */
static char *check_compatible(const struct pv_note_mmio *mmio)
{
	const char *next = mmio->compatible, *end = next + sizeof(mmio->compatible);

	if (!*next)
		return pvhost_text("its note has no compatible string: give PV_DEVICE() one, as \"arm,pl031\"");

	while (next < end && *next) {
		const char *last = memchr(next, 0, end - next);

		if (!last)
			break;
		if (!is_made_of(next, ",._+-"))
			return pvhost_text("a compatible string in its note is not made of letters, digits and \",._+-\": " REBUILD);
		next = last + 1;
	}
	if (next >= end || *next)
		return pvhost_text("the compatible strings in its note have no end: they are at most %zu bytes long",
				   sizeof(mmio->compatible) - 2);

	return NULL;
}

static char *check_mmio(const struct pv_note_mmio *mmio)
{
	char *why;

	if (mmio->flags & ~PV_NOTE_PER_VCPU)
		return pvhost_text("its note has flags 0x%x, which this pvhost does not know: take a newer one",
				   mmio->flags & ~PV_NOTE_PER_VCPU);
	if (!mmio->size || mmio->size % SIZE_UNIT || mmio->size > MAX_SIZE)
		return pvhost_text("its note has size 0x%llx, which has to be a multiple of 0x%x from there to 0x%llx: correct .size",
				   mmio->size, SIZE_UNIT, MAX_SIZE);
	if (mmio->irqs > PV_NOTE_MAX_IRQS)
		return pvhost_text("its note has %u interrupts, which may be at most %u: correct .irqs",
				   mmio->irqs, PV_NOTE_MAX_IRQS);
	if (mmio->reserved)
		return pvhost_text("its note has 0x%x in what is reserved: " REBUILD,
				   mmio->reserved);

	why = check_name(mmio);
	return why ? : check_compatible(mmio);
}

static char *parse_mmio(const void *desc, size_t size, struct pv_note_mmio *mmio)
{
	__u32 version;

	/* A version that is not known may have another size. */
	if (size < sizeof(version))
		return pvhost_text("its note is cut short: " REBUILD);
	memcpy(&version, desc, sizeof(version));
	if (version != PV_NOTE_VERSION)
		return pvhost_text("its note is of version %u, this pvhost knows %u: take a pvhost that fits",
				   version, PV_NOTE_VERSION);
	if (size != sizeof(*mmio))
		return pvhost_text("its note describes in %zu bytes what takes %zu: " REBUILD,
				   size, sizeof(*mmio));

	memcpy(mmio, desc, sizeof(*mmio));
	return check_mmio(mmio);
}

/**
 * pvhost_note_section - the note in a section's content
 * @section: PV_NOTE_SECTION
 * @size: bytes of it
 * @mmio: what the note says, good only where NULL is returned
 *
 * Notes of other names and types may come before and after it.
 */
char *pvhost_note_section(const void *section, size_t size, struct pv_note_mmio *mmio)
{
	const char *next = section;
	size_t left = size;
	bool found = false;
	Elf64_Nhdr head;
	char *why;

	while (left) {
		size_t name, desc;

		if (left < sizeof(head))
			return pvhost_text("its note is cut short: " REBUILD);
		memcpy(&head, next, sizeof(head));
		name = sizeof(head);
		desc = name + NOTE_ALIGN(head.n_namesz);
		if (desc > left || head.n_descsz > left - desc)
			return pvhost_text("its note is longer than its section: " REBUILD);

		if (head.n_type == PV_NOTE_MMIO && head.n_namesz == sizeof(PV_NOTE_NAME) &&
		    !memcmp(next + name, PV_NOTE_NAME, sizeof(PV_NOTE_NAME))) {
			if (found)
				return pvhost_text("it has more than one note: one file is one device");
			why = parse_mmio(next + desc, head.n_descsz, mmio);
			if (why)
				return why;
			found = true;
		}

		/* The last one need not be padded. */
		desc += NOTE_ALIGN(head.n_descsz);
		if (desc > left)
			break;
		next += desc;
		left -= desc;
	}

	if (!found)
		return pvhost_text("its section " PV_NOTE_SECTION " has no note of a device: " REBUILD);

	return NULL;
}

static char *check_head(Elf *elf)
{
	GElf_Ehdr head;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &head))
		return pvhost_text("is no ELF file: give the .bpf.o of a device");
	if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
	    head.e_machine != EM_BPF || head.e_type != ET_REL)
		return pvhost_text("is no object for BPF: compile it with clang -target bpfel");

	return NULL;
}

static char *find_section(Elf *elf, Elf_Data **content)
{
	Elf_Scn *section = NULL;
	const char *name;
	GElf_Shdr head;
	size_t names;

	*content = NULL;
	if (elf_getshdrstrndx(elf, &names))
		return pvhost_text("is cut short: copy it anew");

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &head))
			return pvhost_text("is cut short: copy it anew");
		name = elf_strptr(elf, names, head.sh_name);
		if (!name || strcmp(name, PV_NOTE_SECTION))
			continue;
		if (*content)
			return pvhost_text("has more than one section " PV_NOTE_SECTION ": one file is one device");
		if (head.sh_type == SHT_NOBITS || head.sh_flags & SHF_COMPRESSED)
			return pvhost_text("its section " PV_NOTE_SECTION " cannot be read: " REBUILD);
		/* As it stands in the file; libelf would translate it. */
		*content = elf_rawdata(section, NULL);
		if (!*content || ((*content)->d_size && !(*content)->d_buf))
			return pvhost_text("is cut short: copy it anew");
	}

	if (!*content)
		return pvhost_text("is no device: it has no section " PV_NOTE_SECTION ", which PV_DEVICE() makes");

	return NULL;
}

/**
 * pvhost_note_parse - the note of an object
 * @image: the whole file, which libelf does not change
 * @size: bytes of it
 * @mmio: what the note says, good only where NULL is returned
 */
char *pvhost_note_parse(char *image, size_t size, struct pv_note_mmio *mmio)
{
	Elf_Data *content;
	char *why;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(image, size);
	if (!elf)
		return pvhost_text("is no ELF file: give the .bpf.o of a device");

	why = check_head(elf);
	why = why ? : find_section(elf, &content);
	why = why ? : pvhost_note_section(content->d_buf, content->d_size, mmio);
	elf_end(elf);
	return why;
}

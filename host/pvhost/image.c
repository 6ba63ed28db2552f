// SPDX-License-Identifier: GPL-2.0
/*
 * A device in BPF as a file: the object, and the note (include/pv/mmio_note.h) in it.  The file
 * is not trusted.
 *
 * Functions that return a text return NULL if the file is valid.  Otherwise they return the fault
 * and the remedy, for a message that begins with the name of the file.  The caller frees it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
#define NO_DEVICE		"give the .bpf.o of a device"
#define CUT_SHORT		"copy or compile it again"

/* Objects with all their debugging information are below 1 MiB. */
#define MAX_IMAGE		0x4000000

static const char alnum[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* What a function returns that has found a fault: @todo is the remedy, @format the fault. */
static __printf(2, 3) char *wrong(const char *todo, const char *format, ...)
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
		return wrong(REBUILD, "the name in its note has no end");
	if (!*mmio->name)
		return wrong("give PV_DEVICE() one, as \"rtc\"", "its note has no name");
	if (!is_made_of(mmio->name, "-") || strchr("-0123456789", *mmio->name))
		return wrong("correct that of PV_DEVICE()",
			     "the name in its note has more than letters, digits and '-', or no letter first");

	return NULL;
}

/* Strings, each with its end, and an empty one */
static char *check_compatible(const struct pv_note_mmio *mmio)
{
	const char *next = mmio->compatible, *end = next + sizeof(mmio->compatible), *last;

	if (!*next)
		return wrong("give PV_DEVICE() one, as \"arm,pl031\"",
			     "its note has no compatible string");

	for (; next < end && *next; next = last + 1) {
		last = memchr(next, 0, end - next);
		if (!last)
			last = end;
		else if (!is_made_of(next, ",._+-"))
			return wrong("correct those of PV_DEVICE()",
				     "a compatible string in its note has more than letters, digits and \",._+-\"");
	}
	if (next >= end)
		return wrong("let PV_DEVICE() have shorter ones",
			     "the compatible strings in its note have no end");

	return NULL;
}

static char *check_mmio(const struct pv_note_mmio *mmio)
{
	const __u32 unknown = mmio->flags & ~PV_NOTE_PER_VCPU;
	char *why;

	if (unknown)
		return wrong(UPDATE, "its note has unknown flags 0x%x", unknown);
	if (!mmio->size || mmio->size % SIZE_UNIT || mmio->size > MAX_SIZE)
		return wrong("correct .size of PV_DEVICE()",
			     "size 0x%x in its note is not a multiple of 0x%x from there to 0x%x",
			     mmio->size, SIZE_UNIT, MAX_SIZE);
	if (mmio->irqs > PV_NOTE_MAX_IRQS)
		return wrong("correct .irqs of PV_DEVICE()",
			     "%u interrupts in its note are more than %u",
			     mmio->irqs, PV_NOTE_MAX_IRQS);
	if (mmio->reserved)
		return wrong(REBUILD, "what is reserved in its note is 0x%x, not 0",
			     mmio->reserved);

	why = check_name(mmio);
	return why ? : check_compatible(mmio);
}

static char *parse_mmio(const void *desc, size_t size, struct pv_note_mmio *mmio)
{
	__u32 version;

	/* A version that is not known may have another size. */
	if (size < sizeof(version))
		return wrong(REBUILD, "its note has a description of %zu bytes", size);
	memcpy(&version, desc, sizeof(version));
	if (version != PV_NOTE_VERSION)
		return wrong(UPDATE, "its note is of version %u, not %u", version, PV_NOTE_VERSION);
	if (size != sizeof(*mmio))
		return wrong(REBUILD,
			     "its note has a description of %zu bytes, not %zu",
			     size, sizeof(*mmio));

	memcpy(mmio, desc, sizeof(*mmio));
	return check_mmio(mmio);
}

/**
 * pvhost_image_note_parse - the note in a section's content
 * @section: PV_NOTE_SECTION
 * @size: bytes of it
 * @mmio: what the note says, good only where NULL is returned
 *
 * Notes of other names and types may come before and after it.
 */
char *pvhost_image_note_parse(const void *section, size_t size, struct pv_note_mmio *mmio)
{
	const char *next = section;
	size_t left = size, desc;
	struct pv_note head;
	bool found = false;
	char *why;

	while (left) {
		if (left < NOTE_HEAD)
			return wrong(REBUILD, "its note is cut short");
		memcpy(&head, next, NOTE_HEAD);
		desc = NOTE_HEAD + NOTE_ALIGN(head.namesz);
		if (desc > left || head.descsz > left - desc)
			return wrong(REBUILD, "its note is longer than its section");

		if (head.type == PV_NOTE_MMIO && head.namesz == sizeof(PV_NOTE_NAME) &&
		    !memcmp(next + NOTE_HEAD, PV_NOTE_NAME, sizeof(PV_NOTE_NAME))) {
			if (found)
				return wrong("one file is one device",
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
		return wrong(REBUILD, "its section " PV_NOTE_SECTION " has no note of a device");

	return NULL;
}

static char *check_head(Elf *elf)
{
	GElf_Ehdr head;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &head))
		return wrong(NO_DEVICE, "not an ELF file");
	if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
	    head.e_machine != EM_BPF || head.e_type != ET_REL)
		return wrong(NO_DEVICE, "not an object of clang -target bpfel");

	return NULL;
}

/* Content as it stands in the file; of SHT_NOTE libelf would make another */
static char *read_section(Elf_Scn *section, const GElf_Shdr *head, Elf_Data **content)
{
	if (*content)
		return wrong("one file is one device",
			     "it has more than one section " PV_NOTE_SECTION);
	if (head->sh_type == SHT_NOBITS || head->sh_flags & SHF_COMPRESSED)
		return wrong("compile it again, and do not change it",
			     "its section " PV_NOTE_SECTION " cannot be read");

	*content = elf_rawdata(section, NULL);
	if (!*content || ((*content)->d_size && !(*content)->d_buf))
		return wrong(CUT_SHORT, "it is cut short");

	return NULL;
}

static char *find_section(Elf *elf, Elf_Data **content)
{
	Elf_Scn *section = NULL;
	char *name, *why;
	GElf_Shdr head;
	size_t names;

	*content = NULL;
	if (elf_getshdrstrndx(elf, &names))
		return wrong(CUT_SHORT, "it is cut short");

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &head))
			return wrong(CUT_SHORT, "it is cut short");
		name = elf_strptr(elf, names, head.sh_name);
		if (!name || strcmp(name, PV_NOTE_SECTION))
			continue;
		why = read_section(section, &head, content);
		if (why)
			return why;
	}

	if (!*content)
		return wrong("give one that has a PV_DEVICE()",
			     "not a device: it lacks the section " PV_NOTE_SECTION);

	return NULL;
}

/**
 * pvhost_image_note - the note of an object
 * @image: the whole file, which libelf does not change
 * @size: bytes of it
 * @mmio: what the note says, good only where NULL is returned
 *
 * Returns NULL, or a text to free.
 */
char *pvhost_image_note(char *image, size_t size, struct pv_note_mmio *mmio)
{
	Elf_Data *content;
	char *why;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(image, size);
	if (!elf)
		return wrong(NO_DEVICE, "not an ELF file");

	why = check_head(elf);
	why = why ? : find_section(elf, &content);
	why = why ? : pvhost_image_note_parse(content->d_buf, content->d_size, mmio);
	elf_end(elf);
	return why;
}

static bool refuse(const char *path, const char *why)
{
	warnx("%s: %s", path, why);
	return false;
}

static bool read_all(struct pvhost_image *image, int fd, const struct stat *st)
{
	ssize_t got;

	if (!S_ISREG(st->st_mode))
		return refuse(image->path, "not a regular file: give the .bpf.o of a device");
	if (!st->st_size)
		return refuse(image->path, "it is empty: compile it again");
	if (st->st_size > MAX_IMAGE)
		return refuse(image->path, "it is too large for a device: give the .bpf.o of one");

	image->data = malloc(st->st_size);
	if (!image->data)
		err(EXIT_FAILURE, "%s", image->path);

	for (image->size = 0; image->size < st->st_size; image->size += got) {
		got = read(fd, image->data + image->size, st->st_size - image->size);
		if (got <= 0)
			return refuse(image->path, "it cannot be read, or changes: try again");
	}

	return true;
}

/**
 * pvhost_image_read - read a device's file, and its note
 * @image: what is read; to be freed in any case
 * @path: the file
 *
 * It is read once: what the note is of is what is loaded.
 *
 * Returns whether it is good; else it has said why not.
 */
bool pvhost_image_read(struct pvhost_image *image, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *why;
	bool good;

	*image = (struct pvhost_image){ .path = path };
	if (fd < 0 || fstat(fd, &st)) {
		warn("%s", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	image->trusted = pvhost_trust_file(&st);
	good = read_all(image, fd, &st);
	close(fd);
	if (!good)
		return false;

	why = pvhost_image_note(image->data, image->size, &image->note);
	if (!why)
		return true;

	refuse(path, why);
	free(why);
	return false;
}

void pvhost_image_free(struct pvhost_image *image)
{
	free(image->data);
	image->data = NULL;
}

/**
 * pvhost_image_size - bytes of the device's region
 * @image: with its note
 * @nr_cpus: of the guest
 */
__u64 pvhost_image_size(const struct pvhost_image *image, __u32 nr_cpus)
{
	return image->note.flags & PV_NOTE_PER_VCPU ? (__u64)image->note.size * nr_cpus :
						      image->note.size;
}

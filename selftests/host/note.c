// SPDX-License-Identifier: GPL-2.0
/*
 * Invalid notes and objects: pvhost describe rejects each with one line, which names the file
 * and its error.
 *
 * needs: native unit
 */
#include <err.h>
#include <errno.h>
#include <linux/elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pv/mmio_note.h>

#include "kselftest.h"
#include "userspace/libpv/libpv.h"

#define COMMAND		"pvhost describe --arch arm64"
#define PATH		"/tmp/note.XXXXXX"
#define EM_OF_BPF	247
#define NAMES		"\0.names\0" PV_NOTE_SECTION

/* An object with a note and nothing else */
struct object {
	struct elf64_hdr head;
	struct pv_note note;
	char names[32];
	struct elf64_shdr sections[4];
};

enum { NONE, NAME_SECTION, NOTE_SECTION, SPARE_SECTION, NR_SECTIONS };

#define SHDR(nr, member)	(offsetof(struct object, sections[nr]) + \
				 offsetof(struct elf64_shdr, member))
#define HEAD(member)		offsetof(struct object, head.member)
#define NOTE(member)		offsetof(struct object, note.member)

static const struct object good = {
	.head = {
		.e_ident	= { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type		= ET_REL,
		.e_machine	= EM_OF_BPF,
		.e_version	= EV_CURRENT,
		.e_shoff	= offsetof(struct object, sections),
		.e_ehsize	= sizeof(struct elf64_hdr),
		.e_shentsize	= sizeof(struct elf64_shdr),
		.e_shnum	= NR_SECTIONS,
		.e_shstrndx	= NAME_SECTION,
	},
	.note = {
		.namesz		= sizeof(PV_NOTE_NAME),
		.descsz		= sizeof(struct pv_note_mmio),
		.type		= PV_NOTE_MMIO,
		.name		= PV_NOTE_NAME,
		.mmio = {
			.version	= PV_NOTE_VERSION,
			.size		= 0x1000,
			.irqs		= 1,
			.name		= "rtc",
			.compatible	= "arm,pl031\0arm,primecell",
		},
	},
	.names = NAMES,
	.sections = {
		[NAME_SECTION] = {
			.sh_name	= 1,
			.sh_type	= SHT_STRTAB,
			.sh_offset	= offsetof(struct object, names),
			.sh_size	= sizeof(((struct object *)NULL)->names),
			.sh_addralign	= 1,
		},
		[NOTE_SECTION] = {
			.sh_name	= 8,
			.sh_type	= SHT_NOTE,
			.sh_offset	= offsetof(struct object, note),
			.sh_size	= sizeof(struct pv_note),
			.sh_addralign	= 4,
		},
		[SPARE_SECTION] = {
			.sh_name	= 1,
			.sh_type	= SHT_NOTE,
			.sh_offset	= offsetof(struct object, note),
			.sh_size	= sizeof(struct pv_note),
			.sh_addralign	= 4,
		},
	},
};

/**
 * struct patch - bytes of a valid object that are replaced
 * @name: name of the test
 * @wanted: expected text of the error, NULL: the object is accepted
 * @offset: offset of the bytes
 * @nr: number of the bytes
 * @bytes: new bytes
 */
static const struct patch {
	const char *name;
	const char *wanted;
	size_t offset;
	size_t nr;
	const char *bytes;
} patches[] = {
	{ "an object with a valid note is accepted", NULL, 0, 0, NULL },
	{ "an object without magic number is rejected", "not an ELF file", 0, 4, "\177ELV" },
	{ "an object of 32 bits is rejected", "not an object of clang", EI_CLASS, 1, "\1" },
	{ "a big endian object is rejected", "not an object of clang", EI_DATA, 1, "\2" },
	{ "an object for another machine is rejected",
	  "not an object of clang", HEAD(e_machine), 1, "\x3e" },
	{ "a program is rejected", "not an object of clang", HEAD(e_type), 1, "\2" },
	{ "section headers beyond the end are rejected",
	  "it lacks the section .note", HEAD(e_shoff), 3, "\0\0\1" },
	{ "section names beyond the end are rejected",
	  "it lacks the section .note", SHDR(1, sh_offset), 3, "\0\0\1" },
	{ "a missing section of names is rejected", "it ", HEAD(e_shstrndx), 2, "\xf0\xf0" },
	{ "an object without section of notes is rejected",
	  "it lacks the section .note", SHDR(2, sh_name), 1, "\1" },
	{ "a section name beyond all names is rejected",
	  "it lacks the section .note", SHDR(2, sh_name), 2, "\xff\xff" },
	{ "two sections of notes are rejected",
	  "more than one section", SHDR(3, sh_name), 1, "\x08" },
	{ "a section of notes without contents is rejected",
	  "cannot be read", SHDR(2, sh_type), 1, "\x08" },
	{ "a compressed section of notes is rejected",
	  "cannot be read", SHDR(2, sh_flags), 2, "\0\x08" },
	{ "a section of notes beyond the end is rejected",
	  "it is cut short", SHDR(2, sh_offset), 3, "\0\0\1" },
	{ "a section of notes that is too long is rejected",
	  "it is cut short", SHDR(2, sh_size), 3, "\0\0\1" },
	{ "an empty section of notes is rejected",
	  "has no note of a device", SHDR(2, sh_size), 1, "\0" },
	{ "a section of notes of 8 bytes is rejected", "cut short", SHDR(2, sh_size), 1, "\x08" },
	{ "a note without its end is rejected",
	  "longer than its section", SHDR(2, sh_size), 1, "\xac" },
	{ "a note name of 4 GiB is rejected",
	  "longer than its section", NOTE(namesz), 4, "\xff\xff\xff\xff" },
	{ "a note name beyond the section is rejected",
	  "longer than its section", NOTE(namesz), 1, "\xaa" },
	{ "a note name of another size is rejected", "no note of a device", NOTE(namesz), 1, "\7" },
	{ "another note name is rejected", "no note of a device", NOTE(name), 7, "pvguesT" },
	{ "another note type is rejected", "no note of a device", NOTE(type), 1, "\2" },
	{ "a note description of 4 GiB is rejected",
	  "longer than its section", NOTE(descsz), 4, "\xff\xff\xff\xff" },
	{ "a shorter note description is rejected",
	  "description of 152 bytes", NOTE(descsz), 1, "\x98" },
	{ "a note description without version is rejected",
	  "description of 2 bytes", NOTE(descsz), 1, "\2" },
	{ "another version of a note is rejected",
	  "version 2, not 1", NOTE(mmio.version), 1, "\2" },
	{ "an unknown flag in a note is rejected",
	  "unknown flags 0x80000000", NOTE(mmio.flags), 4, "\1\0\0\x80" },
	{ "a device size of 0 is rejected", "size 0x0 ", NOTE(mmio.size), 2, "\0\0" },
	{ "a device size of half a page is rejected", "size 0x800 ", NOTE(mmio.size), 2, "\0\x08" },
	{ "a device size beyond 1 GiB is rejected",
	  "size 0x40001000 ", NOTE(mmio.size), 4, "\0\x10\0\x40" },
	{ "an unaligned device size is rejected",
	  "not a multiple of", NOTE(mmio.size) + 3, 1, "\xff" },
	{ "a device with two interrupts is rejected", "2 interrupts", NOTE(mmio.irqs), 1, "\2" },
	{ "a reserved member that is not 0 is rejected",
	  "is 0x1, not 0", NOTE(mmio.reserved), 1, "\1" },
	{ "an empty device name is rejected", "has no name", NOTE(mmio.name), 1, "\0" },
	{ "a device name without end is rejected", "name in its note has no end", NOTE(mmio.name),
	  16, "a-name-of-16-ch." },
	{ "a device name with a slash is rejected", "letters, digits", NOTE(mmio.name), 3, "r/c" },
	{ "a device name with a line end is rejected",
	  "letters, digits", NOTE(mmio.name), 3, "r\nc" },
	{ "a device name with a digit first is rejected",
	  "no letter first", NOTE(mmio.name), 3, "8tc" },
	{ "a device name of 15 characters is accepted",
	  NULL, NOTE(mmio.name), 15, "a-name-of-15-ch" },
	{ "a note without compatible string is rejected",
	  "no compatible string", NOTE(mmio.compatible), 1, "\0" },
	{ "a quotation mark in a compatible string is rejected",
	  "compatible string in its note", NOTE(mmio.compatible), 1, "\"" },
	{ "a backslash in the second compatible string is rejected",
	  "compatible string in its note",
	  NOTE(mmio.compatible) + 10, 1, "\\" },
	{ "a byte beyond ASCII in a compatible string is rejected",
	  "compatible string in its note", NOTE(mmio.compatible), 1, "\xc3" },
};

/* Sizes of a file that is cut short */
static const struct cut {
	const char *name;
	const char *wanted;
	size_t size;
} cuts[] = {
	{ "an empty file is rejected", "it is empty", 0 },
	{ "a file of one byte is rejected", "not an ELF file", 1 },
	{ "a file of half an ELF header is rejected", "not an ELF file",
	  sizeof(struct elf64_hdr) / 2 },
	{ "a file of an ELF header is rejected", "it ", sizeof(struct elf64_hdr) },
	{ "a file of half a note is rejected", "it ", NOTE(mmio.size) },
	{ "a file without section headers is rejected",
	  "it ", offsetof(struct object, sections) },
	{ "a file without all section headers is rejected",
	  "it ", offsetof(struct object, sections[NOTE_SECTION]) + 8 },
};

static char path[] = PATH;

static void write_file(const struct object *object, size_t size)
{
	FILE *out = fopen(path, "we");

	if (!out)
		err(KSFT_FAIL, "%s", path);
	if (size && fwrite(object, size, 1, out) != 1)
		err(KSFT_FAIL, "%s", path);
	if (fclose(out))
		err(KSFT_FAIL, "%s", path);
}

/* Stores the output of pvhost describe, and returns its exit status. */
static int describe(char *said, size_t size)
{
	char command[128];
	size_t len;
	FILE *out;
	int status;

	snprintf(command, sizeof(command), COMMAND " %s 2>&1", path);
	out = popen(command, "re");
	if (!out)
		err(KSFT_FAIL, "popen");
	len = fread(said, 1, size - 1, out);
	said[len] = '\0';
	status = pclose(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_refusal(const char *said, const char *wanted)
{
	char start[64];

	snprintf(start, sizeof(start), "pvhost: %s: ", path);
	return !strncmp(said, start, strlen(start)) && strstr(said, wanted) &&
	       strchr(said, '\n') == said + strlen(said) - 1;
}

static void judge(const char *name, const char *wanted)
{
	char said[4096];
	int status = describe(said, sizeof(said));
	bool is = wanted ? status == EXIT_FAILURE && is_refusal(said, wanted) :
			   status == EXIT_SUCCESS && strstr(said, "compatible = \"arm,pl031\"");

	if (!is)
		ksft_print_msg("expected %s, status %d: %s\n", wanted ? wanted : "a node", status,
			       said);
	ksft_test_result(is, "%s\n", name);
}

static void test_patch(const struct patch *patch)
{
	struct object object = good;

	if (patch->nr)
		memcpy((char *)&object + patch->offset, patch->bytes, patch->nr);
	write_file(&object, sizeof(object));
	judge(patch->name, patch->wanted);
}

/* Strings up to the last byte, without an empty one at the end */
static void test_endless(void)
{
	struct object object = good;

	memset(object.note.mmio.compatible, 'a', sizeof(object.note.mmio.compatible) - 1);
	write_file(&object, sizeof(object));
	judge("compatible strings without an empty last one are rejected", "have no end");

	memset(object.note.mmio.compatible, 'a', sizeof(object.note.mmio.compatible));
	write_file(&object, sizeof(object));
	judge("a compatible string without end is rejected", "have no end");
}

/* A second note of that type in the same section */
static void test_second(const char *name, __u32 type, const char *wanted)
{
	struct {
		struct object object;
		struct pv_note notes[2];
	} both = { .object = good, .notes = { good.note, good.note } };
	struct elf64_shdr *section = &both.object.sections[NOTE_SECTION];

	both.notes[1].type = type;
	section->sh_offset = (char *)both.notes - (char *)&both;
	section->sh_size = sizeof(both.notes);
	write_file(&both.object, sizeof(both));
	judge(name, wanted);
}

int main(void)
{
	size_t i;
	int fd;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(patches) + ARRAY_SIZE(cuts) + 4);
	fd = mkstemp(path);
	if (fd < 0)
		err(KSFT_FAIL, "%s", path);
	close(fd);

	for (i = 0; i < ARRAY_SIZE(patches); i++)
		test_patch(&patches[i]);
	for (i = 0; i < ARRAY_SIZE(cuts); i++) {
		write_file(&good, cuts[i].size);
		judge(cuts[i].name, cuts[i].wanted);
	}
	test_endless();
	test_second("a second note of another type is ignored", 2, NULL);
	test_second("two notes of devices are rejected", PV_NOTE_MMIO, "more than one note");

	unlink(path);
	ksft_finished();
}

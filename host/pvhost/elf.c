// SPDX-License-Identifier: GPL-2.0
/*
 * The note in the ELF object of a device in BPF.  The object is not trusted.
 */
#include <gelf.h>
#include <libelf.h>
#include <string.h>

#include "bpf.h"

#define NO_DEVICE	"give the .bpf.o of a device"
#define CUT_SHORT	"copy or compile it again"

static char *check_head(Elf *elf)
{
	GElf_Ehdr head;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &head))
		return pvhost_note_wrong(NO_DEVICE, "not an ELF file");
	if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
	    head.e_machine != EM_BPF || head.e_type != ET_REL)
		return pvhost_note_wrong(NO_DEVICE, "not an object of clang -target bpfel");

	return NULL;
}

/* Content as it stands in the file; of SHT_NOTE libelf would make another */
static char *read_section(Elf_Scn *section, const GElf_Shdr *head, Elf_Data **content)
{
	if (*content)
		return pvhost_note_wrong("one file is one device",
					 "it has more than one section " PV_NOTE_SECTION);
	if (head->sh_type == SHT_NOBITS || head->sh_flags & SHF_COMPRESSED)
		return pvhost_note_wrong("compile it again, and do not change it",
					 "its section " PV_NOTE_SECTION " cannot be read");

	*content = elf_rawdata(section, NULL);
	if (!*content || ((*content)->d_size && !(*content)->d_buf))
		return pvhost_note_wrong(CUT_SHORT, "it is cut short");

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
		return pvhost_note_wrong(CUT_SHORT, "it is cut short");

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &head))
			return pvhost_note_wrong(CUT_SHORT, "it is cut short");
		name = elf_strptr(elf, names, head.sh_name);
		if (!name || strcmp(name, PV_NOTE_SECTION))
			continue;
		why = read_section(section, &head, content);
		if (why)
			return why;
	}

	if (!*content)
		return pvhost_note_wrong("give one that has a PV_DEVICE()",
					 "not a device: it lacks the section " PV_NOTE_SECTION);

	return NULL;
}

/**
 * pvhost_elf_note - the note of an object
 * @image: the whole file, which libelf does not change
 * @size: bytes of it
 * @mmio: what the note says, good only where NULL is returned
 *
 * Returns as the functions of note.c do.
 */
char *pvhost_elf_note(char *image, size_t size, struct pv_note_mmio *mmio)
{
	Elf_Data *content;
	char *why;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(image, size);
	if (!elf)
		return pvhost_note_wrong(NO_DEVICE, "not an ELF file");

	why = check_head(elf);
	why = why ? : find_section(elf, &content);
	why = why ? : pvhost_note_parse(content->d_buf, content->d_size, mmio);
	elf_end(elf);
	return why;
}

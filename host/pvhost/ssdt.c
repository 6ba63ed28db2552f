// SPDX-License-Identifier: GPL-2.0
/*
 * The description of the device for x86: an ACPI table.
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

static void print_memory(FILE *out, __u64 base, __u64 size, const char *caching)
{
	__u64 last = base + size - 1;

	if (last <= UINT32_MAX)
		fprintf(out, "\t\t\t\tMemory32Fixed (ReadWrite, 0x%08llX, 0x%08llX)\n",
			base, size);
	else
		fprintf(out,
			"\t\t\t\tQWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed,\n"
			"\t\t\t\t\t%s, ReadWrite, 0,\n"
			"\t\t\t\t\t0x%llX, 0x%llX, 0, 0x%llX)\n",
			caching, base, last, size);
}

/* Prints one string, or several as a package */
static void print_compatible(FILE *out, const struct pvhost_description *description)
{
	const char *first = description->compatible, *next = NULL;

	if (!pvhost_compatible(description, first)) {
		fprintf(out, "\"%s\"", first);
		return;
	}

	fprintf(out, "Package () {");
	while ((next = pvhost_compatible(description, next)))
		fprintf(out, "%s \"%s\"", next == first ? "" : ",", next);
	fprintf(out, " }");
}

/* Prints the table id, which has at most eight characters */
static void print_id(FILE *out, const char *uid)
{
	size_t i;

	for (i = 0; i < 8 && uid[i]; i++)
		fputc(uid[i] == '-' ? '_' : toupper((unsigned char)uid[i]), out);
}

/**
 * pvhost_ssdt_print - an SSDT for iasl(1)
 * @out: gets the source
 * @description: of the device
 *
 * With PRP0001 and the UUID of device properties Linux reads "compatible" as in a device
 * tree, see the kernel's firmware-guide/acpi/enumeration.
 */
void pvhost_ssdt_print(FILE *out, const struct pvhost_description *description)
{
	fprintf(out, "/* For -acpitable of QEMU's q35 and pc; other machines ignore it. */\n"
		"DefinitionBlock (\"\", \"SSDT\", 2, \"PVHOST\", \"");
	print_id(out, description->uid);
	fprintf(out, "\", 0x00000001)\n"
		"{\n"
		"\tScope (\\_SB)\n"
		"\t{\n"
		"\t\tDevice (%s)\n"
		"\t\t{\n"
		"\t\t\tName (_HID, \"PRP0001\")\n"
		"\t\t\tName (_UID, \"%s\")\n"
		"\t\t\tName (_STA, 0x0F)\n"
		"\t\t\tName (_CRS, ResourceTemplate ()\n"
		"\t\t\t{\n",
		description->acpi, description->uid);
	print_memory(out, description->base, description->size, "NonCacheable");
	if (description->shared)
		print_memory(out, description->shared, description->shared_size, "Cacheable");
	if (description->irq)
		fprintf(out,
			"\t\t\t\tInterrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { %u }\n",
			description->irq);
	fprintf(out, "\t\t\t})\n"
		"\t\t\tName (_DSD, Package ()\n"
		"\t\t\t{\n"
		"\t\t\t\tToUUID (\"daffd814-6eba-4d8c-8a91-bc9bbf4aa301\"),\n"
		"\t\t\t\tPackage ()\n"
		"\t\t\t\t{\n"
		"\t\t\t\t\tPackage (2) { \"compatible\", ");
	print_compatible(out, description);
	fprintf(out, " }\n"
		"\t\t\t\t}\n"
		"\t\t\t})\n"
		"\t\t}\n"
		"\t}\n"
		"}\n");
}

/**
 * pvhost_ssdt_add - describe the device to the guest of a QEMU that is to be started
 * @qemu: command line of QEMU
 * @dir: folder for files
 * @description: of the device
 */
void pvhost_ssdt_add(struct pvhost_qemu *qemu, const char *dir,
		     const struct pvhost_description *description)
{
	char *asl = pvhost_text("%s/%s.asl", dir, description->uid);
	char *aml = pvhost_text("%s/%s.aml", dir, description->uid);
	char *iasl[5] = { "iasl", "-p", aml, asl, NULL };
	FILE *out;

	if (qemu->no_acpi)
		errx(EXIT_FAILURE,
		     "the guest would not find the device without ACPI: remove acpi=off and -no-acpi");
	if (!pvhost_have_program(iasl[0]))
		errx(EXIT_FAILURE, "iasl not found: install the package acpica-tools");

	out = fopen(asl, "we");
	if (!out)
		err(EXIT_FAILURE, "%s", asl);
	pvhost_ssdt_print(out, description);
	if (ferror(out) | fclose(out))
		err(EXIT_FAILURE, "%s", asl);

	if (!pvhost_spawn(iasl, dir))
		errx(EXIT_FAILURE, "iasl failed, see above");

	pvhost_qemu_add(qemu, "-acpitable");
	pvhost_qemu_add(qemu, pvhost_text("file=%s", aml));
	free(asl);
	free(aml);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest is told of a device.
 */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include <pv/vcpufreq.h>

#include "bpf.h"

/* KVM's bus counts by int. */
#define MAX_SIZE	INT32_MAX

/**
 * pvhost_description_freq - the device of kvm_pv
 * @description: what is made
 * @base: address of the first window
 * @shared: address of the shared pages, 0: none
 * @nr_cpus: windows
 *
 * The description has room for telemetry, unless the registers follow the other shared pages.
 */
void pvhost_description_freq(struct pvhost_description *description, __u64 base, __u64 shared,
			     __u32 nr_cpus)
{
	__u64 size = pvhost_shared_size(nr_cpus, true);
	bool has_room = shared <= UINT64_MAX - size &&
			(base < shared || shared + size <= base);

	*description = (struct pvhost_description){
		.node		= "cpufreq",
		.uid		= "vcpufreq",
		.acpi		= "VFRQ",
		.compatible	= PV_FREQ_COMPATIBLE "\0" PV_FREQ_COMPATIBLE_QEMU "\0",
		.base		= base,
		.size		= (__u64)nr_cpus * PV_FREQ_STRIDE,
		.shared		= shared,
		.shared_size	= shared ? pvhost_shared_size(nr_cpus, has_room) : 0,
	};
}

/* Four characters: B, which no device of QEMU's begins with, and the name's first. */
static void acpi_name(char *acpi, const char *name)
{
	size_t i = 0;

	acpi[i++] = 'B';
	for (; *name && i < 4; name++) {
		if (isalnum((unsigned char)*name))
			acpi[i++] = toupper((unsigned char)*name);
	}
	for (; i < 4; i++)
		acpi[i] = '_';
	acpi[i] = '\0';
}

/**
 * pvhost_description_note - a device in BPF
 * @description: what is made, of strings of @image
 * @image: with its note
 * @place: the guest's architecture
 * @base_text: address as typed, NULL: the default
 * @irq_text: interrupt as typed, NULL: the default
 * @nr_cpus: of the guest
 */
void pvhost_description_note(struct pvhost_description *description,
			     const struct pvhost_image *image, const struct pvhost_place *place,
			     const char *base_text, const char *irq_text, __u32 nr_cpus)
{
	*description = (struct pvhost_description){
		.node		= image->note.name,
		.uid		= image->note.name,
		.compatible	= image->note.compatible,
		.size		= pvhost_image_size(image, nr_cpus),
	};

	if (description->size > MAX_SIZE)
		errx(EXIT_FAILURE,
		     "%s: for %u CPUs it has 0x%llx bytes, more than KVM takes: say fewer by --vcpus",
		     image->path, nr_cpus, description->size);

	acpi_name(description->acpi, image->note.name);
	description->base = pvhost_base_of(place, base_text, description->size);

	if (image->note.irqs)
		description->irq = irq_text ? pvhost_number("--irq", irq_text, 0, place->max_irq) :
					      place->irq;
	else if (irq_text)
		errx(EXIT_FAILURE, "%s: the device has no interrupt: leave out --irq", image->path);
}

/**
 * pvhost_compatible - its compatible strings, one after the other
 * @description: the device
 * @last: the one before, NULL: the first is wanted
 *
 * Returns NULL behind the last.
 */
const char *pvhost_compatible(const struct pvhost_description *description, const char *last)
{
	const char *next = last ? last + strlen(last) + 1 : description->compatible;

	return *next ? next : NULL;
}

/**
 * pvhost_description_is - whether it is compatible with something
 * @description: the device
 * @wanted: compatible string
 */
bool pvhost_description_is(const struct pvhost_description *description, const char *wanted)
{
	const char *next = NULL;

	while ((next = pvhost_compatible(description, next))) {
		if (!strcmp(next, wanted))
			return true;
	}

	return false;
}

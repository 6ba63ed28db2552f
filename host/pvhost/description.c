// SPDX-License-Identifier: GPL-2.0
/*
 * Description of a device for a guest: its names, its address and its interrupt.
 */
#include <ctype.h>
#include <err.h>
#include <pv/exits.h>
#include <pv/vcpufreq.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "bpf.h"

/* KVM's bus counts by int. */
#define MAX_SIZE	INT32_MAX

/*
 * Addresses that QEMU's machines do not use.  q35 and pc: between the local APIC
 * (0xfee00000) and the pages that KVM uses on Intel (identity map at 0xfeffc000).  virt:
 * between the virtio-mmio devices and the platform bus.  The guests of other machines do not
 * get the description of the device, see machine.c.
 *
 * Shared pages on x86 are above 4 GiB, where the firmware does not make memory uncached: at
 * 256 GiB, which each CPU with nested paging can address.  On arm64 they are before the registers.
 *
 * Interrupts that they do not use.  The ACPI tables of q35 and pc declare 5 as
 * level-triggered and active high, as the devices are.  KVM has pins for the interrupts of
 * one I/O APIC.  virt uses interrupts below 176; KVM's GSI n is the shared peripheral
 * interrupt n.
 */
static const struct pvhost_place places[] = {
	{ "x86_64", NULL, 0xfef00000, 0xfeffc000, 0x4000000000, 5, 23, "asl" },
	{ "aarch64", "arm64", 0x0b800000, 0x0c000000, 0x0b000000, 192, 987, "dts" },
};

const struct pvhost_place *pvhost_place(const char *arch)
{
	struct utsname uts;
	size_t i;

	if (!arch) {
		if (uname(&uts))
			err(EXIT_FAILURE, "uname");
		arch = uts.machine;
	}

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (!strcmp(places[i].arch, arch) ||
		    (places[i].alias && !strcmp(places[i].alias, arch)))
			return &places[i];
	}

	errx(EXIT_FAILURE, "invalid architecture \"%s\": expected x86_64 or arm64", arch);
}

static __u64 typed(const char *option, const char *text, __u64 size, __u64 align)
{
	__u64 base = pvhost_number(option, text, 0, UINT64_MAX - size);

	if (!base)
		errx(EXIT_FAILURE, "%s: the guest rejects the address 0: choose another", option);
	if (base % align)
		errx(EXIT_FAILURE, "%s: 0x%llx is not a multiple of 0x%llx", option, base, align);

	return base;
}

/**
 * pvhost_base - address of the device of kvm_pv
 * @place: architecture
 * @text: address that the user gives, NULL: none
 * @nr_cpus: number of its windows
 */
__u64 pvhost_base(const struct pvhost_place *place, const char *text, __u32 nr_cpus)
{
	__u64 room = (place->end - place->base) / PV_FREQ_STRIDE;

	if (text)
		return typed("--base", text, (__u64)nr_cpus * PV_FREQ_STRIDE, PV_FREQ_STRIDE);
	if (nr_cpus > room)
		errx(EXIT_FAILURE,
		     "0x%llx has room for %llu CPUs: give an address with room for %u with --base",
		     place->base, room, nr_cpus);

	return place->base;
}

/**
 * pvhost_base_of - address of another device
 * @place: architecture
 * @text: address that the user gives, NULL: none
 * @size: its size in bytes
 */
__u64 pvhost_base_of(const struct pvhost_place *place, const char *text, __u64 size)
{
	if (text)
		return typed("--base", text, size, PV_FREQ_STRIDE);
	if (size > place->end - place->base)
		errx(EXIT_FAILURE,
		     "0x%llx has room for 0x%llx bytes: give an address with room for 0x%llx with --base",
		     place->base, place->end - place->base, size);

	return place->base;
}

/**
 * pvhost_shared_size - size of the shared pages
 * @nr_cpus: number of CPUs of the device
 * @telemetry: with telemetry
 */
__u64 pvhost_shared_size(__u64 nr_cpus, bool telemetry)
{
	return telemetry ? pv_exits_shared_size(nr_cpus) : PV_FREQ_SHARED_SIZE(nr_cpus);
}

/**
 * pvhost_shared - address of the shared pages
 * @place: architecture
 * @text: address that the user gives, or "none"; NULL: the default
 * @nr_cpus: number of CPUs of the device
 *
 * Returns 0 for none.
 */
__u64 pvhost_shared(const struct pvhost_place *place, const char *text, __u32 nr_cpus)
{
	if (!text)
		return place->shared;
	if (!strcmp(text, "none"))
		return 0;

	return typed("--shared", text, PV_FREQ_SHARED_SIZE((__u64)nr_cpus), PV_SHARED_ALIGN);
}

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

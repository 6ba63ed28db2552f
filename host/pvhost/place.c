// SPDX-License-Identifier: GPL-2.0
/*
 * Where the device lies in the guest's physical address space.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <pv/vcpufreq.h>

#include "pvhost.h"

/*
 * Addresses that QEMU's machines leave free: q35, pc and microvm between the
 * local APIC (0xfee00000) and the pages that KVM takes on Intel (identity map at
 * 0xfeffc000); virt between its virtio-mmio devices and its platform bus.
 *
 * Interrupts likewise.  q35 and pc say in their ACPI tables that 5 is level-triggered and
 * active high, as ours are; the only ones that KVM has pins for are those of one I/O APIC.
 * virt ends before 176; KVM's GSI n is the shared peripheral interrupt n.
 */
static const struct pvhost_place places[] = {
	{ "x86_64", NULL, 0xfef00000, 0xfeffc000, 5, 23, "asl", pvhost_ssdt_add },
	{ "aarch64", "arm64", 0x0b800000, 0x0c000000, 192, 987, "dts", pvhost_fdt_add },
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

	errx(EXIT_FAILURE, "there are no guests of architecture \"%s\": it is x86_64 or arm64",
	     arch);
}

static __u64 typed(const char *text, __u64 size)
{
	__u64 base = pvhost_number("--base", text, 0, UINT64_MAX - size);

	if (base % PV_FREQ_STRIDE)
		errx(EXIT_FAILURE, "--base: 0x%llx is no multiple of 0x%x",
		     base, PV_FREQ_STRIDE);

	return base;
}

/**
 * pvhost_base - where the device of kvm_pv lies
 * @place: architecture
 * @text: what the user wants, NULL: nothing
 * @nr_cpus: windows that it has
 */
__u64 pvhost_base(const struct pvhost_place *place, const char *text, __u32 nr_cpus)
{
	__u64 room = (place->end - place->base) / PV_FREQ_STRIDE;

	if (text)
		return typed(text, (__u64)nr_cpus * PV_FREQ_STRIDE);
	if (nr_cpus > room)
		errx(EXIT_FAILURE,
		     "0x%llx has room for %llu CPUs: say by --base where %u have room",
		     place->base, room, nr_cpus);

	return place->base;
}

/**
 * pvhost_base_of - where another device lies
 * @place: architecture
 * @text: what the user wants, NULL: nothing
 * @size: bytes that it has
 */
__u64 pvhost_base_of(const struct pvhost_place *place, const char *text, __u64 size)
{
	if (text)
		return typed(text, size);
	if (size > place->end - place->base)
		errx(EXIT_FAILURE,
		     "0x%llx has room for 0x%llx bytes: say by --base where 0x%llx have room",
		     place->base, place->end - place->base, size);

	return place->base;
}

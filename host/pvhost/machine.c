// SPDX-License-Identifier: GPL-2.0
/*
 * The machine that a QEMU has made: whether its guest gets the description of the device.
 *
 * QEMU accepts -acpitable and -dtb for every machine, and ignores a table that the machine
 * does not pass to its guest.  The properties of the machine tell which are passed:
 *
 *   acpi-device    x86: controller of the ACPI tables of pc and q35.  They have it even if
 *                  a later version of QEMU names them differently; microvm, isapc and none
 *                  do not have it.
 *   acpi           on, off or auto (older versions: true or false).  On arm64, virt is the
 *                  only machine that has it.
 *   firmware       file of -bios
 *   pflash0        flash that holds a firmware
 *
 * qom-list-types would tell which machines inherit from a PC, but makes QEMU load all of
 * its modules.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

#define SUFFIX	"-machine"

/* "microvm" of the type "microvm-machine" */
static void cut_suffix(char *type)
{
	size_t len = strlen(type);

	if (len > strlen(SUFFIX) && !strcmp(type + len - strlen(SUFFIX), SUFFIX))
		type[len - strlen(SUFFIX)] = '\0';
}

/**
 * pvhost_machine_read - ask a QEMU for its machine
 * @machine: gets what QEMU answers
 * @qmp: connection to QEMU
 *
 * Returns false if QEMU has ended.
 */
bool pvhost_machine_read(struct pvhost_machine *machine, FILE *qmp)
{
	if (!pvhost_qmp_property(qmp, "type", &machine->type) ||
	    !pvhost_qmp_property(qmp, "acpi", &machine->acpi) ||
	    !pvhost_qmp_property(qmp, "acpi-device", &machine->acpi_device) ||
	    !pvhost_qmp_property(qmp, "firmware", &machine->firmware) ||
	    !pvhost_qmp_property(qmp, "pflash0", &machine->flash))
		return false;

	if (!machine->type)
		errx(EXIT_FAILURE, "QEMU does not report its machine");
	cut_suffix(machine->type);
	return true;
}

static bool acpi_is_off(const struct pvhost_machine *machine)
{
	return machine->acpi && (!strcmp(machine->acpi, "off") || !strcmp(machine->acpi, "false"));
}

/* A link or a file that is not set is an empty string. */
static bool is_set(const char *property)
{
	return property && *property;
}

static void __noreturn refuse_tables(const char *type)
{
	errx(EXIT_FAILURE,
	     "machine %s: the guest would not find the device, as only q35 and pc pass the table of -acpitable: use -M q35 or -M pc",
	     type);
}

/**
 * pvhost_machine_check_acpi - end the program if the guest gets no table of -acpitable
 * @machine: what QEMU has made
 */
void pvhost_machine_check_acpi(const struct pvhost_machine *machine)
{
	if (acpi_is_off(machine))
		errx(EXIT_FAILURE,
		     "machine %s: the guest would not find the device without ACPI: remove acpi=off and -no-acpi",
		     machine->type);
	if (!is_set(machine->acpi_device))
		refuse_tables(machine->type);
}

/**
 * pvhost_machine_check_dt - end the program if the guest does not use the device tree
 * @machine: what QEMU has made
 *
 * UEFI firmware passes either ACPI tables or the device tree to the kernel, and prefers the
 * tables.
 */
void pvhost_machine_check_dt(const struct pvhost_machine *machine)
{
	if (!machine->acpi)
		errx(EXIT_FAILURE,
		     "machine %s: pvhost describes the device to guests of virt only: use -M virt",
		     machine->type);
	if (!acpi_is_off(machine) && (is_set(machine->firmware) || is_set(machine->flash)))
		errx(EXIT_FAILURE,
		     "machine %s: the guest would not find the device, as its firmware passes ACPI tables instead of the device tree: add -M acpi=off",
		     machine->type);
}

/**
 * pvhost_machine_check_name - end the program if no guest of a machine gets a table
 * @name: machine that the command line names, or NULL
 *
 * QEMU's answers decide; this only avoids a start of QEMU.
 */
void pvhost_machine_check_name(const char *name)
{
	static const char * const without_tables[] = { "isapc", "microvm", "nitro-enclave" };
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(without_tables); i++) {
		if (!strcmp(name, without_tables[i]))
			refuse_tables(name);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The machine that a QEMU has made: whether its guest gets the description of the device.  QEMU
 * is asked by its machine protocol: one JSON object per line.
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

#define GET	"{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/machine\",\"property\":\"%s\"}}"
#define SUFFIX	"-machine"

/* Returns the next object with one of two members, and skips events; NULL: QEMU has ended. */
static struct json_object *read_until(FILE *qmp, const char *key, const char *other)
{
	struct json_object *object = NULL;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, qmp) > 0) {
		object = json_tokener_parse(line);
		if (json_object_object_get_ex(object, key, NULL) ||
		    json_object_object_get_ex(object, other, NULL))
			break;
		json_object_put(object);
		object = NULL;
	}

	free(line);
	return object;
}

/**
 * pvhost_machine_do - a command without arguments
 * @qmp: connection
 * @command: its name
 *
 * Returns false if QEMU has ended.
 */
bool pvhost_machine_do(FILE *qmp, const char *command)
{
	struct json_object *answer, *error, *text;

	dprintf(fileno(qmp), "{ \"execute\": \"%s\" }\n", command);
	answer = read_until(qmp, "return", "error");
	if (!answer)
		return false;

	if (json_object_object_get_ex(answer, "error", &error)) {
		json_object_object_get_ex(error, "desc", &text);
		errx(EXIT_FAILURE, "QEMU rejected %s: %s", command, json_object_get_string(text));
	}

	json_object_put(answer);
	return true;
}

/*
 * A property of the machine; its name needs no escapes in JSON.  The value is text to free, or NULL
 * if the machine has no such property.  Returns false if QEMU has ended.
 */
static bool read_property(FILE *qmp, const char *name, char **value)
{
	struct json_object *answer, *object;

	*value = NULL;
	dprintf(fileno(qmp), GET "\n", name);
	answer = read_until(qmp, "return", "error");
	if (!answer)
		return false;

	if (json_object_object_get_ex(answer, "return", &object) && object)
		*value = pvhost_text("%s", json_object_get_string(object));
	json_object_put(answer);
	return true;
}

/**
 * pvhost_machine_open - wait until a QEMU has made its machine
 * @fd: connection
 *
 * QEMU may greet earlier, but answers commands only after that.
 *
 * Returns NULL if QEMU has ended.
 */
FILE *pvhost_machine_open(int fd)
{
	struct json_object *greeting;
	FILE *qmp = fdopen(fd, "r");

	if (!qmp)
		err(EXIT_FAILURE, "connection to QEMU");

	greeting = read_until(qmp, "QMP", "QMP");
	if (!greeting)
		return NULL;
	json_object_put(greeting);

	return pvhost_machine_do(qmp, "qmp_capabilities") ? qmp : NULL;
}

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
	if (!read_property(qmp, "type", &machine->type) ||
	    !read_property(qmp, "acpi", &machine->acpi) ||
	    !read_property(qmp, "acpi-device", &machine->acpi_device) ||
	    !read_property(qmp, "firmware", &machine->firmware) ||
	    !read_property(qmp, "pflash0", &machine->flash))
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

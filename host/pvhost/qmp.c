// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's machine protocol: one JSON object per line.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "pvhost.h"

#define GET	"{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/machine\",\"property\":\"%s\"}}"

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
 * pvhost_qmp_do - a command without arguments
 * @qmp: connection
 * @command: its name
 *
 * Returns false if QEMU has ended.
 */
bool pvhost_qmp_do(FILE *qmp, const char *command)
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

/**
 * pvhost_qmp_property - a property of the machine
 * @qmp: connection
 * @name: its name, which needs no escapes in JSON
 * @value: gets its value as text to free, or NULL if the machine has no such property
 *
 * Returns false if QEMU has ended.
 */
bool pvhost_qmp_property(FILE *qmp, const char *name, char **value)
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
 * pvhost_qmp_open - wait until a QEMU has made its machine
 * @fd: connection
 *
 * QEMU may greet earlier, but answers commands only after that.
 *
 * Returns NULL if QEMU has ended.
 */
FILE *pvhost_qmp_open(int fd)
{
	struct json_object *greeting;
	FILE *qmp = fdopen(fd, "r");

	if (!qmp)
		err(EXIT_FAILURE, "connection to QEMU");

	greeting = read_until(qmp, "QMP", "QMP");
	if (!greeting)
		return NULL;
	json_object_put(greeting);

	return pvhost_qmp_do(qmp, "qmp_capabilities") ? qmp : NULL;
}

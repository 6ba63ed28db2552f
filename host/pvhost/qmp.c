// SPDX-License-Identifier: GPL-2.0
/*
 * The little that is said to a QEMU over its machine protocol: one JSON object a line.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "pvhost.h"

/* The next object that has one of two members, past events; NULL: QEMU has ended. */
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
 * Returns false where QEMU has ended.
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
		errx(EXIT_FAILURE, "QEMU refuses %s: %s", command, json_object_get_string(text));
	}

	json_object_put(answer);
	return true;
}

/**
 * pvhost_qmp_open - wait until a QEMU has made its machine
 * @fd: connection
 *
 * It may greet before, but answers no command.
 *
 * Returns NULL where it has ended instead.
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

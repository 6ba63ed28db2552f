// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost stats --input: a saved document of pvhost stats --json.
 */
#include <err.h>
#include <stdlib.h>

#include "pvhost.h"

static bool is_array_of_objects(struct json_object *array)
{
	size_t i;

	if (!json_object_is_type(array, json_type_array))
		return false;

	for (i = 0; i < json_object_array_length(array); i++) {
		if (!json_object_is_type(json_object_array_get_idx(array, i), json_type_object))
			return false;
	}

	return true;
}

static bool is_document(struct json_object *document)
{
	struct json_object *vms, *vm;
	size_t i;

	if (!json_object_is_type(document, json_type_object))
		return false;

	vms = json_object_object_get(document, "vms");
	if (!is_array_of_objects(vms))
		return false;

	for (i = 0; i < json_object_array_length(vms); i++) {
		vm = json_object_array_get_idx(vms, i);
		if (!is_array_of_objects(json_object_object_get(vm, "cpus")))
			return false;
	}

	return true;
}

/**
 * pvhost_saved_read - read a document
 * @path: file
 */
struct json_object *pvhost_saved_read(const char *path)
{
	struct json_object *document;
	FILE *in = fopen(path, "re");

	if (!in)
		err(EXIT_FAILURE, "%s", path);

	document = json_object_from_fd(fileno(in));
	fclose(in);
	if (!is_document(document))
		errx(EXIT_FAILURE, "%s: not a document of pvhost stats --json", path);

	return document;
}

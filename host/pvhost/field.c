// SPDX-License-Identifier: GPL-2.0
/*
 * Members of a document that somebody else has written, each of which is looked at
 * before it is used.
 */
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

/* Beyond any that is meant */
#define MAX_SIZE	(16 << 20)

/**
 * pvhost_field_bad - end the program over a member
 * @in: where it is
 * @key: its name
 * @format: what is wrong with it
 */
void pvhost_field_bad(const struct pvhost_field *in, const char *key, const char *format, ...)
{
	char *why;
	va_list args;

	va_start(args, format);
	if (vasprintf(&why, format, args) < 0)
		why = NULL;
	va_end(args);

	errx(EXIT_FAILURE, "%s: %s%s %s: save the VM anew, or correct it", in->file, in->where, key,
	     why ? why : "is wrong");
}

static struct json_object *member(const struct pvhost_field *in, const char *key,
				  enum json_type type, const char *what)
{
	struct json_object *value;

	if (!json_object_object_get_ex(in->object, key, &value))
		pvhost_field_bad(in, key, "is missing");
	if (!json_object_is_type(value, type))
		pvhost_field_bad(in, key, "is no %s", what);

	return value;
}

static __u64 take(const struct pvhost_field *in, const char *key, struct json_object *value,
		  __u64 min, __u64 max)
{
	__u64 is = json_object_get_uint64(value);

	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0 ||
	    is < min || is > max)
		pvhost_field_bad(in, key, "is no whole number from %llu to %llu", min, max);

	return is;
}

/**
 * pvhost_field_number - a number
 * @in: where it is
 * @key: its name
 * @min: smallest that makes sense
 * @max: largest
 */
__u64 pvhost_field_number(const struct pvhost_field *in, const char *key, __u64 min, __u64 max)
{
	return take(in, key, member(in, key, json_type_int, "whole number"), min, max);
}

/**
 * pvhost_field_known - a number that may be null
 * @in: where it is
 * @key: its name
 * @min: smallest that makes sense
 * @max: largest
 * @none: what null stands for
 */
__u64 pvhost_field_known(const struct pvhost_field *in, const char *key, __u64 min, __u64 max,
			 __u64 none)
{
	struct json_object *value;

	if (json_object_object_get_ex(in->object, key, &value) && !value)
		return none;

	return pvhost_field_number(in, key, min, max);
}

bool pvhost_field_bool(const struct pvhost_field *in, const char *key)
{
	return json_object_get_boolean(member(in, key, json_type_boolean, "true and no false"));
}

const char *pvhost_field_text(const struct pvhost_field *in, const char *key)
{
	return json_object_get_string(member(in, key, json_type_string, "text"));
}

/**
 * pvhost_field_array - a list
 * @in: where it is
 * @key: its name
 * @min: least that it must have
 * @max: most
 * @nr: how many it has
 */
struct json_object *pvhost_field_array(const struct pvhost_field *in, const char *key,
				       size_t min, size_t max, size_t *nr)
{
	struct json_object *array = member(in, key, json_type_array, "list");

	*nr = json_object_array_length(array);
	if (*nr < min || *nr > max)
		pvhost_field_bad(in, key, "has %zu entries, not %zu to %zu", *nr, min, max);

	return array;
}

/* One of @array's: a number */
__u64 pvhost_field_entry(const struct pvhost_field *in, const char *key,
			 struct json_object *array, size_t i, __u64 min, __u64 max)
{
	return take(in, key, json_object_array_get_idx(array, i), min, max);
}

static char *read_all(FILE *in, const char *file, size_t *len)
{
	char *text = malloc(MAX_SIZE + 1);

	if (!text)
		err(EXIT_FAILURE, "%s", file);

	*len = fread(text, 1, MAX_SIZE + 1, in);
	if (ferror(in))
		err(EXIT_FAILURE, "%s", file);
	if (*len > MAX_SIZE)
		errx(EXIT_FAILURE, "%s: more than %u MiB: no state of a VM", file, MAX_SIZE >> 20);

	return text;
}

/**
 * pvhost_field_open - read a document
 * @field: all of it
 * @path: its file, NULL: standard input
 */
void pvhost_field_open(struct pvhost_field *field, const char *path)
{
	struct json_tokener *tokener = json_tokener_new();
	FILE *in = path ? fopen(path, "re") : stdin;
	enum json_tokener_error error;
	char *text;
	size_t len;

	memset(field, 0, sizeof(*field));
	field->file = path ? path : "standard input";
	if (!in || !tokener)
		err(EXIT_FAILURE, "%s", field->file);

	text = read_all(in, field->file, &len);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	field->object = json_tokener_parse_ex(tokener, text, len);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue)
		errx(EXIT_FAILURE, "%s: it ends too soon: save the VM anew", field->file);
	if (error != json_tokener_success)
		errx(EXIT_FAILURE, "%s: no JSON: %s at byte %zu: save the VM anew", field->file,
		     json_tokener_error_desc(error), json_tokener_get_parse_end(tokener));
	if (!json_object_is_type(field->object, json_type_object))
		errx(EXIT_FAILURE, "%s: no state of a VM: it is what pvhost save writes",
		     field->file);

	json_tokener_free(tokener);
	free(text);
	if (path)
		fclose(in);
}

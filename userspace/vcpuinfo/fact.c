// SPDX-License-Identifier: GPL-2.0
/*
 * Facts in JSON: known, or null.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcpuinfo.h"

void fact_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, value ? json_object_new_string(value) : NULL);
}

void fact_bool(struct json_object *o, const char *key, bool known, bool value)
{
	json_object_object_add(o, key, known ? json_object_new_boolean(value) : NULL);
}

void fact_u64(struct json_object *o, const char *key, bool known, __u64 value)
{
	json_object_object_add(o, key, known ? json_object_new_uint64(value) : NULL);
}

/* With so many digits after the point, in JSON too */
void fact_double(struct json_object *o, const char *key, bool known, int digits, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", digits, value);
	json_object_object_add(o, key, known ? json_object_new_double_s(value, text) : NULL);
}

/* Null where the file cannot be read, or is empty. */
void fact_file(const struct vcpuinfo *v, struct json_object *o, const char *key,
	       const char *path)
{
	char *text = pv_sysfs_text(&v->sysfs, "%s", path);

	fact_string(o, key, text && *text ? text : NULL);
	free(text);
}

/* Null where the file cannot be read, or holds no number. */
void fact_file_u64(const struct vcpuinfo *v, struct json_object *o, const char *key,
		   const char *path)
{
	__u64 value = 0;
	int err = pv_sysfs_u64(&v->sysfs, &value, "%s", path);

	fact_u64(o, key, !err, value);
}

/* Splits @text, which is overwritten; NULL, and so null, where there is no text. */
struct json_object *fact_words(char *text, const char *separators)
{
	struct json_object *words;
	char *word, *save = NULL;

	if (!text)
		return NULL;
	words = json_object_new_array();
	for (word = strtok_r(text, separators, &save); word;
	     word = strtok_r(NULL, separators, &save))
		json_object_array_add(words, json_object_new_string(word));
	return words;
}

/* Is @word one of the words in @words, which blanks separate? */
bool fact_has_word(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words; words += n + strspn(words + n, " ")) {
		n = strcspn(words, " ");
		if (n == len && !memcmp(words, word, len))
			return true;
	}
	return false;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A document, printed.
 */
#include <err.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>

#include "pvhost.h"

void pvhost_print_json(struct json_object *document)
{
	puts(json_object_to_json_string_ext(document, JSON_C_TO_STRING_PRETTY |
						      JSON_C_TO_STRING_SPACED));
}

struct libscols_table *pvhost_print_begin(const struct pvhost_column *columns, size_t nr)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		err(EXIT_FAILURE, "table");

	for (i = 0; i < nr; i++) {
		if (!scols_table_new_column(table, columns[i].title, 0,
					    columns[i].left ? 0 : SCOLS_FL_RIGHT))
			err(EXIT_FAILURE, "table");
	}

	return table;
}

static void cell_text(const struct pvhost_column *column, struct json_object *value,
		      char *text, size_t size)
{
	size_t last;

	switch (json_object_get_type(value)) {
	case json_type_null:
		snprintf(text, size, "-");
		break;
	case json_type_boolean:
		snprintf(text, size, "%s", json_object_get_boolean(value) ? "yes" : "no");
		break;
	case json_type_array:
		/* A performance table: its ends are what one looks for. */
		last = json_object_array_length(value) - 1;
		snprintf(text, size, last ? "%s-%s" : "%s",
			 json_object_get_string(json_object_array_get_idx(value, 0)),
			 json_object_get_string(json_object_array_get_idx(value, last)));
		break;
	default:
		if (column->hex)
			snprintf(text, size, "0x%llx",
				 (unsigned long long)json_object_get_uint64(value));
		else
			snprintf(text, size, "%s", json_object_get_string(value));
		break;
	}
}

void pvhost_print_row(struct libscols_table *table, const struct pvhost_column *columns,
		      size_t nr, struct json_object *object, struct json_object *parent)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct json_object *value;
	char text[64];
	size_t i;

	if (!line)
		err(EXIT_FAILURE, "table");

	for (i = 0; i < nr; i++) {
		if (!json_object_object_get_ex(object, columns[i].key, &value) && parent)
			json_object_object_get_ex(parent, columns[i].key, &value);
		cell_text(&columns[i], value, text, sizeof(text));
		if (scols_line_set_data(line, i, text))
			err(EXIT_FAILURE, "table");
	}
}

void pvhost_print_end(struct libscols_table *table)
{
	scols_print_table(table);
	scols_unref_table(table);
}

/**
 * pvhost_print_cpus - a row for each vCPU of each VM
 * @columns: members of vCPUs, or of their VM
 * @nr: how many
 * @document: that of pvhost stats
 */
void pvhost_print_cpus(const struct pvhost_column *columns, size_t nr,
		       struct json_object *document)
{
	struct libscols_table *table = pvhost_print_begin(columns, nr);
	struct json_object *vms, *vm, *cpus;
	size_t i, j;

	vms = json_object_object_get(document, "vms");
	for (i = 0; i < json_object_array_length(vms); i++) {
		vm = json_object_array_get_idx(vms, i);
		cpus = json_object_object_get(vm, "cpus");
		for (j = 0; j < json_object_array_length(cpus); j++)
			pvhost_print_row(table, columns, nr,
					 json_object_array_get_idx(cpus, j), vm);
	}
	pvhost_print_end(table);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * JSON objects, printed as a table or as JSON.  The columns of a table are the default ones, or
 * those of --output.
 */
#include <err.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

static const struct pvhost_column *find_column(const struct pvhost_column *all, size_t nr_all,
					       const char *title)
{
	size_t i;

	for (i = 0; i < nr_all; i++) {
		if (!strcasecmp(all[i].title, title))
			return &all[i];
	}

	return NULL;
}

static void __noreturn reject_column(const struct pvhost_column *all, size_t nr_all,
				     const char *title)
{
	char *text = pvhost_text("%s", ""), *longer;
	size_t i;

	for (i = 0; i < nr_all; i++) {
		longer = pvhost_text("%s %s", text, all[i].title);
		free(text);
		text = longer;
	}

	errx(EXIT_FAILURE, "--output: unknown column \"%s\"; columns:%s", title, text);
}

/**
 * pvhost_print_check - end the program if --output does not apply
 * @json: --json is given
 * @list: titles as typed, NULL: --output is not given
 */
void pvhost_print_check(bool json, const char *list)
{
	if (json && list) {
		warnx("%s: --output is for tables, not for --json", pvhost_command->name);
		pvhost_try_help();
	}
}

/**
 * pvhost_print_columns - select columns
 * @all: columns of the table
 * @nr_all: number of columns
 * @list: titles as typed, separated by commas, NULL: the default columns
 * @nr: out: number of selected columns
 *
 * Returns the columns, for free().
 */
struct pvhost_column *pvhost_print_columns(const struct pvhost_column *all, size_t nr_all,
					   const char *list, size_t *nr)
{
	char *copy = list ? pvhost_text("%s", list) : NULL, *next = copy, *title;
	const struct pvhost_column *column;
	struct pvhost_column *columns;
	size_t i;

	/* A list has at most as many columns as characters. */
	columns = calloc(nr_all + (list ? strlen(list) : 0) + 1, sizeof(*columns));
	if (!columns)
		err(EXIT_FAILURE, "columns");

	*nr = 0;
	for (i = 0; !list && i < nr_all; i++) {
		if (!all[i].optional)
			columns[(*nr)++] = all[i];
	}
	while ((title = strsep(&next, ","))) {
		column = find_column(all, nr_all, title);
		if (!column)
			reject_column(all, nr_all, title);
		columns[(*nr)++] = *column;
	}

	free(copy);
	return columns;
}

void pvhost_print_json(struct json_object *document)
{
	puts(json_object_to_json_string_ext(document, JSON_C_TO_STRING_PRETTY |
						      JSON_C_TO_STRING_SPACED));
}

static void add_column(struct libscols_table *table, const struct pvhost_column *column)
{
	int flags = (column->left ? 0 : SCOLS_FL_RIGHT) | (column->wrap ? SCOLS_FL_WRAP : 0);
	struct libscols_column *new = scols_table_new_column(table, column->title, 0, flags);

	if (!new)
		err(EXIT_FAILURE, "table");
	/* libsmartcols would break text within a word. */
	if (column->wrap &&
	    (scols_column_set_safechars(new, "\n") ||
	     scols_column_set_wrapfunc(new, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL)))
		err(EXIT_FAILURE, "table");
}

struct libscols_table *pvhost_print_begin(const struct pvhost_column *columns, size_t nr)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		err(EXIT_FAILURE, "table");

	for (i = 0; i < nr; i++)
		add_column(table, &columns[i]);
	return table;
}

/* Replaces the last space before each @width characters by a newline. */
static void wrap(char *text, unsigned int width)
{
	char *start = text, *space = NULL;

	for (; *text; text++) {
		if (*text == ' ')
			space = text;
		if (space && text - start >= width) {
			*space = '\n';
			start = space + 1;
			space = NULL;
		}
	}
}

/* For free() */
static char *cell_text(const struct pvhost_column *column, struct json_object *value)
{
	size_t last;

	switch (json_object_get_type(value)) {
	case json_type_null:
		return pvhost_text("-");
	case json_type_boolean:
		return pvhost_text(json_object_get_boolean(value) ? "yes" : "no");
	case json_type_array:
		if (!json_object_array_length(value))
			return pvhost_text("-");
		/* A performance table: its ends are what one looks for. */
		last = json_object_array_length(value) - 1;
		return pvhost_text(last ? "%s-%s" : "%s",
				   json_object_get_string(json_object_array_get_idx(value, 0)),
				   json_object_get_string(json_object_array_get_idx(value, last)));
	default:
		if (column->hex)
			return pvhost_text("0x%llx",
					   (unsigned long long)json_object_get_uint64(value));
		return pvhost_text("%s", json_object_get_string(value));
	}
}

void pvhost_print_row(struct libscols_table *table, const struct pvhost_column *columns,
		      size_t nr, struct json_object *object, struct json_object *parent)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct json_object *value;
	char *text;
	size_t i;

	if (!line)
		err(EXIT_FAILURE, "table");

	for (i = 0; i < nr; i++) {
		if (!json_object_object_get_ex(object, columns[i].key, &value) && parent)
			json_object_object_get_ex(parent, columns[i].key, &value);
		text = cell_text(&columns[i], value);
		if (columns[i].wrap)
			wrap(text, columns[i].wrap);
		if (scols_line_refer_data(line, i, text))
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

// SPDX-License-Identifier: GPL-2.0
/*
 * Columns of a table: the default ones, or those of --output.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

static const struct pvhost_column *find(const struct pvhost_column *all, size_t nr_all,
					const char *title)
{
	size_t i;

	for (i = 0; i < nr_all; i++) {
		if (!strcasecmp(all[i].title, title))
			return &all[i];
	}

	return NULL;
}

static void __noreturn reject(const struct pvhost_column *all, size_t nr_all, const char *title)
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
 * pvhost_columns_check - end the program if --output does not apply
 * @json: --json is given
 * @list: titles as typed, NULL: --output is not given
 */
void pvhost_columns_check(bool json, const char *list)
{
	if (json && list) {
		warnx("%s: --output is for tables, not for --json", pvhost_command->name);
		pvhost_try_help();
	}
}

/**
 * pvhost_columns - select columns
 * @all: columns of the table
 * @nr_all: number of columns
 * @list: titles as typed, separated by commas, NULL: the default columns
 * @nr: out: number of selected columns
 *
 * Returns the columns, for free().
 */
struct pvhost_column *pvhost_columns(const struct pvhost_column *all, size_t nr_all,
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
		column = find(all, nr_all, title);
		if (!column)
			reject(all, nr_all, title);
		columns[(*nr)++] = *column;
	}

	free(copy);
	return columns;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Printing: the document as it is, or tables made of it.
 */
#include <ctype.h>
#include <err.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/chart.h"
#include "vcpuinfo.h"

#define BAR_WIDTH	10
#define BAR_STEPS	10000
#define UNKNOWN	"-"
#define NONE	"none"
#define LIST_WIDTH	62	/* beside the longest name, on 80 columns */

static void heading(const char *key, char *text, size_t size)
{
	size_t i;

	for (i = 0; key[i] && i < size - 1; i++)
		text[i] = toupper((unsigned char)key[i]);
	text[i] = '\0';
}

/* One word; NULL where it is not known. */
static const char *scalar(const struct column *c, struct json_object *value)
{
	static char hex[24];

	if (!value)
		return NULL;
	if (c->flags & COLUMN_HEX) {
		snprintf(hex, sizeof(hex), "0x%llx",
			 (unsigned long long)json_object_get_uint64(value));
		return hex;
	}
	if (json_object_is_type(value, json_type_boolean))
		return json_object_get_boolean(value) ? "yes" : "no";
	return json_object_get_string(value);
}

/* In lines of LIST_WIDTH, since libsmartcols would break within a word; for free(). */
static char *join(const struct column *c, struct json_object *list)
{
	size_t i, nr = json_object_array_length(list), size, width = 0;
	struct json_object *element;
	const char *word;
	char *text;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		err(failure, "print");
	for (i = 0; i < nr; i++) {
		element = json_object_array_get_idx(list, i);
		word = c->text ? c->text(element) : json_object_get_string(element);
		width += strlen(word) + 2;
		if (i && width > LIST_WIDTH + 1) {
			fputs(",\n", f);
			width = strlen(word) + 2;
		} else if (i) {
			fputs(", ", f);
		}
		fputs(word, f);
	}
	if (!nr)
		fputs(NONE, f);
	if (fclose(f))
		err(failure, "print");
	return text;
}

struct libscols_table *print_new(void)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		err(failure, "libsmartcols");
	return table;
}

void print_column(struct libscols_table *table, const char *name, int flags)
{
	if (!scols_table_new_column(table, name, 0, flags))
		err(failure, "libsmartcols");
}

void print_cell(struct libscols_line *line, size_t n, const char *text)
{
	if (!line || scols_line_set_data(line, n, text ? text : UNKNOWN))
		err(failure, "libsmartcols");
}

void print_end(struct libscols_table *table)
{
	if (scols_print_table(table))
		errx(failure, "libsmartcols: cannot print the table");
	scols_unref_table(table);
}

static const struct column *nth_column(const struct section *s, const struct output *out,
				       size_t n)
{
	if (out->columns)
		return out->columns[n];
	return s->columns[n].key ? &s->columns[n] : NULL;
}

/* Does the table have this column? */
static bool is_shown(const struct column *c, struct json_object *facts,
		     const struct output *out)
{
	size_t i;

	if (!(c->flags & COLUMN_SPARSE) || out->columns)
		return true;
	for (i = 0; i < json_object_array_length(facts); i++)
		if (json_object_object_get(json_object_array_get_idx(facts, i), c->key))
			return true;
	return false;
}

static void print_bar(struct libscols_line *line, size_t n, struct json_object *share)
{
	const bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	const double value = json_object_get_double(share);
	char bar[PV_CHART_BAR_SIZE] = "";

	if (value > 0)
		pv_chart_bar(value < 1 ? value * BAR_STEPS : BAR_STEPS, BAR_STEPS, BAR_WIDTH, utf8,
			     bar);
	print_cell(line, n, bar);
}

static void print_row(const struct section *s, struct json_object *facts,
		      const struct output *out, struct libscols_line *line,
		      struct json_object *o)
{
	struct json_object *value;
	const struct column *c;
	size_t n, cell = 0;

	for (n = 0; (c = nth_column(s, out, n)); n++) {
		if (!is_shown(c, facts, out))
			continue;
		value = json_object_object_get(o, c->key);
		print_cell(line, cell++, scalar(c, value));
		if (c->flags & COLUMN_BAR)
			print_bar(line, cell++, value);
	}
}

static void print_table(const struct section *s, struct json_object *facts,
			const struct output *out)
{
	struct libscols_table *table = print_new();
	size_t i, n, nr = json_object_array_length(facts);
	const struct column *c;
	char text[32];

	/* Columns are as wide as their headings all the same. */
	scols_table_enable_noheadings(table, out->goes_on);
	for (n = 0; (c = nth_column(s, out, n)); n++) {
		if (!is_shown(c, facts, out))
			continue;
		heading(c->key, text, sizeof(text));
		print_column(table, text, c->flags & COLUMN_RIGHT ? SCOLS_FL_RIGHT : 0);
		if (c->flags & COLUMN_BAR)
			print_column(table, "", 0);
	}
	for (i = 0; i < nr; i++)
		print_row(s, facts, out, scols_table_new_line(table, NULL),
			  json_object_array_get_idx(facts, i));
	print_end(table);
}

static void print_object(const struct section *s, struct json_object *facts)
{
	struct libscols_table *table = print_new();
	struct libscols_column *data;
	const struct column *c;
	char name[40], *text;

	scols_table_enable_noheadings(table, 1);
	print_column(table, "field", 0);
	data = scols_table_new_column(table, "data", 0, SCOLS_FL_WRAP);
	if (!data || scols_column_set_safechars(data, "\n") ||
	    scols_column_set_wrapfunc(data, scols_wrapnl_chunksize,
				      scols_wrapnl_nextchunk, NULL))
		err(failure, "libsmartcols");

	for (c = s->columns; c->key; c++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);
		struct json_object *value = json_object_object_get(facts, c->key);

		snprintf(name, sizeof(name), "%s:", c->key);
		print_cell(line, 0, name);
		if (json_object_is_type(value, json_type_array)) {
			text = join(c, value);
			print_cell(line, 1, text);
			free(text);
		} else {
			print_cell(line, 1, scalar(c, value));
		}
	}
	print_end(table);
}

void print_text(const struct section *s, struct json_object *facts,
		const struct output *out)
{
	char text[32];

	if (out->titles) {
		heading(s->name, text, sizeof(text));
		puts(text);
	}
	if (!facts)
		puts(UNKNOWN);
	else if (s->table && !json_object_array_length(facts))
		puts(NONE);
	else if (s->table)
		print_table(s, facts, out);
	else
		print_object(s, facts);
	if (facts && s->more)
		s->more(facts);
}

/* A comma within a value would be taken for the next column. */
static void print_value(const char *text)
{
	for (; text && *text; text++) {
		if (*text == ',')
			fputs("\\x2c", stdout);
		else
			putchar(*text);
	}
}

void print_parsable(const struct section *s, struct json_object *facts,
		    const struct output *out)
{
	size_t i, n, nr = facts ? json_object_array_length(facts) : 0;
	const struct column *c;
	char text[32];

	puts("# The following is the parsable format, which can be fed to other\n"
	     "# programs. A value that is not known is empty.");
	fputs("# ", stdout);
	for (n = 0; (c = nth_column(s, out, n)); n++) {
		heading(c->key, text, sizeof(text));
		printf("%s%s", n ? "," : "", text);
	}
	putchar('\n');
	for (i = 0; i < nr; i++) {
		struct json_object *o = json_object_array_get_idx(facts, i);

		for (n = 0; (c = nth_column(s, out, n)); n++) {
			if (n)
				putchar(',');
			print_value(scalar(c, json_object_object_get(o, c->key)));
		}
		putchar('\n');
	}
}

void print_json(struct json_object *doc)
{
	puts(json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PRETTY |
						 JSON_C_TO_STRING_SPACED |
						 JSON_C_TO_STRING_NOSLASHESCAPE));
}

void print_notes(struct json_object *notes)
{
	size_t i, nr = json_object_array_length(notes);

	fflush(stdout);
	for (i = 0; i < nr; i++) {
		struct json_object *o = json_object_array_get_idx(notes, i);

		warnx("%s: %s",
		      json_object_get_string(json_object_object_get(o, "section")),
		      json_object_get_string(json_object_object_get(o, "text")));
	}
}

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
#include <sys/ioctl.h>
#include <unistd.h>

#include "vcpuinfo.h"

#define BAR_WIDTH	10
#define BAR_STEPS	10000
#define UNKNOWN	"-"
#define NONE	"none"
#define WIDTH	80	/* of a terminal that does not report it */

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

/* Columns of the terminal; 0 if the output is no terminal, so that a line is never broken */
static size_t terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (columns && atoi(columns) > 0)
		return atoi(columns);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return WIDTH;
}

static const char *list_word(const struct column *c, struct json_object *list, size_t i)
{
	struct json_object *element = json_object_array_get_idx(list, i);

	return c->text ? c->text(element) : json_object_get_string(element);
}

/* Lines of up to @width after @indent; in one line if @width is 0 */
static void print_list(FILE *f, const struct column *c, struct json_object *list, size_t indent,
		       size_t width)
{
	size_t i, nr = json_object_array_length(list), column = indent, len;
	const char *word;

	if (!nr)
		fputs(NONE, f);
	for (i = 0; i < nr; i++) {
		word = list_word(c, list, i);
		len = strlen(word) + (i + 1 < nr);
		if (i && c->flags & COLUMN_LINES) {
			fprintf(f, "\n%*s", (int)indent, "");
		} else if (i && width && column + 1 + len > width) {
			fprintf(f, "\n%*s", (int)indent, "");
			column = indent;
		} else if (i) {
			fputc(' ', f);
			column++;
		}
		fprintf(f, i + 1 < nr && !(c->flags & COLUMN_LINES) ? "%s," : "%s", word);
		column += len;
	}
}

/* A value in one line, for free(); NULL if it is not known */
static char *cell_text(const struct column *c, struct json_object *value)
{
	const char *word;
	size_t size;
	char *text;
	FILE *f;

	if (!json_object_is_type(value, json_type_array)) {
		word = scalar(c, value);
		text = word ? strdup(word) : NULL;
		if (word && !text)
			err(STATUS_ERROR, "print");
		return text;
	}
	f = open_memstream(&text, &size);
	if (!f)
		err(STATUS_ERROR, "print");
	print_list(f, c, value, 0, 0);
	if (fclose(f))
		err(STATUS_ERROR, "print");
	return text;
}

struct libscols_table *print_new(void)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		err(STATUS_ERROR, "libsmartcols");
	return table;
}

void print_column(struct libscols_table *table, const char *name, int flags)
{
	if (!scols_table_new_column(table, name, 0, flags))
		err(STATUS_ERROR, "libsmartcols");
}

void print_cell(struct libscols_line *line, size_t n, const char *text)
{
	if (!line || scols_line_set_data(line, n, text ? text : UNKNOWN))
		err(STATUS_ERROR, "libsmartcols");
}

void print_end(struct libscols_table *table)
{
	if (scols_print_table(table))
		errx(STATUS_ERROR, "libsmartcols: cannot print the table");
	scols_unref_table(table);
}

static const struct column *nth_column(const struct section *s, const struct output *out,
				       size_t n)
{
	const struct column *c = section_columns(s);

	if (out->columns)
		return out->columns[n];
	return c[n].key ? &c[n] : NULL;
}

/* The rows of a section; an object without rows is one.  For json_object_put() */
static struct json_object *get_rows(const struct section *s, struct json_object *facts)
{
	struct json_object *list;

	if (s->rows)
		return json_object_get(json_object_object_get(facts, s->rows));
	if (s->columns)
		return json_object_get(facts);
	list = json_object_new_array();
	json_object_array_add(list, json_object_get(facts));
	return list;
}

/* Does the table have this column? */
static bool is_shown(const struct column *c, struct json_object *rows,
		     const struct output *out)
{
	size_t i;

	if (out->columns)
		return true;
	if (c->flags & COLUMN_OPTIONAL)
		return false;
	if (!(c->flags & COLUMN_SPARSE))
		return true;
	for (i = 0; i < json_object_array_length(rows); i++)
		if (json_object_object_get(json_object_array_get_idx(rows, i), c->key))
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

static void print_row(const struct section *s, struct json_object *rows,
		      const struct output *out, struct libscols_line *line,
		      struct json_object *o)
{
	struct json_object *value;
	const struct column *c;
	size_t n, cell = 0;
	char *text;

	for (n = 0; (c = nth_column(s, out, n)); n++) {
		if (!is_shown(c, rows, out))
			continue;
		value = json_object_object_get(o, c->key);
		text = cell_text(c, value);
		print_cell(line, cell++, text);
		free(text);
		if (c->flags & COLUMN_BAR && !out->raw)
			print_bar(line, cell++, value);
	}
}

static void print_table(const struct section *s, struct json_object *rows,
			const struct output *out)
{
	struct libscols_table *table = print_new();
	size_t i, n, nr = json_object_array_length(rows);
	const struct column *c;
	char text[32];

	scols_table_enable_noheadings(table, out->no_headings);
	scols_table_enable_raw(table, out->raw);
	for (n = 0; (c = nth_column(s, out, n)); n++) {
		if (!is_shown(c, rows, out))
			continue;
		heading(c->key, text, sizeof(text));
		print_column(table, text, c->flags & COLUMN_RIGHT ? SCOLS_FL_RIGHT : 0);
		if (c->flags & COLUMN_BAR && !out->raw)
			print_column(table, "", 0);
	}
	for (i = 0; i < nr; i++)
		print_row(s, rows, out, scols_table_new_line(table, NULL),
			  json_object_array_get_idx(rows, i));
	print_end(table);
}

static void print_rows(const struct section *s, struct json_object *facts,
		       const struct output *out)
{
	struct json_object *rows = get_rows(s, facts);

	if (!rows)
		puts(UNKNOWN);
	else if (!json_object_array_length(rows))
		puts(NONE);
	else
		print_table(s, rows, out);
	json_object_put(rows);
}

static const char *field_name(const struct column *c)
{
	return c->label ? c->label : c->key;
}

static bool is_omitted(const struct column *c, struct json_object *facts)
{
	struct json_object *value = json_object_object_get(facts, c->key);

	if (c->flags & COLUMN_OPTIONAL)
		return true;
	if (!c->label)
		return false;
	return !value || (json_object_is_type(value, json_type_array) &&
			  !json_object_array_length(value));
}

static void print_field(const struct column *c, struct json_object *facts, size_t indent,
			size_t width)
{
	struct json_object *value = json_object_object_get(facts, c->key), *source = NULL;
	const char *text;

	printf("%s:%*s", field_name(c), (int)(indent - strlen(field_name(c)) - 1), "");
	if (json_object_is_type(value, json_type_array)) {
		print_list(stdout, c, value, indent, width);
	} else {
		text = scalar(c, value);
		fputs(text ? text : UNKNOWN, stdout);
	}
	if (value && c->source)
		source = json_object_object_get(facts, c->source);
	if (source)
		printf(" (%s)", json_object_get_string(source));
	putchar('\n');
}

static void print_object(const struct section *s, struct json_object *facts)
{
	const size_t width = terminal_width();
	const struct column *c;
	size_t indent = 0;

	for (c = s->fields; c->key; c++)
		if (!is_omitted(c, facts) && strlen(field_name(c)) + 2 > indent)
			indent = strlen(field_name(c)) + 2;
	for (c = s->fields; c->key; c++)
		if (!is_omitted(c, facts))
			print_field(c, facts, indent, width);
	if (s->rows)
		putchar('\n');
}

void print_text(const struct section *s, struct json_object *facts,
		const struct output *out)
{
	char text[32];

	if (out->titles) {
		heading(s->name, text, sizeof(text));
		puts(text);
	}
	if (!facts) {
		puts(UNKNOWN);
		return;
	}
	if (s->fields && !out->table)
		print_object(s, facts);
	if (s->columns || out->table)
		print_rows(s, facts, out);
	if (s->more)
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

static void print_parsable_row(const struct section *s, struct json_object *o,
			       const struct output *out)
{
	const struct column *c;
	bool first = true;
	char *text;
	size_t n;

	for (n = 0; (c = nth_column(s, out, n)); n++) {
		if (!out->columns && c->flags & COLUMN_OPTIONAL)
			continue;
		if (!first)
			putchar(',');
		first = false;
		text = cell_text(c, json_object_object_get(o, c->key));
		print_value(text);
		free(text);
	}
	putchar('\n');
}

static void print_parsable_head(const struct section *s, const struct output *out)
{
	const struct column *c;
	bool first = true;
	char text[32];
	size_t n;

	puts("# The following is the parsable format, which can be fed to other\n"
	     "# programs. A value that is not known is empty.");
	fputs("# ", stdout);
	for (n = 0; (c = nth_column(s, out, n)); n++) {
		if (!out->columns && c->flags & COLUMN_OPTIONAL)
			continue;
		heading(c->key, text, sizeof(text));
		printf("%s%s", first ? "" : ",", text);
		first = false;
	}
	putchar('\n');
}

void print_parsable(const struct section *s, struct json_object *facts,
		    const struct output *out)
{
	struct json_object *rows = facts ? get_rows(s, facts) : NULL;
	size_t i, nr = rows ? json_object_array_length(rows) : 0;

	if (!out->no_headings)
		print_parsable_head(s, out);
	for (i = 0; i < nr; i++)
		print_parsable_row(s, json_object_array_get_idx(rows, i), out);
	json_object_put(rows);
}

/* The columns that --list-columns lists */
void print_columns(const struct section *s)
{
	const struct column *c;
	char text[32];

	for (c = section_columns(s); c->key; c++) {
		heading(c->key, text, sizeof(text));
		printf("%-22s %s\n", text, c->help);
	}
}

/* One line, so that a program can read documents line by line */
void print_json_line(struct json_object *doc)
{
	puts(json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN |
						 JSON_C_TO_STRING_NOSLASHESCAPE));
}

void print_json(struct json_object *doc)
{
	puts(json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PRETTY |
						 JSON_C_TO_STRING_SPACED |
						 JSON_C_TO_STRING_NOSLASHESCAPE));
}

void print_notes(struct json_object *notes)
{
	static struct json_object *last;
	size_t i, nr = json_object_array_length(notes);

	/* With --interval, most reports have the same notes. */
	if (last && json_object_equal(notes, last))
		return;
	json_object_put(last);
	last = json_object_get(notes);

	fflush(stdout);
	for (i = 0; i < nr; i++) {
		struct json_object *o = json_object_array_get_idx(notes, i);

		warnx("%s: %s",
		      json_object_get_string(json_object_object_get(o, "section")),
		      json_object_get_string(json_object_object_get(o, "text")));
	}
}

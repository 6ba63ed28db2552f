// SPDX-License-Identifier: GPL-2.0
/*
 * vcpuinfo(1): the main program; makes the document from the selected sections.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/device.h"
#include "userspace/libpv/interval.h"
#include "userspace/libpv/stdout.h"
#include "files.h"
#include "hypervisor.h"
#include "options.h"

/* Ends the program with a message, and with the available sections or columns. */
__printf(2, 3)
static void __noreturn refuse(const struct section *columns_of, const char *fmt, ...)
{
	const struct section *s;
	const struct column *c;
	va_list ap;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	if (columns_of) {
		fprintf(stderr, "; columns of %s:", columns_of->name);
		for (c = section_columns(columns_of); c->key; c++)
			fprintf(stderr, " %s", c->key);
	} else {
		fputs("; sections:", stderr);
		for (s = sections; s->name; s++)
			fprintf(stderr, " %s", s->name);
	}
	fputc('\n', stderr);
	exit(STATUS_ERROR);
}

static void check_names(const struct options *o)
{
	const char *name;
	int i;

	for (i = 0; i < o->nr_names; i++) {
		name = o->names[i];
		if (section_find(name))
			continue;
		if (o->interval_ns && isdigit((unsigned char)*name))
			refuse(NULL, "unknown section: %s; did you mean --interval %s?", name,
			       name);
		refuse(NULL, "unknown or ambiguous section: %s", *name ? name : "(empty)");
	}
}

static bool is_chosen(const struct options *o, const struct section *s)
{
	int i;

	for (i = 0; i < o->nr_names; i++)
		if (section_find(o->names[i]) == s)
			return true;
	return o->all && !s->named;
}

/* The one section of options that select columns, or NULL without such an option */
static const struct section *choose_section(const struct options *o)
{
	const bool one = o->columns || o->all_columns || o->extended ||
			 o->format == FORMAT_PARSABLE;

	if (one && (o->all || o->nr_names > 1))
		refuse(NULL, "--output, --output-all, --extended and --parse apply to one section");
	if (o->nr_names == 1 && !o->all)
		return section_find(o->names[0]);
	if (o->all || o->nr_names)
		return NULL;
	return section_find(one || o->table ? "vcpus" : "summary");
}

static size_t count_columns(const struct section *s)
{
	size_t n = 0;

	while (section_columns(s)[n].key)
		n++;
	return n;
}

/* Columns that are displayed by default, or all, for free(); with space for @more */
static const struct column **make_columns(const struct section *s, bool all, size_t more,
					  size_t *nr)
{
	const struct column **columns, *c;

	columns = calloc(count_columns(s) + more + 1, sizeof(*columns));
	if (!columns)
		err(STATUS_ERROR, "--output");
	*nr = 0;
	for (c = section_columns(s); c->key; c++)
		if (all || !(c->flags & (COLUMN_OPTIONAL | COLUMN_SPARSE)))
			columns[(*nr)++] = c;
	return columns;
}

/* For free(); NULL: the default columns */
static const struct column **choose_columns(const struct section *s, const struct options *o)
{
	const struct column **columns;
	char *name, *next = o->columns;
	size_t n;

	if (!s || (!next && !o->all_columns))
		return NULL;
	/* There are at most as many names as characters. */
	columns = make_columns(s, o->all_columns, next ? strlen(next) + 1 : 0, &n);
	if (!next)
		return columns;
	if (*next == '+')
		next++;
	else
		n = 0;
	while ((name = strsep(&next, ","))) {
		columns[n] = section_column(s, name);
		if (!columns[n++])
			refuse(s, "unknown column: %s", *name ? name : "(empty)");
	}
	columns[n] = NULL;
	return columns;
}

static struct json_object *project_row(struct json_object *from, const struct column **columns)
{
	struct json_object *to = json_object_new_object(), *value;
	size_t n;

	for (n = 0; columns[n]; n++) {
		value = json_object_object_get(from, columns[n]->key);
		json_object_object_add(to, columns[n]->key, json_object_get(value));
	}
	return to;
}

static struct json_object *project_list(struct json_object *from, const struct column **columns)
{
	struct json_object *to;
	size_t i;

	if (!from)
		return NULL;
	to = json_object_new_array();
	for (i = 0; i < json_object_array_length(from); i++)
		json_object_array_add(to, project_row(json_object_array_get_idx(from, i), columns));
	return to;
}

/* The facts, but only the members of the selected columns. */
static struct json_object *project(const struct section *s, struct json_object *facts,
				   const struct column **columns)
{
	struct json_object *o;

	if (!facts)
		return NULL;
	if (s->rows) {
		o = json_object_new_object();
		json_object_object_add(o, s->rows,
				       project_list(json_object_object_get(facts, s->rows),
						    columns));
	} else if (s->columns) {
		o = project_list(facts, columns);
	} else {
		o = project_row(facts, columns);
	}
	json_object_put(facts);
	return o;
}

/* The document; @one: the only section, or NULL */
static struct json_object *read_document(struct vcpuinfo *v, const struct options *o,
					 const struct section *one)
{
	struct json_object *doc = json_object_new_object(), *facts;
	const struct section *s;

	v->notes = json_object_new_array();
	for (s = sections; s->name; s++) {
		if (one ? s != one : !is_chosen(o, s))
			continue;
		facts = s->read(v);
		if (v->columns)
			facts = project(s, facts, v->columns);
		json_object_object_add(doc, s->name, facts);
	}
	json_object_object_add(doc, "notes", v->notes);
	return doc;
}

static void print_sections(const struct section *one, struct json_object *doc,
			   const struct options *o, const struct output *out)
{
	struct json_object *facts;
	const struct section *s;
	bool first = true;

	for (s = sections; s->name; s++) {
		if (!json_object_object_get_ex(doc, s->name, &facts))
			continue;
		if (o->format == FORMAT_PARSABLE) {
			print_parsable(one, facts, out);
			continue;
		}
		if (!first)
			putchar('\n');
		print_text(s, facts, out);
		first = false;
	}
}

static void print(struct vcpuinfo *v, const struct section *one, struct json_object *doc,
		  const struct options *o, const struct output *out)
{
	if (o->format == FORMAT_JSON && o->interval_ns) {
		print_json_line(doc);
	} else if (o->format == FORMAT_JSON) {
		print_json(doc);
	} else {
		print_sections(one, doc, o, out);
		print_notes(v->notes);
	}
}

/* One word without blanks, in lower case */
static void print_word(struct vcpuinfo *v)
{
	struct json_object *virtual = json_object_object_get(v->hypervisor, "virtualized");
	const char *word = hypervisor_member(v->hypervisor, "vendor");

	if (!virtual)
		word = "unknown";
	else if (!json_object_get_boolean(virtual))
		word = "none";
	else if (!word)
		word = "virtual";
	for (; *word; word++)
		putchar(*word == ' ' ? '-' : tolower((unsigned char)*word));
	putchar('\n');
}

static void display(struct vcpuinfo *v, const struct section *one, const struct options *o)
{
	const struct output out = {
		.columns = v->columns,
		.titles = !one && !o->no_headings,
		.table = o->table,
		.raw = o->raw,
		.no_headings = o->no_headings,
	};
	struct json_object *doc;

	if (o->format == FORMAT_QUIET)
		return;
	if (o->format == FORMAT_BRIEF) {
		print_word(v);
		return;
	}
	doc = read_document(v, o, one);
	print(v, one, doc, o, &out);
	json_object_put(doc);
}

/* Displays the same again and again; an empty line separates texts. */
static void repeat(struct vcpuinfo *v, const struct section *one, const struct options *o)
{
	__u64 begin = pv_interval_now();
	unsigned int i;

	pv_interval_begin();
	if (options_rates(o) && !strcmp(one->name, "exits")) {
		watch_exits(v, o);
		return;
	}
	if (options_rates(o)) {
		watch_rates(v, o);
		return;
	}
	for (i = 0; !o->count || i < o->count; i++) {
		if (i && o->format == FORMAT_TEXT && !o->no_headings)
			putchar('\n');
		display(v, one, o);
		pv_stdout_flush();
		if (i + 1 == o->count)
			break;
		begin += o->interval_ns;
		if (!pv_interval_wait(begin))
			break;
	}
}

static void list_columns(const struct options *o)
{
	const struct section *s;
	bool first = true;

	for (s = sections; s->name; s++) {
		if (o->nr_names && !is_chosen(o, s))
			continue;
		printf("%s%s:\n", first ? "" : "\n", s->name);
		print_columns(s);
		first = false;
	}
}

static int status(const struct vcpuinfo *v)
{
	struct json_object *virtual = json_object_object_get(v->hypervisor, "virtualized");

	if (!virtual)
		return STATUS_UNKNOWN;
	return json_object_get_boolean(virtual) ? STATUS_VIRTUAL : STATUS_PHYSICAL;
}

static void open_machine(struct vcpuinfo *v, const struct options *o)
{
	int error = files_open(&v->sysfs, o->sysroot);

	if (error == -ENOTDIR && o->sysroot)
		errx(STATUS_ERROR, "%s: not a directory with a recorded machine, see --record",
		     o->sysroot);
	if (error)
		errx(STATUS_ERROR, "%s: %s", o->sysroot ? o->sysroot : "/", strerror(-error));
	if (!files_recorded(&v->sysfs))
		errx(STATUS_ERROR, "%s: not a recorded machine: it has no file that vcpuinfo reads",
		     o->sysroot);
	if (v->sysfs.live)
		v->device = pv_device_open();
}

static void close_machine(struct vcpuinfo *v)
{
	json_object_put(v->hypervisor);
	pv_device_close(v->device);
	pv_sysfs_close(&v->sysfs);
	free(v->columns);
}

int main(int argc, char **argv)
{
	struct vcpuinfo v = { .device = -ENODEV };
	const struct section *one;
	struct options o = {};
	struct plan plan = {};
	int result;

	setlocale(LC_CTYPE, "");
	pv_stdout_begin(STATUS_ERROR);
	options_parse(argc, argv, &o);
	if (options_command(&o))
		return call_main(&o);
	if (o.record)
		return record_main(&o);
	check_names(&o);
	if (o.list_columns) {
		list_columns(&o);
		return EXIT_SUCCESS;
	}
	one = choose_section(&o);
	v.columns = choose_columns(one, &o);

	open_machine(&v, &o);
	options_plan(&v, &o, &plan);
	v.plan = &plan;
	if (o.tag)
		return latency_tag(&v, &o);
	v.hypervisor = hypervisor_detect(&v);
	if (!v.hypervisor)
		errx(STATUS_ERROR, "%s%s", o.sysroot, v.refused);

	if (o.interval_ns)
		repeat(&v, one, &o);
	else
		display(&v, one, &o);
	result = status(&v);
	close_machine(&v);
	options_free_plan(&plan);
	free(o.calls);
	free(o.names);
	return result;
}

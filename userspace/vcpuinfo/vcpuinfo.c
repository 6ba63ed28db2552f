// SPDX-License-Identifier: GPL-2.0
/*
 * vcpuinfo(1): the main program; makes the document from the selected sections.
 */
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/libpv/device.h"
#include "userspace/libpv/stdout.h"
#include "files.h"
#include "options.h"

/* Exit status of an error; ANSWER_UNKNOWN if the status reports a result. */
int failure = EXIT_FAILURE;

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
		for (c = columns_of->columns; c->key; c++)
			fprintf(stderr, " %s", c->key);
	} else {
		fputs("; sections:", stderr);
		for (s = sections; s->name; s++)
			fprintf(stderr, " %s%s", s->name, s->table ? " (a table)" : "");
	}
	fputc('\n', stderr);
	exit(failure);
}

static bool is_chosen(const struct options *o, const struct section *s)
{
	int i;

	if (o->all && !s->named)
		return true;
	for (i = 0; i < o->nr_names; i++)
		if (!strcmp(o->names[i], s->name))
			return true;
	return !o->all && !o->nr_names && !s->costly && !s->named;
}

/* The one table of --output and --parse, or NULL without either. */
static const struct section *choose_table(const struct options *o)
{
	const struct section *s;
	int i;

	for (i = 0; i < o->nr_names; i++)
		if (!section_find(o->names[i]))
			refuse(NULL, "unknown section: %s", o->names[i]);
	if (!o->columns && o->format != FORMAT_PARSABLE)
		return NULL;
	if (o->all || o->nr_names > 1)
		refuse(NULL, "--output and --parse apply to one section");
	s = section_find(o->nr_names ? o->names[0] : "vcpus");
	if (!s->table)
		refuse(NULL, "--output and --parse apply to a table, %s is none", s->name);
	return s;
}

/* For free(); NULL: all columns. */
static const struct column **choose_columns(const struct section *s, char *list)
{
	const struct column **columns;
	char *name, *next = list;
	size_t n = 0;

	if (!s || !list)
		return NULL;
	/* There are at most as many columns as characters. */
	columns = calloc(strlen(list) + 2, sizeof(*columns));
	if (!columns)
		err(failure, "--output");
	while ((name = strsep(&next, ","))) {
		columns[n] = section_column(s, name);
		if (!columns[n++])
			refuse(s, "unknown column: %s", *name ? name : "(empty)");
	}
	return columns;
}

/* The facts, but only the members of the selected columns. */
static struct json_object *project(struct json_object *facts,
				   const struct column **columns)
{
	struct json_object *list, *from, *to, *value;
	size_t i, n;

	if (!facts)
		return NULL;
	list = json_object_new_array();
	for (i = 0; i < json_object_array_length(facts); i++) {
		from = json_object_array_get_idx(facts, i);
		to = json_object_new_object();
		for (n = 0; columns[n]; n++) {
			value = json_object_object_get(from, columns[n]->key);
			json_object_object_add(to, columns[n]->key, json_object_get(value));
		}
		json_object_array_add(list, to);
	}
	json_object_put(facts);
	return list;
}

static void print(const struct section *s, struct json_object *doc, enum format format,
		  struct output *out)
{
	struct json_object *facts;
	bool first = true;

	if (format == FORMAT_JSON) {
		print_json(doc);
		return;
	}
	if (format == FORMAT_PARSABLE) {
		print_parsable(s, json_object_object_get(doc, s->name), out);
		return;
	}
	for (s = sections; s->name; s++) {
		if (!json_object_object_get_ex(doc, s->name, &facts))
			continue;
		if (!first)
			putchar('\n');
		print_text(s, facts, out);
		first = false;
	}
}

static int answer(struct json_object *hypervisor)
{
	struct json_object *virtual = json_object_object_get(hypervisor, "virtual");

	if (!virtual)
		return ANSWER_UNKNOWN;
	return json_object_get_boolean(virtual) ? ANSWER_VIRTUAL : ANSWER_PHYSICAL;
}

int main(int argc, char **argv)
{
	struct vcpuinfo v = { .device = -ENODEV };
	struct options o = {};
	struct output out = {};
	struct plan plan = {};
	const struct section *table, *s;
	struct json_object *doc, *facts;
	int error, status;

	setlocale(LC_CTYPE, "");
	pv_stdout_begin(&failure);
	options_parse(argc, argv, &o);
	if (options_command(&o))
		return call_main(&o);
	if (o.record)
		return record_main(&o);
	if (o.watch)
		return watch_main(&o);
	table = choose_table(&o);
	out.columns = choose_columns(table, o.columns);
	out.titles = !table && o.nr_names != 1;

	error = files_open(&v.sysfs, o.sysroot);
	if (error)
		errx(failure, "%s: %s", o.sysroot ? o.sysroot : "/", strerror(-error));
	if (v.sysfs.live)
		v.device = pv_device_open();
	plan_make(&v, &o, &plan);
	v.plan = &plan;
	if (o.tag)
		return tag_main(&v, &o);

	doc = json_object_new_object();
	v.notes = json_object_new_array();
	v.hypervisor = hypervisor_detect(&v);
	if (!v.hypervisor)
		errx(failure, "%s%s", o.sysroot, v.refused);
	for (s = sections; s->name; s++) {
		if (table ? s != table : !is_chosen(&o, s))
			continue;
		facts = s->read(&v);
		if (out.columns)
			facts = project(facts, out.columns);
		json_object_object_add(doc, s->name, facts);
	}
	json_object_object_add(doc, "notes", v.notes);

	print(table, doc, o.format, &out);
	if (o.format != FORMAT_JSON)
		print_notes(v.notes);

	status = options_question(&o) ? answer(v.hypervisor) : EXIT_SUCCESS;
	json_object_put(doc);
	json_object_put(v.hypervisor);
	pv_device_close(v.device);
	pv_sysfs_close(&v.sysfs);
	plan_free(&plan);
	free(out.columns);
	free(o.calls);
	return status;
}

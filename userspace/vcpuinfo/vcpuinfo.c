// SPDX-License-Identifier: GPL-2.0
/*
 * vcpuinfo(1): the main program; makes the document from the selected sections.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

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
		if (one ? s != one : !section_is_chosen(o, s))
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
		if (o->nr_names && !section_is_chosen(o, s))
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
	section_check_names(&o);
	if (o.list_columns) {
		list_columns(&o);
		return EXIT_SUCCESS;
	}
	one = section_choose(&o);
	v.columns = section_choose_columns(one, &o);

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

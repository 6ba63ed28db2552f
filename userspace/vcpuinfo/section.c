// SPDX-License-Identifier: GPL-2.0
/*
 * The sections, and which of them and of their columns the command line selects.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vcpuinfo.h"

const struct section sections[] = {
	{
		.name = "summary",
		.help = "the facts that matter most, on one screen",
		.named = true,
		.fields = summary_fields,
		.read = summary_read,
	},
	{
		.name = "hypervisor",
		.help = "hypervisor, its interfaces and features",
		.fields = hypervisor_fields,
		.read = hypervisor_read,
	},
	{
		.name = "hypercalls",
		.help = "hypercalls, and whether the hypervisor announces them",
		.columns = hypercalls_columns,
		.read = hypercalls_read,
	},
	{
		.name = "vcpus",
		.help = "CPUs, as the guest and the host see them",
		.columns = vcpus_columns,
		.read = vcpus_read,
	},
	{
		.name = "cpufreq",
		.help = "cpufreq driver, policies and their requests",
		.fields = cpufreq_fields,
		.rows = "policies",
		.columns = cpufreq_columns,
		.read = cpufreq_read,
	},
	{
		.name = "exits",
		.help = "VM exits by reason, as the host counts them",
		.named = true,
		.columns = exits_columns,
		.read = exits_read,
		.more = exits_more,
	},
	{
		.name = "latency",
		.help = "latency of hypercalls, measured",
		.costly = true,
		.columns = latency_columns,
		.read = latency_read,
		.more = latency_more,
	},
	{}
};

/* The section with this name, or the only one with a name that begins with it, in any case */
const struct section *section_find(const char *name)
{
	const struct section *s, *found = NULL;
	unsigned int nr = 0;

	for (s = sections; s->name; s++) {
		if (!strcasecmp(s->name, name))
			return s;
		if (!strncasecmp(s->name, name, strlen(name))) {
			found = s;
			nr++;
		}
	}
	return nr == 1 ? found : NULL;
}

const struct column *section_column(const struct section *s, const char *key)
{
	const struct column *c;

	for (c = section_columns(s); c->key; c++)
		if (!strcasecmp(c->key, key))
			return c;
	return NULL;
}

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

void section_check_names(const struct options *o)
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

bool section_is_chosen(const struct options *o, const struct section *s)
{
	int i;

	for (i = 0; i < o->nr_names; i++)
		if (section_find(o->names[i]) == s)
			return true;
	return o->all && !s->named;
}

/* The one section of options that select columns, or NULL without such an option */
const struct section *section_choose(const struct options *o)
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
const struct column **section_choose_columns(const struct section *s, const struct options *o)
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

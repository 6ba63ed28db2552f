/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line of vcpuinfo(1).
 */
#ifndef _VCPUINFO_OPTIONS_H
#define _VCPUINFO_OPTIONS_H

#include "vcpuinfo.h"

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_PARSABLE,
	FORMAT_BRIEF,
	FORMAT_QUIET,
};

/**
 * struct options - the command line
 * @all: --all
 * @format: --json, --parse, --brief, --quiet
 * @wrong: an option that does not exist, or without its argument
 * @help: --help
 * @list_columns: --list-columns
 * @table: one of the options that display objects as tables
 * @extended: --extended
 * @columns: --output, or the list of --extended or --parse
 * @all_columns: --output-all
 * @raw: --raw
 * @no_headings: --noheadings
 * @interval_ns: --interval, --watch; 0: once
 * @count: --count; 0: until interrupted
 * @by: --by vcpu
 * @by_what: argument of --by
 * @histogram: --histogram
 * @tag: --tag
 * @sysroot: --sysroot
 * @record: --record
 * @cpus: --cpu
 * @samples: --samples
 * @warmup: --warmup
 * @calls: argument of each --call
 * @nr_calls: entries of @calls
 * @names: sections, or a command and its arguments
 * @nr_names: entries of @names
 */
struct options {
	bool all;
	enum format format;
	bool wrong;
	bool help;
	bool list_columns;
	bool table;
	bool extended;
	char *columns;
	bool all_columns;
	bool raw;
	bool no_headings;
	__u64 interval_ns;
	unsigned int count;
	bool by;
	const char *by_what;
	bool histogram;
	bool tag;
	const char *sysroot;
	const char *record;
	const char *cpus;
	const char *samples;
	const char *warmup;
	const char **calls;
	int nr_calls;
	char **names;
	int nr_names;
};

void options_parse(int argc, char **argv, struct options *o);
bool options_command(const struct options *o);
bool options_rates(const struct options *o);

/* section.c: what the command line selects */
void section_check_names(const struct options *o);
bool section_is_chosen(const struct options *o, const struct section *s);
const struct section *section_choose(const struct options *o);
const struct column **section_choose_columns(const struct section *s, const struct options *o);

/* options-values.c */
__u64 options_number(const char *what, const char *word, __u64 min, __u64 max);
__u64 options_duration(const char *what, const char *word, unsigned int max_s);
void options_find_call(const char *word, struct planned_call *planned);
void options_list_calls(void);
void options_plan(const struct vcpuinfo *v, const struct options *o, struct plan *plan);
void options_free_plan(struct plan *plan);

/* call.c, record.c, latency.c: the exit status */
int call_main(const struct options *o);
int record_main(const struct options *o);
int latency_tag(const struct vcpuinfo *v, const struct options *o);

/* watch.c: print intervals until the user interrupts, or until --count */
void watch_rates(struct vcpuinfo *v, const struct options *o);
void watch_exits(struct vcpuinfo *v, const struct options *o);

#endif /* _VCPUINFO_OPTIONS_H */

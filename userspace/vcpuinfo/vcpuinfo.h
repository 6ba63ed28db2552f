/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vcpuinfo(1): what a guest can learn of its virtual machine.
 *
 * Each section reads its facts into JSON, with null for what is not known; the
 * tables are printed from that document, so that both always say the same.
 */
#ifndef _VCPUINFO_H
#define _VCPUINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <json-c/json.h>
#include <libsmartcols/libsmartcols.h>
#include <linux/types.h>

#include "userspace/libpv/compiler.h"
#include "userspace/libpv/cpulist.h"
#include "userspace/libpv/sysfs.h"

#define MODULE_DIR	"/sys/hypervisor/pv"
#define CPU_DIR		"/sys/devices/system/cpu"
#define POLICY_DIR	CPU_DIR "/cpufreq"
#define DRIVER_DIR	"/sys/bus/platform/drivers/vcpufreq"

/* Of a recorded machine: CPUID, and CPUID as Xen provides it to a PV domain */
#define DUMP		"/cpuid"
#define DUMP_XEN	"/cpuid-xen"
/* Of a recorded machine: what /dev/pv_exits returns */
#define DUMP_EXITS	"/exits"

#define COLUMN_RIGHT	0x1	/* aligned to the right */
#define COLUMN_HEX	0x2	/* a number that is shown as 0x... */
#define COLUMN_BAR	0x4	/* a share up to 1, which a table also shows as a bar */
#define COLUMN_SPARSE	0x8	/* not in a table in which no row has it, unless selected */
#define COLUMN_OPTIONAL	0x10	/* in JSON, and in text only if selected */
#define COLUMN_LINES	0x20	/* a list with an element per line */

/**
 * struct column - one member of a section's objects
 * @key: name in JSON, and in capitals the heading of the column
 * @label: in the text of an object that omits unknown facts and empty lists; NULL: @key
 * @flags: COLUMN_*
 * @help: what it is
 * @source: member with the source of this one, may be NULL
 * @text: makes one element of a list printable, where it is no plain string
 */
struct column {
	const char *key;
	const char *label;
	unsigned int flags;
	const char *help;
	const char *source;
	const char *(*text)(struct json_object *element);
};

struct vcpuinfo;

/**
 * struct section - one part of what there is to say
 * @name: on the command line and in JSON
 * @help: what it is
 * @costly: only where it is asked for
 * @named: only where it is named, and not by --all: most hosts do not have it
 * @fields: members of the object, ended by one without a key; NULL: the section is a list
 * @rows: member of the object that is a list; NULL: none
 * @columns: members of each row of the list; NULL: the section has no list
 * @read: makes the section; NULL: nothing is known
 * @more: prints what no table can hold, may be NULL
 */
struct section {
	const char *name;
	const char *help;
	bool costly;
	bool named;
	const struct column *fields;
	const char *rows;
	const struct column *columns;
	struct json_object *(*read)(struct vcpuinfo *v);
	void (*more)(struct json_object *facts);
};

/* What --output can select */
static inline const struct column *section_columns(const struct section *s)
{
	return s->columns ? s->columns : s->fields;
}

/**
 * struct planned_call - a call to be measured
 * @name: short form, or the number
 * @nr: number
 */
struct planned_call {
	char name[40];
	__u64 nr;
};

/**
 * struct plan - what sections latency and exits are to show
 * @calls: calls
 * @nr_calls: how many
 * @cpus: CPUs to measure on, each call on each
 * @samples: calls to measure
 * @warmup: calls before the first that counts
 * @histogram: with the distribution, of exits as well
 * @by_vcpu: the exits of each vCPU
 */
struct plan {
	struct planned_call *calls;
	size_t nr_calls;
	struct pv_cpulist cpus;
	__u32 samples;
	__u32 warmup;
	bool histogram;
	bool by_vcpu;
};

/**
 * struct vcpuinfo - one machine
 * @sysfs: where its files are
 * @device: file descriptor of /dev/pv_hypercall, or the errno of opening it, negated
 * @hypervisor: hypervisor_detect(), which other sections build upon
 * @plan: what sections latency and exits are to show
 * @columns: selected columns, ended by NULL; NULL: the default ones
 * @notes: why something is not known
 * @refused: why a recorded machine cannot be read
 */
struct vcpuinfo {
	struct pv_sysfs sysfs;
	int device;
	struct json_object *hypervisor;
	const struct plan *plan;
	const struct column **columns;
	struct json_object *notes;
	char refused[128];
};

/* Exit status: whether a hypervisor runs this machine, in all forms of the output */
enum {
	STATUS_VIRTUAL = 0,
	STATUS_PHYSICAL = 1,
	STATUS_UNKNOWN = 2,
	STATUS_ERROR = 3,
};

/* The architectures of pvguest */
enum arch {
	ARCH_UNKNOWN,
	ARCH_X86,
	ARCH_ARM64,
};

/* section.c */
extern const struct section sections[];

const struct section *section_find(const char *name);
const struct column *section_column(const struct section *s, const char *key);

/* cpuid.c */
struct pv_cpuid_dump;
int cpuid_load(const struct pv_sysfs *sysfs, const char *path, struct pv_cpuid_dump *dump,
	       char *why, size_t size);

/* fact.c */
void fact_string(struct json_object *o, const char *key, const char *value);
void fact_bool(struct json_object *o, const char *key, bool known, bool value);
void fact_u64(struct json_object *o, const char *key, bool known, __u64 value);
void fact_double(struct json_object *o, const char *key, bool known, int digits, double value);
void fact_file(const struct vcpuinfo *v, struct json_object *o, const char *key,
	       const char *path);
void fact_file_u64(const struct vcpuinfo *v, struct json_object *o, const char *key,
		   const char *path);
struct json_object *fact_words(char *text, const char *separators);
bool fact_has_word(const char *words, const char *word);
enum arch fact_arch(const struct vcpuinfo *v);
bool fact_is_native(const struct vcpuinfo *v);

/* note.c */
__printf(3, 4)
void note(struct vcpuinfo *v, const char *section, const char *fmt, ...);
bool note_wanted(const struct vcpuinfo *v, const char *keys);
void note_drop(struct vcpuinfo *v, size_t nr);
const char *note_not_kvm(const struct vcpuinfo *v);
bool note_rejects_calls(const struct vcpuinfo *v);
const char *note_trouble(const struct vcpuinfo *v);
void note_device(struct vcpuinfo *v, const char *section, const char *what);
void note_no_driver(struct vcpuinfo *v, const char *section);
const char *note_refusal(const struct vcpuinfo *v, __u64 nr, int error);

/* summary.c, hypervisor.c, hypercalls.c, vcpus.c, cpufreq.c, exits.c, latency.c */
struct json_object *hypervisor_detect(struct vcpuinfo *v);
struct json_object *summary_read(struct vcpuinfo *v);
struct json_object *hypervisor_read(struct vcpuinfo *v);
struct json_object *hypercalls_read(struct vcpuinfo *v);
struct json_object *vcpus_read(struct vcpuinfo *v);
struct json_object *cpufreq_read(struct vcpuinfo *v);
struct json_object *exits_read(struct vcpuinfo *v);
struct json_object *latency_read(struct vcpuinfo *v);

void exits_more(struct json_object *facts);
void latency_more(struct json_object *facts);

extern const struct column summary_fields[];
extern const struct column hypervisor_fields[];
extern const struct column hypercalls_columns[];
extern const struct column vcpus_columns[];
extern const struct column cpufreq_fields[];
extern const struct column cpufreq_columns[];
extern const struct column exits_columns[];
extern const struct column latency_columns[];

char *cpufreq_text(struct vcpuinfo *v, const char *file);
char *vcpus_times(const struct vcpuinfo *v);
bool vcpus_steal(const struct vcpuinfo *v, const char *now, const char *before, int cpu,
		 double *percent);

/* latency.c: how the times of sections latency and exits are distributed */
struct json_object *histogram_read(const __u32 *counts, __u32 khz);
void histogram_print(struct json_object *list);

/**
 * struct output - what to print of the document
 * @columns: of a single section, ended by NULL; NULL: the default ones
 * @titles: each section begins with its name
 * @table: an object is a table with one row, and only rows of a section with both are printed
 * @raw: columns are not aligned
 * @no_headings: tables have no headings
 */
struct output {
	const struct column **columns;
	bool titles;
	bool table;
	bool raw;
	bool no_headings;
};

/* print.c */
void print_json(struct json_object *doc);
void print_json_line(struct json_object *doc);
void print_columns(const struct section *s);
void print_parsable(const struct section *s, struct json_object *facts,
		    const struct output *out);
void print_text(const struct section *s, struct json_object *facts,
		const struct output *out);
void print_notes(struct json_object *notes);
struct libscols_table *print_new(void);
void print_column(struct libscols_table *table, const char *name, int flags);
void print_cell(struct libscols_line *line, size_t n, const char *text);
void print_end(struct libscols_table *table);

#endif /* _VCPUINFO_H */

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

#include "userspace/libpv/libpv.h"

#define MODULE_DIR	"/sys/hypervisor/pv"
#define CPU_DIR		"/sys/devices/system/cpu"
#define POLICY_DIR	CPU_DIR "/cpufreq"
#define DRIVER_DIR	"/sys/bus/platform/drivers/vcpufreq"

/* Of a recorded machine: CPUID, and CPUID as Xen provides it to a PV domain */
#define DUMP		"/cpuid"
#define DUMP_XEN	"/cpuid-xen"
/* Of a recorded machine: what /dev/pv_exits returns */
#define DUMP_EXITS	"/exits"

#define EVIDENCE_MAX	32
#define USER_MODE_LINUX	"user-mode Linux"

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

/**
 * enum evidence_kind - what a fact other than CPUID and hypercalls proves
 * @EVIDENCE_DEVICE: the VMM implements it, and it exists whatever CPUID shows
 * @EVIDENCE_INTERFACE: a device of an interface that several VMMs implement; real machines
 *                      can have virtio devices
 * @EVIDENCE_FIRMWARE: firmware reports a virtual machine without a name
 * @EVIDENCE_TEXT: a DMI string that only virtual machines have; the user of a VMM can set it
 * @EVIDENCE_PRODUCT: names the product if another source shows the vendor; real machines,
 *                    or other VMMs, can have it
 */
enum evidence_kind {
	EVIDENCE_DEVICE,
	EVIDENCE_INTERFACE,
	EVIDENCE_FIRMWARE,
	EVIDENCE_TEXT,
	EVIDENCE_PRODUCT,
};

/**
 * struct evidence - one fact
 * @kind: what it proves
 * @vendor: hypervisor that it names, or NULL
 * @product: VMM or cloud that it names, or NULL
 * @excludes: hypervisor that is not below this VMM, or NULL
 * @source: source of the fact, such as "pci:80ee:cafe"
 */
struct evidence {
	enum evidence_kind kind;
	const char *vendor;
	const char *product;
	const char *excludes;
	char source[96];
};

/**
 * struct evidence_list - facts, at most one for each kind, vendor and product
 * @nr: entries of @facts
 * @facts: in the order of their sources
 */
struct evidence_list {
	size_t nr;
	struct evidence facts[EVIDENCE_MAX];
};

/* Whether KVM's hypercalls exist on this machine */
enum kvm_interface {
	KVM_INTERFACE_UNKNOWN,
	KVM_INTERFACE_ABSENT,
	KVM_INTERFACE_PRESENT,
};

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

/* section.c */
extern const struct section sections[];

const struct section *section_find(const char *name);
const struct column *section_column(const struct section *s, const char *key);
void section_check_names(const struct options *o);
bool section_is_chosen(const struct options *o, const struct section *s);
const struct section *section_choose(const struct options *o);
const struct column **section_choose_columns(const struct section *s, const struct options *o);

/* options.c */
void options_parse(int argc, char **argv, struct options *o);
bool options_command(const struct options *o);
bool options_rates(const struct options *o);

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

/* hypervisor-facts.c */
const char *hypervisor_member(struct json_object *o, const char *key);
void hypervisor_source(__u32 leaf, char *text, size_t size);
void hypervisor_signature(struct json_object *o, const char *text, bool has_leaf,
			  __u32 leaf, const char *source);
struct json_object *hypervisor_interface(const char *name, __u32 leaf, const char *version,
					 const char *version_source);
void hypervisor_confidential(struct json_object *o, const char *kind, const char *state,
			     bool paravisor, const char *source);
void hypervisor_is(struct json_object *o, const char *vendor, const char *source);
void hypervisor_below(struct json_object *o, const char *vendor, const char *source);
void hypervisor_move_below(struct json_object *o);
enum kvm_interface hypervisor_kvm(struct json_object *o);

/* cpuid.c, kernel.c, firmware.c, devices.c, smbios.c */
bool cpuid_read(struct vcpuinfo *v, struct json_object *o);
void kernel_read(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list);
bool kernel_is_xen(const struct pv_sysfs *sysfs);
void firmware_read(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list);
bool firmware_is_denied(const struct vcpuinfo *v);
void devices_read(struct vcpuinfo *v, struct evidence_list *list);
void smbios_read(struct vcpuinfo *v, struct evidence_list *list);

/* verdict.c */
__printf(3, 4)
void evidence_add(struct evidence_list *list, const struct evidence *fact,
		  const char *fmt, ...);
void verdict_decide(struct json_object *o, const struct evidence_list *list);

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

/* exits.c: for --interval and --record */
int exits_take(struct vcpuinfo *v, struct pv_exits *exits);
const char *exits_trouble(const struct vcpuinfo *v, int err);
struct json_object *exits_rows(struct vcpuinfo *v, struct pv_exits *exits);

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

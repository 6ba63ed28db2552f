/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libpv: what the programs and the tests share.
 *
 * libbpf.h has what needs libbpf.
 */
#ifndef _LIBPV_H
#define _LIBPV_H

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/pv_exits.h>
#include <linux/pv_hypercall.h>
#include <linux/types.h>

#include "drivers/hypervisor/detect.h"

/* What kernel code takes for granted */

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#endif

#define __attribute(a)		__attribute__((a))
#ifndef __printf
#define __printf(fmt, args)	__attribute(format(printf, fmt, args))
#endif
#ifndef __noreturn
#define __noreturn		__attribute(noreturn)
#endif

/* number.c: numbers that the user types */

/**
 * struct pv_number_unit - a unit of numbers with a decimal point
 * @name: the text after the number, in any case
 * @places: decimal places that are a whole number of the smallest unit
 */
struct pv_number_unit {
	const char *name;
	unsigned int places;
};

int pv_number_scan(const char **text, unsigned int base, __u64 *value);
int pv_number_parse(const char *text, __u64 *value);
int pv_number_scaled(const char *text, const struct pv_number_unit *units, size_t nr_units,
		     __u64 *value);
bool pv_number_read(const char *what, const char *text, __u64 min, __u64 max, __u64 *value);
bool pv_number_duration(const char *what, const char *text, unsigned int min_ms,
			unsigned int max_s, __u64 *ns);

/* output.c: standard output: a program must not succeed if its output is lost */

void pv_stdout_begin(int failure);
void pv_stdout_flush(void);

/* output.c: intervals of a watch that the user interrupts */

#define NSEC_PER_SEC	1000000000ULL
#define NSEC_PER_MSEC	1000000ULL

/* The shortest interval that a user can choose */
#define PV_INTERVAL_MIN_MS	10

__u64 pv_interval_now(void);
void pv_interval_begin(void);
bool pv_interval_wait(__u64 end);

/* output.c: replacing a file in one step, without following symbolic links */

/**
 * struct pv_replace - a file that is being replaced
 * @path: path of the file
 * @temporary: path of the new file
 * @fd: the new file
 */
struct pv_replace {
	char *path;
	char *temporary;
	int fd;
};

int pv_replace_begin(struct pv_replace *r, const char *path);
int pv_replace_commit(struct pv_replace *r);
void pv_replace_abort(struct pv_replace *r);

/* cpulist.c: lists of CPUs as the kernel prints them: "0-3,5\n" */

/* The highest NR_CPUS that an architecture's Kconfig admits. */
#define PV_CPULIST_MAX		8192
#define PV_CPULIST_WORD_BITS	(sizeof(unsigned long) * CHAR_BIT)

/**
 * struct pv_cpulist - a set of CPUs
 * @words: one bit each
 */
struct pv_cpulist {
	unsigned long words[PV_CPULIST_MAX / PV_CPULIST_WORD_BITS];
};

int pv_cpulist_parse(const char *text, struct pv_cpulist *list);
bool pv_cpulist_has(const struct pv_cpulist *list, unsigned int cpu);
int pv_cpulist_next(const struct pv_cpulist *list, int cpu);
void pv_cpulist_add(struct pv_cpulist *list, unsigned int cpu);
bool pv_cpulist_covers(const struct pv_cpulist *list, const struct pv_cpulist *other);
char *pv_cpulist_text(const struct pv_cpulist *list);

/* cpulist.c: counters by CPU of vcpufreq.ko: a line with the CPU's number and its count */

int pv_percpu_sum(const char *text, const struct pv_cpulist *cpus, __u64 *sum);

/* sysfs.c: files of sysfs and procfs, of this machine or of a recorded one */

/**
 * struct pv_sysfs - root of the files
 * @root: file descriptor of the directory that replaces /
 * @live: the files are those of this machine
 * @listed: may a file with this path be read? NULL: all may be read
 */
struct pv_sysfs {
	int root;
	bool live;
	bool (*listed)(const char *path);
};

int pv_sysfs_open(struct pv_sysfs *s, const char *root);
void pv_sysfs_close(struct pv_sysfs *s);
__printf(3, 0)
char *pv_sysfs_vread(const struct pv_sysfs *s, size_t *len, const char *fmt, va_list ap);
int pv_sysfs_fd(const struct pv_sysfs *s, const char *path);
DIR *pv_sysfs_dir(const struct pv_sysfs *s, const char *path);

/* sysfs-text.c */
__printf(3, 4)
char *pv_sysfs_read(const struct pv_sysfs *s, size_t *len, const char *fmt, ...);
__printf(2, 3)
char *pv_sysfs_text(const struct pv_sysfs *s, const char *fmt, ...);
__printf(3, 4)
int pv_sysfs_u64(const struct pv_sysfs *s, __u64 *value, const char *fmt, ...);

/* plain-text.c: text without the markup of mails, web pages and terminals */

char *pv_plain_text(const char *text, size_t len, size_t *plain_len);

/*
 * pattern.c: patterns of text with numbers, for text that pv_plain_text() returned.
 *
 * Each character of a pattern is one of the text, and upper and lower case are the same, but
 *
 *	' '	any number of blanks and commas
 *	'_'	at least one of them
 *	'?'	the next character is optional
 *	'%l'	number of up to 8 hexadecimal digits
 *	'%8'	number of exactly 8 hexadecimal digits
 *	'%x'	as %l, with or without 0x.  If one of them begins with zeros, each of them must
 *		have 8 digits, or it is cut.
 *	'%n'	decimal number of up to 8 digits
 *	'~'	a text that ends its line after this is malformed
 *	'!'	a text that does not match after this is malformed
 *
 * After '~' and '!', the text can continue in the next line where the pattern has ' '.
 */

/* Matches no text, since text has no control characters */
#define PV_PATTERN_NEVER	"\1"

enum pv_pattern {
	PV_PATTERN_NONE,
	PV_PATTERN_MALFORMED,
	PV_PATTERN_MATCH,
};

/**
 * struct pv_cursor - text that is not parsed yet
 * @p: next character
 * @end: end of the text
 * @line: line of @p
 */
struct pv_cursor {
	const char *p;
	const char *end;
	unsigned int line;
};

bool pv_is_word(char c);
bool pv_at_end_of_line(const struct pv_cursor *c);
bool pv_take(struct pv_cursor *c, const char *text);
void pv_skip_blanks(struct pv_cursor *c);
void pv_skip_digits(struct pv_cursor *c);
enum pv_pattern pv_pattern_match(struct pv_cursor *c, const char *pattern, __u32 *numbers);

/* CPUID of the machine that this program runs on, or of a recorded machine */

#define PV_CPUID_DUMP_MAX	512

/**
 * struct pv_cpuid_dump - the leaves of one recorded CPU
 * @nr: entries of @leaves
 * @leaves: in the order of the file
 * @line: line of the error in the file, 0: the error is not in one line
 * @error: why the file was rejected
 */
struct pv_cpuid_dump {
	size_t nr;
	struct pv_cpuid_leaf {
		__u32 leaf;
		__u32 subleaf;
		struct pv_cpuid_regs regs;
	} leaves[PV_CPUID_DUMP_MAX];
	unsigned int line;
	const char *error;
};

/* arch-x86.c, arch-arm64.c */
bool pv_cpuid_native(struct pv_detected *d);
bool pv_cpuid_xen(struct pv_detected *d);
bool pv_cpuid_native_dump(struct pv_cpuid_dump *dump);
bool pv_cpuid_xen_dump(struct pv_cpuid_dump *dump);

/* cpuid-dump.c */
int pv_cpuid_dump_parse(const char *text, size_t len, struct pv_cpuid_dump *dump);
void pv_cpuid_dump_read(void *dump, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs);

/* cpuid-dump-make.c */
bool pv_cpuid_has_subleaves(__u32 leaf);
void pv_cpuid_dump_make(pv_cpuid_fn read, void *ctx, struct pv_cpuid_dump *dump);
void pv_cpuid_dump_print(const struct pv_cpuid_dump *dump, unsigned int cpu, FILE *file);

/* calls.c: hypercalls by number and name, and what announces each */

#define PV_CALL_UNANNOUNCED	(-1)

/**
 * struct pv_call - one hypercall
 * @nr: number
 * @name: as in the header that defines it
 * @feature: bit that announces it: a KVM feature bit for KVM's calls, a bit of
 *           PV_QUERY_FEATURES for ours; PV_CALL_UNANNOUNCED: nothing does
 * @alias: other names: the short form, and where there is one that of another header
 */
struct pv_call {
	__u64 nr;
	const char *name;
	int feature;
	const char *alias[2];
};

/* The calls of pvguest, and all calls by name and number */
const struct pv_call *pv_calls_own(size_t *nr);
const struct pv_call *pv_calls_next(const struct pv_call *call);
const struct pv_call *pv_calls_find(__u64 nr);
const struct pv_call *pv_calls_named(const char *name);
const struct pv_call *pv_calls_near(const char *name, const struct pv_call *call);

/* arch-x86.c, arch-arm64.c: the calls of KVM, and those of a standard */
const struct pv_call *pv_calls_kvm(size_t *nr);
const struct pv_call *pv_calls_standard(size_t *nr);
const char *pv_calls_feature(unsigned int bit);

/* calls.c: what a hypervisor answers: registers, and how it refuses */

/**
 * struct pv_refusal - a way to say no
 * @status: what the first register holds, as a signed number
 * @name: as in the header that defines it
 * @meaning: in words
 */
struct pv_refusal {
	__s64 status;
	const char *name;
	const char *meaning;
};

bool pv_answer_refused(__u64 nr, __u64 result, __s64 *status);
const struct pv_refusal *pv_answer_refusal(__u64 nr, __s64 status);
bool pv_answer_unassigned(__u64 nr, __s64 status);

/* arch-x86.c, arch-arm64.c: the first refusal of a table is "no such call" */
extern const unsigned int pv_answer_registers;	/* those that hold an answer */

const struct pv_refusal *pv_answer_refusals(__u64 nr, size_t *nr_refusals);
__s64 pv_answer_status(__u64 nr, __u64 result);
const char *pv_answer_register(unsigned int n);

/* device.c: the ioctls of /dev/pv_hypercall */

#define PV_DEVICE_PATH	"/dev/pv_hypercall"

int pv_device_open(void);
void pv_device_close(int fd);
int pv_device_query(int fd, struct pv_hypercall_query *q);
int pv_device_vcpu_info(int fd, unsigned int cpu, struct pv_hypercall_vcpu_info *info);
int pv_device_call(int fd, struct pv_hypercall_call *call);
int pv_device_probe(int fd, __u64 nr, __u32 flags, struct pv_hypercall_probe *probe);
int pv_device_latency(int fd, struct pv_hypercall_latency *l);
int pv_device_tagged(int fd, struct pv_hypercall_tagged *t);

/* device.c: all calls that the driver knows */

/**
 * struct pv_probe - the calls that the driver knows
 * @calls: ascending by number
 * @nr: how many
 */
struct pv_probe {
	struct pv_hypercall_probe *calls;
	size_t nr;
};

int pv_probe_read(int fd, struct pv_probe *probe);
void pv_probe_free(struct pv_probe *probe);
const struct pv_hypercall_probe *pv_probe_find(const struct pv_probe *probe, __u64 nr);

/* device.c: the price of a hypercall in nanoseconds */

#define PV_LATENCY_SAMPLES	10000
#define PV_LATENCY_WARMUP	100

/**
 * struct pv_latency - what a run gave
 * @samples: calls measured
 * @khz: ticks of the counter in a millisecond
 * @status: what the hypervisor answered; a refusal costs the exit just the same
 * @min: cheapest call in ns
 * @p50: median in ns
 * @p90: 90th percentile in ns
 * @p99: 99th percentile in ns
 * @p99_9: 99.9th percentile in ns
 * @max: dearest call in ns
 * @mean: of all calls, in ns
 * @counts: histogram of the ticks, cut at the dearest call
 */
struct pv_latency {
	__u32 samples;
	__u32 khz;
	__s64 status;
	__u64 min;
	__u64 p50;
	__u64 p90;
	__u64 p99;
	__u64 p99_9;
	__u64 max;
	__u64 mean;
	__u32 counts[PV_HYPERCALL_BUCKETS];
};

__u64 pv_latency_ns(__u64 ticks, __u32 khz);
int pv_latency_take(struct pv_latency *latency, const struct pv_hypercall_latency *l);
int pv_latency_run(int fd, struct pv_hypercall_latency *l, struct pv_latency *latency);

/* histogram.c: the log-linear histogram of linux/pv_hypercall.h */

unsigned int pv_histogram_bucket(__u64 value);
__u64 pv_histogram_low(unsigned int bucket);
__u64 pv_histogram_high(unsigned int bucket);
__u64 pv_histogram_total(const __u32 counts[PV_HYPERCALL_BUCKETS]);
bool pv_histogram_percentile(const __u32 counts[PV_HYPERCALL_BUCKETS],
			     unsigned int permille, __u64 *value);

/* histogram.c: a histogram that fits a screen */

#define PV_CHART_LINES		20
#define PV_CHART_WIDTH		40
#define PV_CHART_BAR_SIZE	(3 * PV_CHART_WIDTH + 1)	/* a block is 3 bytes of UTF-8 */

/**
 * struct pv_chart_line - buckets of a histogram, merged
 * @low: least value
 * @high: greatest value
 * @count: values from @low to @high
 */
struct pv_chart_line {
	__u64 low;
	__u64 high;
	__u64 count;
};

unsigned int pv_chart_lines(const __u32 counts[PV_HYPERCALL_BUCKETS],
			    struct pv_chart_line lines[PV_CHART_LINES]);
void pv_chart_bar(__u64 count, __u64 most, unsigned int width, bool utf8,
		  char bar[PV_CHART_BAR_SIZE]);

/* exits.c: the exits of this guest's vCPUs, from /dev/pv_exits or from a recording */

#define PV_EXITS_PATH	"/dev/pv_exits"

/**
 * enum pv_exits_kind - what a row counts
 * @PV_EXITS_KIND_EXIT: exits of one reason
 * @PV_EXITS_KIND_HALT: times that the vCPU was halted; only count and time
 * @PV_EXITS_KIND_PREEMPTION: times that the vCPU was preempted; only count and time
 */
enum pv_exits_kind {
	PV_EXITS_KIND_EXIT,
	PV_EXITS_KIND_HALT,
	PV_EXITS_KIND_PREEMPTION,
};

/**
 * struct pv_exits_row - counters of one reason
 * @kind: what it counts
 * @vcpu: the vCPU; 0 after pv_exits_merge()
 * @stat: the counters; @stat.reason is valid for PV_EXITS_KIND_EXIT only
 * @elapsed: ticks since the earlier reading, of all vCPUs of this row; 0: not known
 * @seconds: seconds since the earlier reading; 0: not known
 * @invalid: the counters contradict each other
 */
struct pv_exits_row {
	enum pv_exits_kind kind;
	__u32 vcpu;
	struct pv_exits_stat stat;
	__u64 elapsed;
	double seconds;
	bool invalid;
};

/**
 * struct pv_exits - a reading of all counters
 * @info: of the device
 * @vcpus: of each vCPU, @info.nr_vcpus
 * @rows: the counters
 * @nr_rows: entries of @rows
 */
struct pv_exits {
	struct pv_exits_info info;
	struct pv_exits_read *vcpus;
	struct pv_exits_row *rows;
	size_t nr_rows;
};

int pv_exits_open(void);
int pv_exits_take(int fd, struct pv_exits *exits);
int pv_exits_copy(struct pv_exits *to, const struct pv_exits *from);
void pv_exits_free(struct pv_exits *exits);
int pv_exits_load(const char *bytes, size_t len, struct pv_exits *exits);
int pv_exits_store(const struct pv_exits *exits, FILE *file);

/* exits-sum.c */
bool pv_exits_since(struct pv_exits *exits, const struct pv_exits *before);
void pv_exits_merge(struct pv_exits *exits);
void pv_exits_sort(struct pv_exits *exits);
__u64 pv_exits_timed(const struct pv_exits_stat *stat);
bool pv_exits_percentile(const struct pv_exits_stat *stat, unsigned int permille, __u64 *ticks);

#endif /* _LIBPV_H */

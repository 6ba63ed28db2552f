/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvhost(8): what its parts have of each other.
 *
 * Whatever goes wrong ends the program with one line that says what to do; so
 * these functions return only where they succeed, unless they say otherwise.
 */
#ifndef _PVHOST_H
#define _PVHOST_H

#include <json-c/json.h>
#include <linux/kvm_pv.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "userspace/libpv/compiler.h"

#define PVHOST_PROC	"/proc"
#define PVHOST_CPU	"/sys/devices/system/cpu"

/* Beyond any KVM; what the one of this host takes, it will say itself. */
#define PVHOST_MAX_VCPUS	65536

/**
 * struct pvhost_command - one subcommand
 * @name: what the user types
 * @run: gets its arguments as main() does, @argv[0] being @name
 * @help: one line
 * @usage: synopsis and options
 */
struct pvhost_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
	const char *usage;
};

/**
 * struct pvhost_program - a program that has subcommands
 * @name: its name
 * @commands: what it can do
 * @nr_commands: how many that are
 */
struct pvhost_program {
	const char *name;
	const struct pvhost_command *commands;
	size_t nr_commands;
};

/* pvhost.c; of hypertrace(8), which shares some files, hypertrace.c */
extern const struct pvhost_program pvhost_program;

/* command.c: the one that runs, NULL: none yet */
extern const struct pvhost_command *pvhost_command;

void __noreturn pvhost_usage(void);
void __noreturn pvhost_try_help(void);
void pvhost_no_more(int argc, char **argv);

/* run.c, attach.c, detach.c, list.c, stats.c, cap.c, save.c, restore.c, describe.c */
int pvhost_run(int argc, char **argv);
int pvhost_attach(int argc, char **argv);
int pvhost_detach(int argc, char **argv);
int pvhost_list(int argc, char **argv);
int pvhost_stats(int argc, char **argv);
int pvhost_cap(int argc, char **argv);
int pvhost_save(int argc, char **argv);
int pvhost_restore(int argc, char **argv);
int pvhost_describe(int argc, char **argv);

/* number.c */
__u64 pvhost_number(const char *what, const char *text, __u64 min, __u64 max);
__u32 *pvhost_numbers(const char *what, const char *text, __u32 min, size_t *nr);

/* name.c: processes */

/* Options that have no short form */
enum {
	PVHOST_NAME = 256,
	PVHOST_LIBVIRT,
	PVHOST_BPF,
	PVHOST_NR_OPTIONS,
};

pid_t pvhost_name_pid(const char *option, const char *name);
bool pvhost_name_option(pid_t *pid, int option, const char *value);

/* spawn.c: other programs */
char *pvhost_text(const char *format, ...) __printf(1, 2);
bool pvhost_have_program(const char *name);
bool pvhost_spawn(char **argv, const char *dir);

/* qemu.c: a QEMU that is to be started */

/* What -smp says, of options that are there twice the last; 0: nothing */
struct pvhost_smp {
	__u64 cpus;
	__u64 maxcpus;
	__u64 product;
};

/**
 * struct pvhost_qemu - a command line
 * @argv: program and arguments, the last NULL
 * @argc: how many
 * @smp: its CPUs
 * @dtb: device tree that the user has, NULL: none
 * @kvm: uses KVM
 * @no_acpi: gives the guest no ACPI tables
 * @stopped: the user wants to start the guest himself
 */
struct pvhost_qemu {
	char **argv;
	size_t argc;
	struct pvhost_smp smp;
	const char *dtb;
	bool kvm;
	bool no_acpi;
	bool stopped;
};

void pvhost_qemu_read(struct pvhost_qemu *qemu, char **argv);
__u32 pvhost_qemu_cpus(const struct pvhost_qemu *qemu);
void pvhost_qemu_copy(struct pvhost_qemu *to, const struct pvhost_qemu *from);
void pvhost_qemu_add(struct pvhost_qemu *qemu, char *word);

/* qmp.c: what is said to it */
FILE *pvhost_qmp_open(int fd);
bool pvhost_qmp_do(FILE *qmp, const char *command);

/* description.c: what a guest is told of a device */

/**
 * struct pvhost_description - a device
 * @node: of its node in a device tree, the name
 * @uid: names it in ACPI
 * @acpi: its name there
 * @compatible: strings, each NUL-terminated, and an empty one
 * @base: guest-physical address
 * @size: bytes
 * @irq: interrupt, 0: none
 */
struct pvhost_description {
	const char *node;
	const char *uid;
	char acpi[5];
	const char *compatible;
	__u64 base;
	__u64 size;
	__u32 irq;
};

/* The string behind another one, NULL: there is none; the first one is behind NULL. */
const char *pvhost_compatible(const struct pvhost_description *description, const char *last);
void pvhost_description_freq(struct pvhost_description *description, __u64 base, __u32 nr_cpus);
bool pvhost_description_is(const struct pvhost_description *description, const char *wanted);

/* ssdt.c, fdt.c: for x86, for arm64 */
void pvhost_ssdt_print(FILE *out, const struct pvhost_description *description);
void pvhost_ssdt_add(struct pvhost_qemu *qemu, const char *dir,
		     const struct pvhost_description *description);
void pvhost_fdt_print(FILE *out, const struct pvhost_description *description);
void pvhost_fdt_add(struct pvhost_qemu *qemu, const char *dir,
		    const struct pvhost_description *description);

/* place.c: where a device lies */

/**
 * struct pvhost_place - an architecture of guests
 * @arch: its name, as uname(1) has it
 * @alias: another name, NULL: none
 * @base: default address of the first window
 * @end: first address behind that is taken
 * @irq: default interrupt (GSI)
 * @max_irq: the last one that a device can have
 * @format: how the device is described, "dts" or "asl"
 * @add: describes it to a QEMU that is to be started
 */
struct pvhost_place {
	const char *arch;
	const char *alias;
	__u64 base;
	__u64 end;
	__u32 irq;
	__u32 max_irq;
	const char *format;
	void (*add)(struct pvhost_qemu *qemu, const char *dir,
		    const struct pvhost_description *description);
};

/* @arch: NULL: that of this machine */
const struct pvhost_place *pvhost_place(const char *arch);
__u64 pvhost_base(const struct pvhost_place *place, const char *text, __u32 nr_cpus);
__u64 pvhost_base_of(const struct pvhost_place *place, const char *text, __u64 size);

/* table.c: performance tables */
__u32 *pvhost_table(const char *text, size_t *nr);

/* backend.c: how requests are applied */

/**
 * struct pvhost_backend - a backend
 * @name: its name
 * @needs: what a host must have for it, NULL: nothing
 * @margin: takes a margin
 */
struct pvhost_backend {
	const char *name;
	const char *needs;
	bool margin;
};

bool pvhost_backend_find(const char *name, __u32 *nr);
__u32 pvhost_backend_nr(const char *name);
/* NULL: a kvm_pv that is newer than this pvhost has it */
const struct pvhost_backend *pvhost_backend(__u32 nr);

/* vmm.c: a running VMM */

/**
 * struct pvhost_vmm - a process with a VM
 * @pid: its number
 * @pidfd: likewise
 * @number: the VM, a file descriptor of the process
 * @vm_fd: likewise, one of ours
 * @nr_vcpus: vCPUs that it has
 */
struct pvhost_vmm {
	pid_t pid;
	int pidfd;
	int number;
	int vm_fd;
	unsigned int nr_vcpus;
};

int pvhost_vmm_take(const struct pvhost_vmm *vmm);
void pvhost_vmm_open(struct pvhost_vmm *vmm, pid_t pid, bool want_vcpus, unsigned int timeout_s);

/* wish.c: what the user wants of it */

/**
 * struct pvhost_wish - options of attach and run, or what restore has read
 * @base_text: as typed, or NULL, as the next two
 * @table_text: NULL: that of the host
 * @domains_text: NULL: each CPU has its own
 * @nr_cpus: 0: not said
 * @flags: KVM_PV_EXPOSE_TID
 * @backend: how requests are applied
 * @margin: per cent, of backend uclamp
 * @base: the place that is meant
 * @table: performance table that is meant
 * @nr_table: its entries
 * @domains: perf domains that are meant
 * @nr_domains: how many
 * @states: registers of each CPU, NULL: those of a guest that has done nothing yet
 * @ceiling: in kHz, 0: none
 * @generation: of the ceiling
 */
struct pvhost_wish {
	const char *base_text;
	const char *table_text;
	const char *domains_text;
	__u32 nr_cpus;
	__u32 flags;
	__u32 backend;
	__u32 margin;
	__u64 base;
	__u32 *table;
	size_t nr_table;
	__u32 *domains;
	size_t nr_domains;
	struct kvm_pv_state *states;
	__u32 ceiling;
	__u32 generation;
};

bool pvhost_wish_option(struct pvhost_wish *wish, int option, const char *value);
void pvhost_wish_check(const struct pvhost_wish *wish);
void pvhost_wish_read(struct pvhost_wish *wish);
void pvhost_wish_place(struct pvhost_wish *wish);
__u32 pvhost_wish_attach(const struct pvhost_wish *wish, int fd, const struct pvhost_vmm *vmm);

/* device.c: /dev/kvm_pv */
int pvhost_device_open(void);
void pvhost_device_attach(int fd, struct kvm_pv_attach *attach, pid_t pid);
/* returns false where there is no such VM (any more) */
bool pvhost_device_detach(int fd, __u32 id);
struct kvm_pv_vm *pvhost_device_list(int fd, size_t *nr);
/* returns NULL where there is no such VM (any more) */
struct kvm_pv_cpu *pvhost_device_stats(int fd, __u32 id, size_t *nr);
/* returns NULL where there is no such VM (any more) */
struct kvm_pv_state *pvhost_device_save(int fd, __u32 id, size_t nr, struct kvm_pv_save *save);
/* returns false where there is no such VM (any more) */
bool pvhost_device_cap(int fd, const struct kvm_pv_vm *vm, __u32 khz);

/* select.c: which VMs are meant */

/**
 * struct pvhost_select - one VM, or all
 * @by_pid: @pid is given
 * @by_id: @id is given
 * @pid: process
 * @id: handle
 */
struct pvhost_select {
	bool by_pid;
	bool by_id;
	pid_t pid;
	__u32 id;
};

/* Takes --pid, --name, --libvirt and --id; false: it is another option. */
bool pvhost_select_option(struct pvhost_select *select, int option, const char *value);
bool pvhost_selects(const struct pvhost_select *select, const struct kvm_pv_vm *vm);
void __noreturn pvhost_selects_none(const struct pvhost_select *select);

/* document.c: facts */
struct json_object *pvhost_document_vm(const struct kvm_pv_vm *vm);
struct json_object *pvhost_document_cpu(__u32 cpu, const struct kvm_pv_cpu *stats);
struct json_object *pvhost_document_number(bool known, __u64 value);
struct json_object *pvhost_document(struct json_object *vms);

/* field.c: what somebody else has written */

/**
 * struct pvhost_field - an object of a document
 * @file: where the document comes from
 * @where: what members are called behind, as "cpus[1]."
 * @object: the object
 */
struct pvhost_field {
	const char *file;
	char where[32];
	struct json_object *object;
};

void pvhost_field_open(struct pvhost_field *field, const char *path);
void __noreturn __printf(3, 4) pvhost_field_bad(const struct pvhost_field *in, const char *key,
						const char *format, ...);
__u64 pvhost_field_number(const struct pvhost_field *in, const char *key, __u64 min, __u64 max);
__u64 pvhost_field_known(const struct pvhost_field *in, const char *key, __u64 min, __u64 max,
			 __u64 none);
bool pvhost_field_bool(const struct pvhost_field *in, const char *key);
const char *pvhost_field_text(const struct pvhost_field *in, const char *key);
struct json_object *pvhost_field_array(const struct pvhost_field *in, const char *key,
				       size_t min, size_t max, size_t *nr);
__u64 pvhost_field_entry(const struct pvhost_field *in, const char *key,
			 struct json_object *array, size_t i, __u64 min, __u64 max);

/* state.c: what save writes and restore reads */
struct json_object *pvhost_state_document(int fd, const struct kvm_pv_vm *vm);
void pvhost_state_read(struct pvhost_wish *wish, const char *path);

/* print.c: the same facts as a table or as JSON */

/**
 * struct pvhost_column - a column of a table
 * @title: its head
 * @key: member of the document
 * @hex: numbers are addresses
 * @left: is text
 */
struct pvhost_column {
	const char *title;
	const char *key;
	bool hex;
	bool left;
};

void pvhost_print_json(struct json_object *document);

struct libscols_table;
struct libscols_table *pvhost_print_begin(const struct pvhost_column *columns, size_t nr);
/* cells come from @object, or, where it has no such member, from @parent (or NULL) */
void pvhost_print_row(struct libscols_table *table, const struct pvhost_column *columns,
		      size_t nr, struct json_object *object, struct json_object *parent);
void pvhost_print_end(struct libscols_table *table);
void pvhost_print_cpus(const struct pvhost_column *columns, size_t nr,
		       struct json_object *document);

/* stats.c, watch.c, metrics.c: statistics */
struct json_object *pvhost_stats_document(int fd, const struct pvhost_select *select);
void pvhost_watch(int fd, const struct pvhost_select *select, unsigned int seconds, bool json);
void pvhost_metrics_print(struct json_object *document);

#endif /* _PVHOST_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvhost(8): functions and types that its files share.
 *
 * A function that fails prints one line that says what to do, and ends the program, unless
 * its description says that it returns the failure.
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

#include "userspace/libpv/libpv.h"

#define PVHOST_PROC	"/proc"
#define PVHOST_CPU	"/sys/devices/system/cpu"

/* More than any KVM has.  KVM rejects numbers that this host does not support. */
#define PVHOST_MAX_VCPUS	65536

/**
 * struct pvhost_command - one subcommand
 * @name: its name on the command line
 * @run: its function; the arguments are those of main(), @argv[0] is @name
 * @help: help text of one line
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
 * @commands: its subcommands
 * @nr_commands: number of subcommands
 */
struct pvhost_program {
	const char *name;
	const struct pvhost_command *commands;
	size_t nr_commands;
};

/* command.c: the subcommand that runs, NULL: none yet */
extern const struct pvhost_command *pvhost_command;

/* The main function of pvhost(8), and of hypertrace(8), which shares some files */
int pvhost_command_main(const struct pvhost_program *called, int argc, char **argv);
void __noreturn pvhost_usage(void);
void __noreturn pvhost_try_help(void);
void pvhost_no_more(int argc, char **argv);

/* Commands: run.c, attach.c, sync.c, select.c, query.c, device.c, describe.c, doctor.c */
int pvhost_run(int argc, char **argv);
int pvhost_attach(int argc, char **argv);
int pvhost_sync(int argc, char **argv);
int pvhost_detach(int argc, char **argv);
int pvhost_list(int argc, char **argv);
int pvhost_stats(int argc, char **argv);
int pvhost_set(int argc, char **argv);
int pvhost_cap(int argc, char **argv);
int pvhost_enable(int argc, char **argv);
int pvhost_disable(int argc, char **argv);
int pvhost_describe(int argc, char **argv);
int pvhost_doctor(int argc, char **argv);

/* command.c: names what the following messages are about; NULL: the program only */
void pvhost_context(const char *text);

/* number.c */
__u64 pvhost_number(const char *what, const char *text, __u64 min, __u64 max);
__u64 pvhost_duration(const char *what, const char *text, unsigned int min_ms, unsigned int max_s);
__u32 *pvhost_numbers(const char *what, const char *text, size_t *nr);
bool pvhost_freq_parse(const char *text, __u64 *khz);
__u32 pvhost_freq(const char *what, const char *text);
__u32 pvhost_freq_or_none(const char *what, const char *text);
__u32 *pvhost_freqs(const char *what, const char *text, size_t *nr);

/* name.c: processes */

/* Options that have no short form */
enum {
	PVHOST_NAME = 256,
	PVHOST_LIBVIRT,
	PVHOST_BPF,
	PVHOST_DESCRIBE,
	PVHOST_NO_HYPERCALLS,
	PVHOST_EXPOSE_FREQUENCY,
	PVHOST_EXPOSE_EXITS,
	PVHOST_MAX_RATE,
	PVHOST_CAP,
	PVHOST_CONFIG,
	PVHOST_TELEMETRY,
	PVHOST_IRQ,
	PVHOST_PERF_DOMAINS,
	PVHOST_NR_OPTIONS,
};

pid_t pvhost_name_find(const char *option, const char *name);
pid_t pvhost_name_pid(const char *option, const char *name);
pid_t pvhost_name_vm(const char *text);
bool pvhost_name_option(pid_t *pid, int option, const char *value);
int pvhost_name_pidfd(void);

/* trust.c: processes and files that only trusted users can change */
struct stat;
bool pvhost_trust_process(pid_t pid, char *reason, size_t size);
bool pvhost_trust_file(const struct stat *st);

/* cmdline.c: the name of a VM */
char *pvhost_cmdline_read(pid_t pid, const char *file, size_t *len);
char *pvhost_cmdline_name(const char *words, size_t len);
bool pvhost_cmdline_is_qemu(pid_t pid);
char *pvhost_cmdline_vm(pid_t pid);

/* user.c: the user of QEMU */

/**
 * struct pvhost_user - a user
 * @name: login name, NULL: the user of this process
 * @home: home directory
 * @uid: user id
 * @gid: primary group
 */
struct pvhost_user {
	char *name;
	char *home;
	uid_t uid;
	gid_t gid;
};

void pvhost_user_find(struct pvhost_user *user, const char *name, bool as_root);
void pvhost_user_become(const struct pvhost_user *user);

/* spawn.c: other programs */
char *pvhost_text(const char *format, ...) __printf(1, 2);
bool pvhost_have_program(const char *name);
bool pvhost_spawn(char **argv, const char *dir);

/* qemu.c: a QEMU that is to be started */

/* The values of -smp, the last one if an option is repeated; 0: not given */
struct pvhost_smp {
	__u64 cpus;
	__u64 maxcpus;
	__u64 product;
};

/**
 * struct pvhost_qemu - a command line
 * @argv: program and arguments, the last NULL
 * @argc: number of program and arguments
 * @smp: its CPUs
 * @machine: name of the machine, NULL: not given
 * @dtb: device tree of the user, NULL: none
 * @kvm: uses KVM
 * @no_acpi: gives the guest no ACPI tables
 * @stopped: the user starts the guest
 */
struct pvhost_qemu {
	char **argv;
	size_t argc;
	struct pvhost_smp smp;
	const char *machine;
	const char *dtb;
	bool kvm;
	bool no_acpi;
	bool stopped;
};

void pvhost_qemu_read(struct pvhost_qemu *qemu, char **argv);
__u32 pvhost_qemu_cpus(const struct pvhost_qemu *qemu);
void pvhost_qemu_copy(struct pvhost_qemu *to, const struct pvhost_qemu *from);
void pvhost_qemu_add(struct pvhost_qemu *qemu, char *word);

/* machine.c: the machine that a QEMU has made */

/**
 * struct pvhost_machine - properties of a machine, NULL: the machine does not have it
 * @type: its type, as "pc-q35-7.2"
 * @acpi: whether it has ACPI tables
 * @acpi_device: controller of the ACPI tables of a PC
 * @firmware: file of -bios
 * @flash: drive of a flash with firmware
 */
struct pvhost_machine {
	char *type;
	char *acpi;
	char *acpi_device;
	char *firmware;
	char *flash;
};

FILE *pvhost_machine_open(int fd);
bool pvhost_machine_do(FILE *qmp, const char *command);
bool pvhost_machine_read(struct pvhost_machine *machine, FILE *qmp);
void pvhost_machine_check_acpi(const struct pvhost_machine *machine);
void pvhost_machine_check_dt(const struct pvhost_machine *machine);
void pvhost_machine_check_name(const char *name);

/* description.c: the description of a device for its guest */

/**
 * struct pvhost_description - a device
 * @node: name of its node in a device tree
 * @uid: its unique id in ACPI
 * @acpi: its name in ACPI
 * @compatible: strings, each with a terminating NUL, and an empty string
 * @base: guest-physical address
 * @size: size in bytes
 * @shared: guest-physical address of the shared pages, 0: none
 * @shared_size: their size
 * @irq: interrupt, 0: none
 */
struct pvhost_description {
	const char *node;
	const char *uid;
	char acpi[5];
	const char *compatible;
	__u64 base;
	__u64 size;
	__u64 shared;
	__u64 shared_size;
	__u32 irq;
};

/* Returns the string after @last, or the first string if @last is NULL; NULL at the end. */
const char *pvhost_compatible(const struct pvhost_description *description, const char *last);
void pvhost_description_freq(struct pvhost_description *description, __u64 base, __u64 shared,
			     __u32 nr_cpus);
bool pvhost_description_is(const struct pvhost_description *description, const char *wanted);

/* ssdt.c: the description for x86; fdt.c: for arm64 */
void pvhost_ssdt_print(FILE *out, const struct pvhost_description *description);
void pvhost_ssdt_add(struct pvhost_qemu *qemu, const char *dir,
		     const struct pvhost_description *description);
void pvhost_fdt_print(FILE *out, const struct pvhost_description *description);
void pvhost_fdt_add(struct pvhost_qemu *qemu, const char *dir,
		    const struct pvhost_description *description);

/* description.c: the address of a device */

/**
 * struct pvhost_place - an architecture of guests
 * @arch: its name, as uname(1) prints it
 * @alias: another name, NULL: none
 * @base: default address of the first window
 * @end: first address above that is in use
 * @shared: default address of the shared pages
 * @irq: default interrupt (GSI)
 * @max_irq: highest interrupt of a device
 * @format: format of the description, "dts" or "asl"
 */
struct pvhost_place {
	const char *arch;
	const char *alias;
	__u64 base;
	__u64 end;
	__u64 shared;
	__u32 irq;
	__u32 max_irq;
	const char *format;
};

/* @arch: NULL: the architecture of this machine */
const struct pvhost_place *pvhost_place(const char *arch);
__u64 pvhost_base(const struct pvhost_place *place, const char *text, __u32 nr_cpus);
__u64 pvhost_base_of(const struct pvhost_place *place, const char *text, __u64 size);
__u64 pvhost_shared_size(__u64 nr_cpus, bool telemetry);
__u64 pvhost_shared(const struct pvhost_place *place, const char *text, __u32 nr_cpus);

/* table.c: performance tables */
__u32 *pvhost_table(const char *text, size_t *nr);

/* backend.c: how requests are applied */

/* The best one that the host and the VM support, see backend.c */
#define PVHOST_AUTO		UINT32_MAX

/**
 * struct pvhost_backend - a backend
 * @name: its name
 * @needs: requirement for the host, NULL: none
 * @margin: accepts a margin
 * @cap: requires a cap
 */
struct pvhost_backend {
	const char *name;
	const char *needs;
	bool margin;
	bool cap;
};

bool pvhost_backend_find(const char *name, __u32 *nr);
__u32 pvhost_backend_nr(const char *name);
/* Returns NULL for a backend of a newer kvm_pv. */
const struct pvhost_backend *pvhost_backend(__u32 nr);

/* vmm.c: a running VMM */

/**
 * struct pvhost_vmm - a process with a VM
 * @pid: process id
 * @pidfd: file descriptor of the process
 * @number: file descriptor of the VM in the process
 * @vm_fd: file descriptor of the VM in pvhost
 * @nr_vcpus: number of vCPUs
 */
struct pvhost_vmm {
	pid_t pid;
	int pidfd;
	int number;
	int vm_fd;
	unsigned int nr_vcpus;
};

int pvhost_vmm_take(const struct pvhost_vmm *vmm);
void pvhost_vmm_open(struct pvhost_vmm *vmm, pid_t pid, int pidfd, bool want_vcpus,
		     unsigned int timeout_ms);

/* options.c: options of attach and run */

/**
 * struct pvhost_options - options of attach and run
 * @base_text: address as typed, NULL: the default
 * @shared_text: address of the shared pages as typed, NULL: the default
 * @table_text: performance table as typed, NULL: that of the host
 * @domains_text: perf domains as typed, NULL: each CPU has its own
 * @nr_cpus: number of CPUs, 0: not given
 * @flags: KVM_PV_EXPOSE_TID, KVM_PV_EXPOSE_FREQ, KVM_PV_EXPOSE_EXITS, KVM_PV_HYPERCALLS (default)
 * @backend: how requests are applied, or PVHOST_AUTO
 * @margin: margin of backend uclamp, per cent
 * @max_rate: how often per second requests are applied at most, 0: as kvm_pv's parameter
 * @cap: highest frequency in kHz, 0: none
 * @has_cap: @cap is given
 * @telemetry: KVM_PV_TELEMETRY_OFF (default), ...
 * @base: guest-physical address
 * @table: performance table
 * @nr_table: number of its entries
 * @domains: perf domain of each CPU
 * @nr_domains: number of its entries
 * @shared: guest-physical address of the shared pages, 0: none
 */
struct pvhost_options {
	const char *base_text;
	const char *shared_text;
	const char *table_text;
	const char *domains_text;
	__u32 nr_cpus;
	__u32 flags;
	__u32 backend;
	__u32 margin;
	__u32 max_rate;
	__u32 cap;
	bool has_cap;
	__u32 telemetry;
	__u64 base;
	__u32 *table;
	size_t nr_table;
	__u32 *domains;
	size_t nr_domains;
	__u64 shared;
};

/* Without options */
#define PVHOST_OPTIONS	{ .flags = KVM_PV_HYPERCALLS, .backend = PVHOST_AUTO }

/* Options that pvhost_options_take() stores */
#define PVHOST_NR_COMMON	14

struct option;
void pvhost_options_add(struct option *options);
bool pvhost_options_take(struct pvhost_options *opts, int option, const char *value);
void pvhost_options_check(const struct pvhost_options *opts);
void pvhost_options_read(struct pvhost_options *opts);
void pvhost_options_place(struct pvhost_options *opts);

struct pvhost_auto;
bool pvhost_options_choose(struct pvhost_options *opts, struct pvhost_auto *choice,
			   const struct pvhost_vmm *vmm);
__u32 pvhost_options_attach(const struct pvhost_options *opts, int fd,
			    const struct pvhost_vmm *vmm);

/* attach.c: arguments of attach, on the command line or in a file */

/* Folder of the files, see pvhost.conf(5) */
#define PVHOST_ATTACH_DIR	"/etc/pvhost"

/**
 * struct pvhost_attach_args - arguments of attach
 * @opts: options of the device of kvm_pv
 * @bpf: file of a device in BPF, NULL: the device is that of kvm_pv
 * @irq_text: interrupt of the device in BPF as typed, NULL: the default
 * @timeout_ms: milliseconds to wait for the VM
 */
struct pvhost_attach_args {
	struct pvhost_options opts;
	const char *bpf;
	const char *irq_text;
	unsigned int timeout_ms;
};

/* Without arguments */
#define PVHOST_ATTACH_ARGS	{ .opts = PVHOST_OPTIONS, .timeout_ms = 5000 }

__u32 pvhost_attach_vm(struct pvhost_attach_args *args, int fd, struct pvhost_vmm *vmm,
		       struct pvhost_auto *choice, bool *chosen);
void pvhost_attach_read(struct pvhost_attach_args *args, const char *path);
char **pvhost_attach_names(const char *dir, size_t *nr);

/* device.c: /dev/kvm_pv, and the parameter enabled of kvm_pv */
bool pvhost_device_enabled(bool *enabled);
__u32 pvhost_device_level(const char *what, const char *text);
const char *pvhost_device_level_name(__u32 level);
int pvhost_device_try(void);
int pvhost_device_open(void);
void pvhost_device_attach(int fd, struct kvm_pv_attach *attach, pid_t pid, bool without);
/* Return 0; ENOENT: the VM does not exist or has ended; another errno after a message. */
int pvhost_device_detach(int fd, __u32 id);
int pvhost_device_cap(int fd, const struct kvm_pv_vm *vm, __u32 khz);
int pvhost_device_telemetry(int fd, const struct kvm_pv_vm *vm, __u32 level);
struct kvm_pv_vm *pvhost_device_list(int fd, size_t *nr);
/* Returns NULL if the VM does not exist or has ended. */
struct kvm_pv_cpu *pvhost_device_stats(int fd, __u32 id, size_t *nr);

/* select.c: selection of attached VMs */

/**
 * struct pvhost_select - one VM, or all
 * @all: all VMs
 * @by_pid: @pid is given
 * @by_id: @id is given
 * @pid: process id
 * @id: id of the VM in kvm_pv
 */
struct pvhost_select {
	bool all;
	bool by_pid;
	bool by_id;
	pid_t pid;
	__u32 id;
};

/* Reads --pid, --name, --libvirt, --id and --all; false: it is another option. */
bool pvhost_select_option(struct pvhost_select *select, int option, const char *value);
/* Reads the operand VM if no option has selected a VM. */
void pvhost_select_operand(struct pvhost_select *select, int argc, char **argv);
bool pvhost_selects(const struct pvhost_select *select, const struct kvm_pv_vm *vm);
void __noreturn pvhost_selects_none(const struct pvhost_select *select);

/* stay.c: a process that stays until a VM ends */

/**
 * struct pvhost_stay - a process that stays
 * @name: name of the VM
 * @pid: process of the VM
 * @pidfd: file descriptor of that process
 * @signals: of pvhost_stay_signals()
 * @reload: called on SIGHUP with @arg, @name and @pid; returns false after a failure
 * @arg: its argument
 */
struct pvhost_stay {
	const char *name;
	pid_t pid;
	int pidfd;
	int signals;
	bool (*reload)(const void *arg, const char *name, pid_t pid);
	const void *arg;
};

int pvhost_stay_signals(void);
void pvhost_stay_notify(const char *state);
int pvhost_stay(const struct pvhost_stay *stay);

/* document.c: the output as JSON objects */
struct json_object *pvhost_document_vm(const struct kvm_pv_vm *vm);
struct json_object *pvhost_document_cpu(__u32 cpu, const struct kvm_pv_cpu *stats);
struct json_object *pvhost_document_number(bool known, __u64 value);
struct json_object *pvhost_document(struct json_object *vms);
struct json_object *pvhost_document_stats(int fd, const struct pvhost_select *select);

/* print.c: JSON objects as a table or as JSON */

/**
 * struct pvhost_column - a column of a table
 * @title: its heading
 * @key: name of the member
 * @hex: prints numbers in hexadecimal
 * @left: aligns text at the left
 * @optional: not one of the default columns
 * @wrap: breaks text between words into lines of up to this number of characters, 0: never
 */
struct pvhost_column {
	const char *title;
	const char *key;
	bool hex;
	bool left;
	bool optional;
	unsigned int wrap;
};

void pvhost_print_check(bool json, const char *list);
struct pvhost_column *pvhost_print_columns(const struct pvhost_column *all, size_t nr_all,
					   const char *list, size_t *nr);

void pvhost_print_json(struct json_object *document);

struct libscols_table;
struct libscols_table *pvhost_print_begin(const struct pvhost_column *columns, size_t nr);
/* A cell is a member of @object, or of @parent (or NULL) if @object does not have it. */
void pvhost_print_row(struct libscols_table *table, const struct pvhost_column *columns,
		      size_t nr, struct json_object *object, struct json_object *parent);
void pvhost_print_end(struct libscols_table *table);
void pvhost_print_cpus(const struct pvhost_column *columns, size_t nr,
		       struct json_object *document);

/* watch.c, metrics.c: statistics */
void pvhost_watch(int fd, const struct pvhost_select *select, __u64 interval_ns, bool json,
		  const char *list);
void pvhost_metrics_print(struct json_object *document, bool openmetrics);

#endif /* _PVHOST_H */

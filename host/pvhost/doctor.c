// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost doctor: what the host supports, what it lacks, and what to do.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

/* Exit status */
#define DOCTOR_MISSING	2
#define DOCTOR_UNKNOWN	3

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "sysroot", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'J' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/**
 * struct check - one property of the host
 * @name: its name
 * @required: pvhost attach fails without it
 * @read: reads the property; NULL: whether the vCPU threads of the VM are pinned
 * @found: consequence if the host has it
 * @missing: consequence if not
 * @action: what to do then
 * @look: what to do if it is unknown
 */
struct check {
	const char *name;
	bool required;
	void (*read)(const struct pv_sysfs *sysfs, struct pvhost_fact *fact);
	const char *found;
	const char *missing;
	const char *action;
	const char *look;
};

#define LOOK_CONFIG	"read the configuration of the kernel"
#define LOOK_ROOT	"run as root, outside containers"

static const struct check checks[] = {
	{
		.name		= "kernel",
		.required	= true,
		.read		= pvhost_fact_kernel,
		.found		= "kvm_pv supports this kernel",
		.missing	= "kvm_pv does not support this kernel",
		.action		= "boot Linux 6.1 or later",
		.look		= "run uname -r",
	},
	{
		.name		= "kvm",
		.required	= true,
		.read		= pvhost_fact_kvm,
		.found		= "the host can run VMs",
		.missing	= "the host cannot run VMs",
		.action		= "enable virtualization in the firmware, and load KVM",
		.look		= "ls /dev/kvm",
	},
	{
		.name		= "kprobes",
		.required	= true,
		.read		= pvhost_fact_kprobes,
		.found		= "kvm_pv finds the functions of KVM",
		.missing	= "kvm_pv does not load",
		.action		= "boot a kernel with CONFIG_KPROBES",
		.look		= LOOK_CONFIG,
	},
	{
		.name		= "kvm_pv",
		.required	= true,
		.read		= pvhost_fact_kvm_pv,
		.found		= "VMs can be attached",
		.missing	= "no VM can be attached",
		.action		= "modprobe kvm_pv",
		.look		= "ls /dev/kvm_pv",
	},
	{
		.name		= "privileges",
		.required	= true,
		.read		= pvhost_fact_privileges,
		.found		= "this user can attach VMs",
		.missing	= "this user cannot attach VMs",
		.action		= "run as root, outside containers",
		.look		= "run id",
	},
	{
		.name		= "lockdown",
		.read		= pvhost_fact_lockdown,
		.found		= "unsigned modules are not locked out",
		.missing	= "modules load only with a valid signature",
		.action		= "sign kvm_pv with a key of the firmware (MOK)",
		.look		= LOOK_ROOT,
	},
	{
		.name		= "signatures",
		.read		= pvhost_fact_signatures,
		.found		= "unsigned modules load",
		.missing	= "modules load only with a valid signature",
		.action		= "sign kvm_pv with a key of the firmware (MOK)",
		.look		= LOOK_ROOT,
	},
	{
		.name		= "ftrace",
		.read		= pvhost_fact_ftrace,
		.found		= "VMs can have shared pages and hypercalls",
		.missing	= "neither shared pages nor hypercalls: guests use registers",
		.action		= "sysctl kernel.ftrace_enabled=1, or another kernel",
		.look		= LOOK_CONFIG,
	},
	{
		.name		= "livepatch",
		.read		= pvhost_fact_livepatch,
		.found		= "no live patch excludes hypercalls",
		.missing	= "a live patch of KVM's handler excludes hypercalls",
		.action		= "describe the device to guests, see pvhost describe",
		.look		= "ls /sys/kernel/livepatch",
	},
	{
		.name		= "uclamp",
		.read		= pvhost_fact_uclamp,
		.found		= "backend uclamp is available",
		.missing	= "backend uclamp is not available",
		.action		= "boot a kernel with CONFIG_UCLAMP_TASK",
		.look		= LOOK_CONFIG,
	},
	{
		.name		= "cpufreq",
		.read		= pvhost_fact_cpufreq,
		.found		= "backend freq-qos is available for pinned vCPU threads",
		.missing	= "neither backend freq-qos nor --table host is available",
		.action		= "load a cpufreq driver, or use --table F1,F2,...",
		.look		= "ls /sys/devices/system/cpu/cpufreq",
	},
	{
		.name		= "schedutil",
		.read		= pvhost_fact_schedutil,
		.found		= "frequencies follow backend uclamp",
		.missing	= "backend uclamp does not change frequencies",
		.action		= "cpupower frequency-set -g schedutil",
		.look		= "cpupower frequency-info",
	},
	{
		.name		= "vcpu-threads",
		.found		= "backend freq-qos applies to this VM",
		.missing	= "backend freq-qos does not apply to this VM",
		.action		= "pin each vCPU thread, as virsh vcpupin does",
		.look		= "select a VM that runs: --pid, --name or --libvirt",
	},
	{
		.name		= "btf",
		.read		= pvhost_fact_btf,
		.found		= "hypertrace and devices in BPF are available",
		.missing	= "neither hypertrace nor devices in BPF are available",
		.action		= "boot a kernel with CONFIG_DEBUG_INFO_BTF",
		.look		= "ls /sys/kernel/btf/vmlinux",
	},
	{
		.name		= "struct_ops",
		.read		= pvhost_fact_struct_ops,
		.found		= "the kernel supports devices in BPF",
		.missing	= "attach --bpf is not available",
		.action		= "boot Linux 6.11 or later with CONFIG_BPF_JIT",
		.look		= LOOK_CONFIG,
	},
	{
		.name		= "kvm_pv_bpf",
		.read		= pvhost_fact_kvm_pv_bpf,
		.found		= "attach --bpf is available",
		.missing	= "attach --bpf is not available",
		.action		= "modprobe kvm_pv_bpf, built for a kernel with BTF",
		.look		= "ls /sys/kernel/btf/kvm_pv_bpf",
	},
};

/* The widest line has 100 characters. */
static const struct pvhost_column columns[] = {
	{ .title = "CHECK", .key = "check", .left = true },
	{ .title = "STATE", .key = "state", .left = true },
	{ .title = "VALUE", .key = "value", .left = true, .wrap = 20 },
	{ .title = "CONSEQUENCE", .key = "consequence", .left = true, .wrap = 30 },
	{ .title = "ACTION", .key = "action", .left = true, .wrap = 27 },
};

static struct json_object *text(const char *string)
{
	return string && *string ? json_object_new_string(string) : NULL;
}

static const char *state_of(const struct check *check, enum pvhost_found found)
{
	if (found == PVHOST_UNKNOWN)
		return "unknown";
	if (found == PVHOST_FOUND)
		return "ok";
	return check->required ? "missing" : "limited";
}

static void add_texts(struct json_object *object, const struct check *check,
		      enum pvhost_found found)
{
	char *consequence;

	switch (found) {
	case PVHOST_FOUND:
		json_object_object_add(object, "consequence", text(check->found));
		json_object_object_add(object, "action", NULL);
		break;
	case PVHOST_MISSING:
		json_object_object_add(object, "consequence", text(check->missing));
		json_object_object_add(object, "action", text(check->action));
		break;
	case PVHOST_UNKNOWN:
		consequence = pvhost_text("if not: %s", check->missing);
		json_object_object_add(object, "consequence", text(consequence));
		json_object_object_add(object, "action", text(check->look));
		free(consequence);
		break;
	}
}

static void read_threads(const struct pv_sysfs *sysfs, pid_t pid, struct pvhost_fact *fact)
{
	struct pvhost_policies policies;

	if (!pid)
		return;

	pvhost_policies_read(sysfs, &policies);
	if (policies.found == PVHOST_FOUND)
		pvhost_policies_pinned(sysfs, pid, &policies, fact);
	else
		fact->found = policies.found;
	pvhost_policies_free(&policies);
}

/* Adds the finding; returns the exit status that it alone results in. */
static int add_finding(struct json_object *findings, const struct pv_sysfs *sysfs,
		       const struct check *check, pid_t pid)
{
	struct json_object *object = json_object_new_object();
	struct pvhost_fact fact = { };

	if (check->read)
		check->read(sysfs, &fact);
	else
		read_threads(sysfs, pid, &fact);

	json_object_object_add(object, "check", text(check->name));
	json_object_object_add(object, "state", text(state_of(check, fact.found)));
	json_object_object_add(object, "required", json_object_new_boolean(check->required));
	json_object_object_add(object, "value", text(fact.value));
	add_texts(object, check, fact.found);
	json_object_array_add(findings, object);

	if (!check->required || fact.found == PVHOST_FOUND)
		return EXIT_SUCCESS;
	return fact.found == PVHOST_MISSING ? DOCTOR_MISSING : DOCTOR_UNKNOWN;
}

/* MISSING takes precedence over UNKNOWN. */
static int add_findings(struct json_object *document, const struct pv_sysfs *sysfs, pid_t pid)
{
	struct json_object *findings = json_object_new_array();
	int status = EXIT_SUCCESS, result;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		result = add_finding(findings, sysfs, &checks[i], pid);
		if (status == EXIT_SUCCESS || result == DOCTOR_MISSING)
			status = result;
	}

	json_object_object_add(document, "findings", findings);
	return status;
}

static void add_backend(struct json_object *document, const struct pvhost_auto *choice)
{
	struct json_object *unavailable = json_object_new_object();

	if (*choice->uclamp)
		json_object_object_add(unavailable, "uclamp", text(choice->uclamp));
	if (*choice->freq_qos)
		json_object_object_add(unavailable, "freq-qos", text(choice->freq_qos));
	json_object_object_add(document, "backend", text(pvhost_backend(choice->backend)->name));
	json_object_object_add(document, "unavailable", unavailable);
}

static void print_table(struct json_object *document, const struct pvhost_auto *choice)
{
	struct libscols_table *table = pvhost_print_begin(columns, ARRAY_SIZE(columns));
	struct json_object *findings = json_object_object_get(document, "findings");
	size_t i;

	for (i = 0; i < json_object_array_length(findings); i++)
		pvhost_print_row(table, columns, ARRAY_SIZE(columns),
				 json_object_array_get_idx(findings, i), NULL);
	pvhost_print_end(table);

	putchar('\n');
	pvhost_backend_print(choice, stdout);
}

int pvhost_doctor(int argc, char **argv)
{
	struct json_object *document = json_object_new_object();
	const char *sysroot = NULL;
	struct pvhost_auto choice;
	struct pv_sysfs sysfs;
	bool json = false, named = false;
	int c, error, status;
	pid_t pid = 0;

	while ((c = getopt_long(argc, argv, "p:s:Jh", options, NULL)) >= 0) {
		switch (c) {
		case 's':
			sysroot = optarg;
			break;
		case 'J':
			json = true;
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_name_option(&pid, c, optarg))
				pvhost_try_help();
			named |= c != 'p';
		}
	}

	if (!pid && optind < argc) {
		named = argv[optind][strspn(argv[optind], "0123456789")];
		pid = pvhost_name_vm(argv[optind++]);
	}
	pvhost_no_more(argc, argv);
	if (sysroot && named) {
		warnx("doctor: --sysroot accepts a process id, not the name of a VM");
		pvhost_try_help();
	}

	error = pv_sysfs_open(&sysfs, sysroot);
	if (error)
		errx(EXIT_FAILURE, "%s: %s", sysroot ? sysroot : "/", strerror(-error));

	status = add_findings(document, &sysfs, pid);
	pvhost_backend_choose(&choice, &sysfs, pid, false);
	add_backend(document, &choice);
	if (json)
		pvhost_print_json(document);
	else
		print_table(document, &choice);

	json_object_put(document);
	pv_sysfs_close(&sysfs);
	return status;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Command call: one hypercall and its result.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pv/hypercall.h>

#include "record.h"

#define MAX_ARGS	4

/* Exit status of the command */
enum {
	CALL_ANSWERED = 0,
	CALL_REFUSED = 2,
	/* Other errors are STATUS_ERROR. */
};

/**
 * struct request - the call of the command line
 * @call: name and number
 * @record: VCPU_INFO by its name, for which the driver has an ioctl
 * @args: arguments
 * @nr_args: entries of @args
 */
struct request {
	struct planned_call call;
	bool record;
	__u64 args[MAX_ARGS];
	unsigned int nr_args;
};

static const char *hex_text(struct json_object *element)
{
	static char text[24];

	snprintf(text, sizeof(text), "0x%llx",
		 (unsigned long long)json_object_get_uint64(element));
	return text;
}

static const char *register_text(struct json_object *element)
{
	static char text[40];

	snprintf(text, sizeof(text), "%s=0x%llx",
		 json_object_get_string(json_object_object_get(element, "name")),
		 (unsigned long long)json_object_get_uint64(json_object_object_get(element,
										   "value")));
	return text;
}

static const struct column answered_columns[] = {
	{ .key = "nr", .flags = COLUMN_HEX },
	{ .key = "name" },
	{ .key = "args", .text = hex_text },
	{ .key = "registers", .text = register_text },
	{}
};

static const struct column refused_columns[] = {
	{ .key = "nr", .flags = COLUMN_HEX },
	{ .key = "name" },
	{ .key = "args", .text = hex_text },
	{ .key = "registers", .text = register_text },
	{ .key = "status" },
	{ .key = "error" },
	{ .key = "meaning" },
	{}
};

static const struct column record_columns[] = {
	{ .key = "cpu" },
	{ .key = "vcpu_id" },
	{ .key = "vm_exits" },
	{ .key = "host_tid" },
	{ .key = "pc", .flags = COLUMN_HEX },
	{ .key = "sp", .flags = COLUMN_HEX },
	{ .key = "nested" },
	{ .key = "registers", .text = register_text },
	{}
};

static const struct section answered = { .name = "call", .fields = answered_columns };
static const struct section refused = { .name = "call", .fields = refused_columns };
static const struct section record = { .name = "vcpu_info", .fields = record_columns };

static void usage(void)
{
	fputs("\n"
	      "Usage:\n"
	      " vcpuinfo [-J] call <name>|<number> [<argument>...]\n"
	      " vcpuinfo [-J] call vcpu_info <cpu>\n"
	      "\n"
	      "Make one hypercall, and display what the hypervisor answered.\n"
	      "\n"
	      "A call has up to 4 arguments. Numbers are decimal, or hexadecimal with 0x.\n"
	      "The driver admits calls without effects; the module parameter unsafe_calls=1\n"
	      "of pv_hypercall admits all.\n"
	      "\n"
	      "Exit status: 0 answered, 2 rejected by the hypervisor, 3 not made.\n"
	      "\n"
	      "Names, in letters of any case, and their numbers:\n", stdout);
	options_list_calls();
	fputs("\nFor more details see vcpuinfo(1).\n", stdout);
}

static void parse_request(const struct options *o, struct request *r)
{
	char * const *args = o->names + 2;
	int i;

	if (o->all || o->table || o->interval_ns ||
	    (o->format != FORMAT_TEXT && o->format != FORMAT_JSON))
		errx(STATUS_ERROR, "call: --json is the only option that goes with it");
	if (o->sysroot)
		errx(STATUS_ERROR,
		     "call: --sysroot: a recorded machine has no hypervisor that could be called");
	if (o->nr_names < 2)
		errx(STATUS_ERROR,
		     "call: give a name or a number; 'vcpuinfo call --help' lists names");
	options_find_call(o->names[1], &r->call);
	r->record = r->call.nr == PV_HC_VCPU_INFO && !isdigit((unsigned char)*o->names[1]);
	r->nr_args = o->nr_names - 2;

	if (r->record) {
		if (r->nr_args != 1)
			errx(STATUS_ERROR, "%s: give one argument, the number of a CPU",
			     r->call.name);
		r->args[0] = options_number("number of the CPU", args[0], 0, UINT32_MAX);
		return;
	}
	if (r->nr_args > MAX_ARGS)
		errx(STATUS_ERROR, "%s: %u arguments are too many: a call has up to %d",
		     r->call.name, r->nr_args, MAX_ARGS);
	for (i = 0; i < r->nr_args; i++)
		r->args[i] = options_number("argument", args[i], 0, UINT64_MAX);
}

static struct json_object *make_registers(const __u64 *values, unsigned int nr)
{
	struct json_object *list = json_object_new_array(), *o;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!pv_answer_register(i))
			continue;
		o = json_object_new_object();
		fact_string(o, "name", pv_answer_register(i));
		fact_u64(o, "value", true, values[i]);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *make_record(const struct pv_hypercall_vcpu_info *info)
{
	struct json_object *o = json_object_new_object();
	const __u32 registers = PV_HYPERCALL_VCPU_PC | PV_HYPERCALL_VCPU_SP |
				PV_HYPERCALL_VCPU_REGS;
	unsigned int nr = info->nr_regs;

	if (nr > PV_HYPERCALL_MAX_REGS)
		nr = PV_HYPERCALL_MAX_REGS;
	fact_u64(o, "cpu", true, info->cpu);
	fact_u64(o, "vcpu_id", true, info->vcpu_id);
	fact_u64(o, "vm_exits", info->out_flags & PV_HYPERCALL_VCPU_EXITS, info->exits);
	fact_u64(o, "host_tid", info->out_flags & PV_HYPERCALL_VCPU_HOST_TID, info->host_tid);
	fact_u64(o, "pc", info->out_flags & PV_HYPERCALL_VCPU_PC, info->pc);
	fact_u64(o, "sp", info->out_flags & PV_HYPERCALL_VCPU_SP, info->sp);
	fact_bool(o, "nested", info->out_flags & registers,
		  info->out_flags & PV_HYPERCALL_VCPU_NESTED);
	json_object_object_add(o, "registers", info->out_flags & PV_HYPERCALL_VCPU_REGS ?
			       make_registers(info->regs, nr) : NULL);
	return o;
}

/* Number, name, arguments: the facts before the call */
static struct json_object *make_call(const struct request *r)
{
	struct json_object *o = json_object_new_object(), *args = json_object_new_array();
	const struct pv_call *call = pv_calls_find(r->call.nr);
	unsigned int i;

	for (i = 0; i < r->nr_args; i++)
		json_object_array_add(args, json_object_new_uint64(r->args[i]));
	fact_u64(o, "nr", true, r->call.nr);
	fact_string(o, "name", call ? call->name : NULL);
	json_object_object_add(o, "args", args);
	return o;
}

/* The status of the call */
static bool add_verdict(struct vcpuinfo *v, struct json_object *o, __u64 nr, __u64 result)
{
	const struct pv_refusal *refusal = NULL;
	bool no;
	__s64 status;

	no = pv_answer_refused(nr, result, &status);
	if (no)
		refusal = pv_answer_refusal(nr, status);
	fact_bool(o, "refused", true, no);
	json_object_object_add(o, "status", no ? json_object_new_int64(status) : NULL);
	fact_string(o, "error", refusal ? refusal->name : NULL);
	fact_string(o, "meaning", refusal ? refusal->meaning : NULL);
	if (no && pv_answer_unassigned(nr, status) && nr >= PV_HC_BASE &&
	    nr < PV_HC_BASE + PV_HC_NR)
		note(v, "call",
		     "nobody answers it: on the host, load kvm_pv and attach this VM with pvhost");
	return no;
}

/* Ends the program: the driver has not made the call. */
static void __noreturn not_made(const struct vcpuinfo *v, const struct request *r, int error)
{
	struct pv_hypercall_probe probe;

	if (error != -EINVAL)
		errx(STATUS_ERROR, "%s: %s%s", r->call.name, note_refusal(v, r->call.nr, error),
		     error == -EPERM && r->call.nr == PV_HC_VCPU_INFO ?
		     "; by its name, vcpu_info <cpu>, it is safe" : "");
	if (!pv_device_probe(v->device, r->call.nr, 0, &probe))
		errx(STATUS_ERROR, "%s: it takes %u arguments; others can be given as 0 only",
		     r->call.name, probe.argc);
	errx(STATUS_ERROR, "%s: it takes fewer arguments; others can be given as 0 only",
	     r->call.name);
}

static bool make_plain(struct vcpuinfo *v, const struct request *r, struct json_object *o)
{
	struct pv_hypercall_call call = { .nr = r->call.nr };
	int error;

	memcpy(call.args, r->args, sizeof(call.args));
	error = pv_device_call(v->device, &call);
	if (error)
		not_made(v, r, error);
	json_object_object_add(o, "registers",
			       make_registers(call.result, pv_answer_registers));
	return add_verdict(v, o, r->call.nr, call.result[0]);
}

static bool make_vcpu_info(struct vcpuinfo *v, const struct request *r, struct json_object *o)
{
	struct pv_hypercall_vcpu_info info;
	char *present;
	bool no;
	int error;

	error = pv_device_vcpu_info(v->device, r->args[0], &info);
	if (error == -ENOENT || error == -ENXIO) {
		present = pv_sysfs_text(&v->sysfs, "%s", CPU_DIR "/present");
		errx(STATUS_ERROR, "%s: no such CPU, or never online: %llu; present are %s",
		     r->call.name, r->args[0], present ? present : "-");
	}
	if (error)
		errx(STATUS_ERROR, "%s: %s", r->call.name, note_refusal(v, r->call.nr, error));
	json_object_object_add(o, "registers", NULL);
	no = add_verdict(v, o, r->call.nr, info.status);
	json_object_object_add(o, "vcpu_info", no ? NULL : make_record(&info));
	return no;
}

/**
 * call_main - make the call that the command line names
 * @o: options
 *
 * Return: exit status.
 */
int call_main(const struct options *o)
{
	struct vcpuinfo v = {};
	struct request r = {};
	struct output out = {};
	struct json_object *doc, *facts;
	bool no;
	int error;

	if (o->help) {
		usage();
		return CALL_ANSWERED;
	}
	parse_request(o, &r);
	error = files_open(&v.sysfs, NULL);
	if (error)
		errx(STATUS_ERROR, "/: %s", strerror(-error));
	v.device = pv_device_open();
	if (v.device < 0) {
		v.hypervisor = hypervisor_detect(&v);
		errx(STATUS_ERROR, "%s: %s", r.call.name, note_trouble(&v));
	}

	v.notes = json_object_new_array();
	facts = make_call(&r);
	no = r.record ? make_vcpu_info(&v, &r, facts) : make_plain(&v, &r, facts);
	doc = json_object_new_object();
	json_object_object_add(doc, "call", facts);
	json_object_object_add(doc, "notes", v.notes);

	if (o->format == FORMAT_JSON) {
		print_json(doc);
	} else {
		if (r.record && !no)
			print_text(&record, json_object_object_get(facts, "vcpu_info"), &out);
		else
			print_text(no ? &refused : &answered, facts, &out);
		print_notes(v.notes);
	}
	json_object_put(doc);
	pv_device_close(v.device);
	pv_sysfs_close(&v.sysfs);
	return no ? CALL_REFUSED : CALL_ANSWERED;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: what the kernel has detected: its CPUs and clocks, the sysfs files of
 * pv_hypervisor, and /sys/hypervisor and /proc/xen, which its Xen drivers provide.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "vcpuinfo.h"

#define CPUINFO		"/proc/cpuinfo"
#define CPUINFO_SOURCE	"proc:cpuinfo"
#define CLOCK		"/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* The value of a key of the first CPU, for free(); NULL if the key is missing */
static char *find_value(const char *text, const char *key)
{
	size_t len = strlen(key), blanks;
	const char *line = text;

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len))
			continue;
		/* The kernel aligns the colons with tabs, which are '.' here. */
		blanks = strspn(line + len, ". \t");
		if (line[len + blanks] != ':')
			continue;
		line += len + blanks + 1;
		line += strspn(line, " ");
		return strndup(line, strcspn(line, "\n"));
	}
	return NULL;
}

/*
 * User-mode Linux is a process: CPUID does not trap and describes the machine of its host
 * (show_cpuinfo() in arch/um).
 */
static bool read_uml(struct json_object *o, const char *text)
{
	char *vendor = find_value(text, "vendor_id");
	bool is_uml = vendor && !strcmp(vendor, "User Mode Linux");

	free(vendor);
	if (!is_uml)
		return false;
	hypervisor_move_below(o);
	hypervisor_is(o, USER_MODE_LINUX, CPUINFO_SOURCE);
	return true;
}

/* The kernel's copy of the bit, for recordings without CPUID and for CPUID that does not trap */
static void read_flag(struct json_object *o, struct evidence_list *list, const char *text)
{
	static const struct evidence fact = { .kind = EVIDENCE_FIRMWARE };
	char *flags = find_value(text, "flags");

	if (flags && fact_has_word(flags, "hypervisor")) {
		hypervisor_is(o, NULL, CPUINFO_SOURCE);
		evidence_add(list, &fact, CPUINFO_SOURCE);
	}
	free(flags);
}

/* CPU models of QEMU, by the names that it gives them */
static void read_model(struct evidence_list *list, const char *text)
{
	static const char * const models[] = {
		"QEMU Virtual CPU", "Common KVM processor", "Common 32-bit KVM processor",
	};
	static const struct evidence fact = { .kind = EVIDENCE_TEXT, .excludes = "Hyper-V" };
	char *name = find_value(text, "model name");
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(models); i++)
		if (!strncmp(name, models[i], strlen(models[i])))
			evidence_add(list, &fact, CPUINFO_SOURCE);
	free(name);
}

/* The kernel uses the clock of a hypervisor only if it has detected the hypervisor. */
static void read_clock(struct vcpuinfo *v, struct evidence_list *list)
{
	static const char * const clocks[] = { "kvm-clock", "xen", "hyperv_clocksource" };
	static const struct evidence fact = { .kind = EVIDENCE_FIRMWARE };
	char *text = pv_sysfs_text(&v->sysfs, CLOCK);
	size_t i;

	for (i = 0; text && i < ARRAY_SIZE(clocks); i++)
		if (!strncmp(text, clocks[i], strlen(clocks[i])))
			evidence_add(list, &fact, "sysfs:" CLOCK);
	free(text);
}

static void read_cpuinfo(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list)
{
	char *text = pv_sysfs_text(&v->sysfs, CPUINFO);
	bool is_uml = text && read_uml(o, text);

	if (text && !is_uml) {
		read_flag(o, list, text);
		read_model(list, text);
	}
	free(text);
	if (!is_uml)
		read_clock(v, list);
}

/* Each line is a signature, which can contain blanks, and its leaf. */
static void add_signatures(struct json_object *o, char *text)
{
	char *line, *blank, *end, *save = NULL;
	char source[32];

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned long leaf;

		blank = strrchr(line, ' ');
		if (!blank)
			continue;
		leaf = strtoul(blank + 1, &end, 16);
		if (*end || end == blank + 1 || leaf > 0xffffffff)
			continue;
		*blank = '\0';
		hypervisor_source(leaf, source, sizeof(source));
		hypervisor_signature(o, line, true, leaf, source);
	}
}

/* Each line is "KIND STATE SOURCE", with a fourth word if the guest has a paravisor. */
static void add_confidential(struct json_object *o, char *text)
{
	char *line, *word[4], *save = NULL, *rest;
	size_t n;

	json_object_object_add(o, "confidential", json_object_new_array());
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		rest = NULL;
		for (n = 0; n < ARRAY_SIZE(word); n++) {
			word[n] = strtok_r(n ? NULL : line, " ", &rest);
			if (!word[n])
				break;
		}
		if (n >= 3)
			hypervisor_confidential(o, word[0], word[1], n == 4, word[2]);
	}
}

/* Each line is "NAME LEAF VERSION". */
static void add_interfaces(struct json_object *o, char *text)
{
	struct json_object *list = json_object_new_array();
	char *line, *save = NULL, name[16], version[40];
	unsigned int leaf;
	bool known;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%15s %x %39s", name, &leaf, version) != 3)
			continue;
		known = strcmp(version, "unknown");
		json_object_array_add(list,
				      hypervisor_interface(name, leaf, known ? version : NULL,
							   "sysfs:" MODULE_DIR "/interfaces"));
	}
	json_object_object_add(o, "compat_interfaces", list);
}

static void add_vendor(struct vcpuinfo *v, struct json_object *o)
{
	char *text, *evidence;

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/vendor");
	if (text && *text && strcmp(text, "unknown")) {
		hypervisor_is(o, text, "sysfs:" MODULE_DIR "/vendor");
		evidence = pv_sysfs_text(&v->sysfs, MODULE_DIR "/evidence");
		if (evidence && !strcmp(evidence, "weak"))
			fact_string(o, "confidence", "low");
		free(evidence);
	}
	free(text);
}

static void add_module_facts(struct vcpuinfo *v, struct json_object *o)
{
	char *text;

	add_vendor(v, o);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/signatures");
	if (text) {
		json_object_object_add(o, "signatures", json_object_new_array());
		add_signatures(o, text);
		/* An unknown UID is that of a hypervisor, too. */
		if (json_object_array_length(json_object_object_get(o, "signatures")))
			hypervisor_is(o, NULL, "sysfs:" MODULE_DIR "/signatures");
	}
	free(text);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/features");
	if (text) {
		json_object_object_add(o, "features", fact_words(text, "\n"));
		fact_string(o, "features_source", "sysfs:" MODULE_DIR "/features");
	}
	free(text);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/hints");
	if (text)
		json_object_object_add(o, "hints", fact_words(text, "\n"));
	free(text);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/interfaces");
	if (text)
		add_interfaces(o, text);
	free(text);
}

/*
 * The kernel reads the same CPUID.  In addition it can read a register of confidential
 * guests.
 */
static void read_module(struct vcpuinfo *v, struct json_object *o)
{
	char *conduit = pv_sysfs_text(&v->sysfs, MODULE_DIR "/conduit"), *text;

	if (!conduit)
		return;
	fact_string(o, "hypercall_instruction", strcmp(conduit, "none") ? conduit : NULL);
	free(conduit);
	if (!json_object_object_get(o, "signatures"))
		add_module_facts(v, o);

	text = pv_sysfs_text(&v->sysfs, MODULE_DIR "/confidential");
	if (text)
		add_confidential(o, text);
	free(text);
}

#define XEN_TYPE	"/sys/hypervisor/type"
#define XEN_FEATURES	"/sys/hypervisor/properties/features"

/* Exists if xenfs is mounted, which Xen domains do; an empty file is that of a domU. */
#define XEN_CAPABILITIES	"/proc/xen/capabilities"

/* xen/include/public/features.h */
#define XENFEAT_AUTO_TRANSLATED	BIT(2)
#define XENFEAT_HVM_CALLBACK	BIT(8)
#define XENFEAT_DOM0		BIT(11)
#define XENFEAT_HVM		(XENFEAT_AUTO_TRANSLATED | XENFEAT_HVM_CALLBACK)

static const char XEN[] = "xen";
static const char XEN_VENDOR[] = "Xen";

bool kernel_is_xen(const struct pv_sysfs *sysfs)
{
	char *text = pv_sysfs_text(sysfs, XEN_TYPE);
	bool is_xen = text && !strcmp(text, XEN);

	free(text);
	return is_xen;
}

static bool read_xen_features(const struct vcpuinfo *v, unsigned long long *features)
{
	char *text = pv_sysfs_text(&v->sysfs, XEN_FEATURES), *end;
	bool known = false;

	if (text) {
		*features = strtoull(text, &end, 16);
		known = end != text && !*end;
	}
	free(text);
	return known;
}

/* CPUID traps in these domains.  With viridian=1 it can show Hyper-V's leaves only. */
static bool is_hvm(const struct vcpuinfo *v)
{
	unsigned long long features;

	return read_xen_features(v, &features) && (features & XENFEAT_HVM) == XENFEAT_HVM &&
	       !(features & XENFEAT_DOM0);
}

static void set_role(struct json_object *o, bool dom0, const char *source)
{
	fact_string(o, "role", dom0 ? "dom0" : "domU");
	fact_string(o, "role_source", source);
}

static void read_role(struct vcpuinfo *v, struct json_object *o)
{
	unsigned long long features;

	if (read_xen_features(v, &features))
		set_role(o, features & XENFEAT_DOM0, "sysfs:" XEN_FEATURES);
}

/* Does CPUID or the module show Xen's signature? */
static bool is_shown(struct json_object *o)
{
	struct json_object *list = json_object_object_get(o, "signatures");
	const struct pv_signature *known;
	size_t i, nr = list ? json_object_array_length(list) : 0;

	for (i = 0; i < nr; i++) {
		struct json_object *said = json_object_array_get_idx(list, i);
		struct json_object *text = json_object_object_get(said, "signature");

		known = pv_signature_by_text(json_object_get_string(text));
		if (known && known->interface == PV_INTERFACE_XEN)
			return true;
	}
	return false;
}

/* The driver has made hypercalls, so Xen's signature is not the only fact. */
static bool is_vendor(struct json_object *o)
{
	const char *vendor = hypervisor_member(o, "vendor");

	return vendor && !strcmp(vendor, XEN_VENDOR);
}

static void forget_vendor(struct json_object *o)
{
	json_object_object_add(o, "vendor", NULL);
	json_object_object_add(o, "virtualized", NULL);
}

/* The kernel's driver has called the hypervisor, so it has precedence over CPUID. */
static void set_xen(struct vcpuinfo *v, struct json_object *o, const char *source)
{
	if (!is_shown(o) && is_hvm(v))
		forget_vendor(o);
	else if (!is_shown(o))
		hypervisor_move_below(o);
	hypervisor_is(o, XEN_VENDOR, source);
	if (is_vendor(o))
		fact_string(o, "confidence", "high");
	read_role(v, o);
}

static void read_capabilities(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, XEN_CAPABILITIES);

	if (!text)
		return;
	set_xen(v, o, "proc:" XEN_CAPABILITIES);
	if (!json_object_object_get(o, "role"))
		set_role(o, strstr(text, "control_d"), "proc:" XEN_CAPABILITIES);
	free(text);
}

static void read_xen(struct vcpuinfo *v, struct json_object *o)
{
	char *text = pv_sysfs_text(&v->sysfs, XEN_TYPE);

	if (!text || !*text) {
		read_capabilities(v, o);
		free(text);
		return;
	}
	if (!strcmp(text, XEN)) {
		set_xen(v, o, "sysfs:" XEN_TYPE);
	} else {
		if (!json_object_get_boolean(json_object_object_get(o, "virtualized")))
			fact_bool(o, "virtualized", false, false);
		hypervisor_is(o, NULL, "sysfs:" XEN_TYPE);
	}
	hypervisor_signature(o, text, false, 0, "sysfs:" XEN_TYPE);
	free(text);
}

void kernel_read(struct vcpuinfo *v, struct json_object *o, struct evidence_list *list)
{
	read_cpuinfo(v, o, list);
	read_module(v, o);
	read_xen(v, o);
}

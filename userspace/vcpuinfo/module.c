// SPDX-License-Identifier: GPL-2.0
/*
 * Section hypervisor: what only the kernel can read, from the sysfs files of pv_hypervisor.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/hypervisor/detect.h"
#include "hypervisor.h"

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
void module_read(struct vcpuinfo *v, struct json_object *o)
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

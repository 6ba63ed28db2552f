// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of vcpuinfo in a guest that has all modules loaded and a host side attached.
 *
 * needs: guest check
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <json-c/json.h>
#include <pv/hypercall.h>

#include "kselftest_harness.h"

/* The JSON that @command prints, or NULL if it fails or prints anything else. */
static struct json_object *run(const char *command)
{
	struct json_object *doc = NULL;
	struct json_tokener *tokener = json_tokener_new();
	char buf[4096];
	size_t len;
	FILE *f;

	f = popen(command, "r");
	while (f && (len = fread(buf, 1, sizeof(buf), f)))
		doc = json_tokener_parse_ex(tokener, buf, len);
	if (!f || pclose(f) || json_tokener_get_error(tokener) != json_tokener_success) {
		json_object_put(doc);
		doc = NULL;
	}
	json_tokener_free(tokener);
	return doc;
}

static struct json_object *at(struct json_object *list, size_t i)
{
	return json_object_array_get_idx(list, i);
}

static struct json_object *get(struct json_object *o, const char *key)
{
	return json_object_object_get(o, key);
}

static const char *string(struct json_object *o, const char *key)
{
	const char *text = json_object_get_string(get(o, key));

	return text ? text : "(null)";
}

static __s64 number(struct json_object *o, const char *key)
{
	return json_object_is_type(get(o, key), json_type_int) ?
	       json_object_get_int64(get(o, key)) : -1;
}

/*
 * The document takes 20,000 measured exits, so one run has to do for all tests.  A
 * constructor runs in the harness's parent; each test is a child and has a copy.
 */
static struct json_object *measured;

static void __attribute__((constructor)) measure(void)
{
	measured = run("vcpuinfo --all --json");
}

FIXTURE(guest)
{
	struct json_object *doc;
};

FIXTURE_SETUP(guest)
{
	self->doc = measured;
	ASSERT_NE(NULL, self->doc);
}

FIXTURE_TEARDOWN(guest)
{
}

TEST_F(guest, json_names_kvm_and_its_signatures)
{
	struct json_object *h = get(self->doc, "hypervisor");
	struct json_object *list = get(h, "signatures");
	bool source = false;
	size_t i;

	EXPECT_TRUE(json_object_get_boolean(get(h, "virtualized")));
	EXPECT_STREQ("KVM", string(h, "vendor"));
	EXPECT_STRNE("none", string(h, "hypercall_instruction"));
	EXPECT_STRNE("(null)", string(h, "hypercall_instruction"));

	ASSERT_TRUE(json_object_is_type(list, json_type_array));
	ASSERT_LT(0, json_object_array_length(list));
	for (i = 0; i < json_object_array_length(list); i++) {
		EXPECT_STRNE("(null)", string(at(list, i), "signature"));
		/* Names from firmware tables have no leaf. */
		if (!strstr(string(at(list, i), "source"), "cpuid:") &&
		    !strstr(string(at(list, i), "source"), "smccc:"))
			continue;
		EXPECT_LT(0, number(at(list, i), "leaf"));
		source = true;
	}
	EXPECT_TRUE(source);
	ASSERT_TRUE(json_object_is_type(get(h, "features"), json_type_array));
	EXPECT_LT(0, json_object_array_length(get(h, "features")));
}

TEST_F(guest, json_lists_pvguest_calls_as_supported)
{
	struct json_object *list = get(self->doc, "hypercalls"), *o;
	unsigned int own = 0;
	size_t i;

	ASSERT_TRUE(json_object_is_type(list, json_type_array));
	for (i = 0; i < json_object_array_length(list); i++) {
		o = at(list, i);
		EXPECT_STRNE("(null)", string(o, "name"));
		if (number(o, "nr") < PV_HC_BASE || number(o, "nr") >= PV_HC_BASE + PV_HC_NR)
			continue;
		EXPECT_EQ(PV_HC_BASE + own, number(o, "nr"));
		EXPECT_TRUE(json_object_is_type(get(o, "supported"), json_type_boolean));
		EXPECT_TRUE(json_object_get_boolean(get(o, "supported")));
		own++;
	}
	EXPECT_EQ(PV_HC_NR, own);
	/* KVM's calls are in the same list. */
	EXPECT_LT(own, json_object_array_length(list));
}

TEST_F(guest, json_has_a_distinct_row_per_vcpu)
{
	struct json_object *list = get(self->doc, "vcpus"), *o, *p;
	size_t i, k, nr;

	ASSERT_TRUE(json_object_is_type(list, json_type_array));
	nr = json_object_array_length(list);
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_CONF), nr);
	for (i = 0; i < nr; i++) {
		o = at(list, i);
		EXPECT_EQ(i, number(o, "cpu"));
		EXPECT_TRUE(json_object_is_type(get(o, "online"), json_type_boolean));
		EXPECT_LT(0, number(o, "vm_exits"));
		EXPECT_LE(0, number(o, "vcpu_id"));
		/* A thread ID that the host hides is null, not 0. */
		EXPECT_TRUE(!get(o, "host_tid") || number(o, "host_tid") > 0);
		for (k = 0; k < i; k++) {
			p = at(list, k);
			EXPECT_NE(number(p, "vcpu_id"), number(o, "vcpu_id"));
			EXPECT_NE(number(p, "vm_exits"), number(o, "vm_exits"));
			if (get(o, "host_tid"))
				EXPECT_NE(number(p, "host_tid"), number(o, "host_tid"));
		}
	}
}

TEST_F(guest, exit_counts_increase_between_runs)
{
	struct json_object *later = run("vcpuinfo --json vcpus");
	size_t i, nr;

	ASSERT_NE(NULL, later);
	nr = json_object_array_length(get(self->doc, "vcpus"));
	ASSERT_EQ(nr, json_object_array_length(get(later, "vcpus")));
	for (i = 0; i < nr; i++) {
		EXPECT_LE(number(at(get(self->doc, "vcpus"), i), "vm_exits"),
			  number(at(get(later, "vcpus"), i), "vm_exits"));
		/* The first run read the counter, then measured 20,000 exits on CPU 0. */
		if (!i)
			EXPECT_LT(number(at(get(self->doc, "vcpus"), i), "vm_exits") + 20000,
				  number(at(get(later, "vcpus"), i), "vm_exits"));
	}
	json_object_put(later);
}

TEST_F(guest, json_has_driver_governor_and_frequencies)
{
	struct json_object *o = get(self->doc, "cpufreq");
	struct json_object *governors = get(o, "governors");
	struct json_object *cpu = at(get(self->doc, "vcpus"), 0);
	bool found = false;
	size_t i;

	EXPECT_STREQ("vcpufreq", string(o, "driver"));
	EXPECT_STREQ(access("/sys/firmware/devicetree/base", F_OK) ? "acpi" : "device-tree",
		     string(o, "described_by"));
	EXPECT_LE(0, number(o, "register_writes"));
	EXPECT_LT(0, number(cpu, "min_khz"));
	EXPECT_LE(number(cpu, "min_khz"), number(cpu, "max_khz"));
	EXPECT_LT(0, number(cpu, "cur_khz"));

	ASSERT_TRUE(json_object_is_type(governors, json_type_array));
	for (i = 0; i < json_object_array_length(governors); i++)
		found |= !strcmp(json_object_get_string(at(governors, i)),
				 string(cpu, "governor"));
	EXPECT_TRUE(found);
}

TEST_F(guest, json_has_consistent_latency_statistics)
{
	struct json_object *list = get(self->doc, "latency"), *o;
	size_t i;

	ASSERT_TRUE(json_object_is_type(list, json_type_array));
	ASSERT_EQ(2, json_object_array_length(list));
	for (i = 0; i < 2; i++) {
		o = at(list, i);
		EXPECT_STREQ(i ? "unassigned" : "nop", string(o, "call"));
		EXPECT_EQ(10000, number(o, "samples"));
		EXPECT_LT(0, number(o, "min_ns"));
		EXPECT_LE(number(o, "min_ns"), number(o, "p50_ns"));
		EXPECT_LE(number(o, "p50_ns"), number(o, "p90_ns"));
		EXPECT_LE(number(o, "p90_ns"), number(o, "p99_ns"));
		EXPECT_LE(number(o, "p99_ns"), number(o, "p99_9_ns"));
		EXPECT_LE(number(o, "p99_9_ns"), number(o, "max_ns"));
		EXPECT_LE(number(o, "min_ns"), number(o, "mean_ns"));
		EXPECT_LE(number(o, "mean_ns"), number(o, "max_ns"));
		EXPECT_STREQ("nop", string(o, "reference"));
		EXPECT_EQ((number(at(list, 0), "p50_ns") * 100 + number(o, "p50_ns") / 2) /
			  number(o, "p50_ns"), number(o, "reference_percent"));
		EXPECT_FALSE(json_object_object_get_ex(o, "histogram", NULL));
	}
	EXPECT_TRUE(json_object_is_type(get(at(list, 0), "return_value"), json_type_int));
	EXPECT_EQ(0, json_object_get_int64(get(at(list, 0), "return_value")));
	EXPECT_GT(0, json_object_get_int64(get(at(list, 1), "return_value")));
}

TEST_F(guest, histogram_counts_each_sample_once)
{
	struct json_object *doc, *row, *list;
	__s64 sum = 0, before = -1;
	size_t i, n;

	doc = run("vcpuinfo latency --json --histogram --call query --samples 500");
	ASSERT_NE(NULL, doc);
	row = at(get(doc, "latency"), 0);
	list = get(row, "histogram");
	ASSERT_TRUE(json_object_is_type(list, json_type_array));
	n = json_object_array_length(list);
	ASSERT_LT(0, n);
	EXPECT_GE(20, n);
	for (i = 0; i < n; i++) {
		/* Ticks shorter than a nanosecond can round to the same value. */
		EXPECT_LE(before, number(at(list, i), "low_ns"));
		EXPECT_LE(number(at(list, i), "low_ns"), number(at(list, i), "high_ns"));
		before = number(at(list, i), "high_ns");
		sum += number(at(list, i), "count");
	}
	EXPECT_EQ(500, sum);
	EXPECT_GE(number(row, "min_ns"), number(at(list, 0), "low_ns"));
	EXPECT_LE(number(row, "max_ns"), before);
	json_object_put(doc);
}

TEST_F(guest, json_call_query_returns_the_magic_number)
{
	struct json_object *doc, *o;

	doc = run("vcpuinfo --json call query 0");
	ASSERT_NE(NULL, doc);
	o = get(doc, "call");
	EXPECT_EQ(PV_HC_QUERY, number(o, "nr"));
	EXPECT_STREQ("PV_HC_QUERY", string(o, "name"));
	EXPECT_EQ(1, json_object_array_length(get(o, "args")));
	EXPECT_EQ(PV_MAGIC, number(at(get(o, "registers"), 0), "value"));
	EXPECT_FALSE(json_object_get_boolean(get(o, "refused")));
	EXPECT_EQ(NULL, get(o, "status"));
	EXPECT_EQ(NULL, get(o, "error"));
	EXPECT_EQ(0, json_object_array_length(get(doc, "notes")));
	json_object_put(doc);
}

TEST_F(guest, json_call_vcpu_info_matches_the_vcpus_section)
{
	struct json_object *before = at(get(self->doc, "vcpus"), 1), *doc, *o;

	doc = run("vcpuinfo --json call vcpu_info 1");
	ASSERT_NE(NULL, doc);
	o = get(get(doc, "call"), "vcpu_info");
	EXPECT_EQ(1, number(o, "cpu"));
	EXPECT_EQ(number(before, "vcpu_id"), number(o, "vcpu_id"));
	EXPECT_LE(number(before, "vm_exits"), number(o, "vm_exits"));
	EXPECT_EQ(number(before, "host_tid"), number(o, "host_tid"));
	EXPECT_LE(15, json_object_array_length(get(o, "registers")));
	json_object_put(doc);
}

TEST_F(guest, call_fails_without_cap_sys_admin)
{
	ASSERT_EQ(0, setgid(65534));
	ASSERT_EQ(0, setuid(65534));
	EXPECT_EQ(0, system("vcpuinfo call nop 2>&1 | grep -q 'needs CAP_SYS_ADMIN: run as root'"));
	EXPECT_EQ(3, WEXITSTATUS(system("vcpuinfo call nop 2> /dev/null")));
}

TEST_F(guest, unprivileged_json_omits_exits_and_latency)
{
	struct json_object *doc, *notes;
	bool why = false;
	size_t i;

	ASSERT_EQ(0, setgid(65534));
	ASSERT_EQ(0, setuid(65534));
	doc = run("vcpuinfo --all --json");
	ASSERT_NE(NULL, doc);
	EXPECT_STREQ("KVM", string(get(doc, "hypervisor"), "vendor"));
	for (i = 0; i < json_object_array_length(get(doc, "vcpus")); i++) {
		EXPECT_EQ(NULL, get(at(get(doc, "vcpus"), i), "vm_exits"));
		EXPECT_EQ(NULL, get(at(get(doc, "vcpus"), i), "host_tid"));
		EXPECT_LT(0, number(at(get(doc, "vcpus"), i), "max_khz"));
	}
	EXPECT_EQ(NULL, get(at(get(doc, "latency"), 0), "p50_ns"));
	notes = get(doc, "notes");
	for (i = 0; i < json_object_array_length(notes); i++)
		why |= !!strstr(string(at(notes, i), "text"), "run as root");
	EXPECT_TRUE(why);
	json_object_put(doc);
}

TEST_HARNESS_MAIN

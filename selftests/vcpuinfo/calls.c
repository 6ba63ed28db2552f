// SPDX-License-Identifier: GPL-2.0
/*
 * libpv: calls by name and number, names of results, and the parser of numbers.
 *
 * needs: native unit
 * needs: direct full
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <pv/hypercall.h>

#include "kselftest_harness.h"
#include "userspace/libpv/libpv.h"

static const struct {
	const char *name;
	__u64 nr;
} named[] = {
	{ "PV_HC_NOP", PV_HC_NOP },
	{ "pv_hc_nop", PV_HC_NOP },
	{ "nop", PV_HC_NOP },
	{ "NoP", PV_HC_NOP },
	{ "query", PV_HC_QUERY },
	{ "vcpu_info", PV_HC_VCPU_INFO },
	{ "vcpu-info", PV_HC_VCPU_INFO },
	{ "device", PV_HC_DEVICE },
	{ "unassigned", PV_HC_UNASSIGNED },
#ifdef __aarch64__
	{ "ARM_SMCCC_VERSION", 0x80000000 },
	{ "ARM_SMCCC_VERSION_FUNC_ID", 0x80000000 },
	{ "smccc-version", 0x80000000 },
	{ "PSCI_0_2_FN_PSCI_VERSION", 0x84000000 },
	{ "psci_version", 0x84000000 },
	{ "PSCI_CPU_ON", 0xc4000003 },
	{ "PSCI_FEATURES", 0x8400000a },
	{ "ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID", 0x8600ff01 },
	{ "ARM_SMCCC_VENDOR_HYP_KVM_FEATURES_FUNC_ID", 0x86000000 },
	{ "KVM_FUNC_PTP", 0x86000001 },
	{ "ptp", 0x86000001 },
#else
	{ "KVM_HC_VAPIC_POLL_IRQ", 1 },
	{ "vapic-poll-irq", 1 },
	{ "kvm_hc_kick_cpu", 5 },
	{ "send_ipi", 10 },
#endif
};

static const char * const unnamed[] = {
	"", "_", "no", "nop ", " nop", "nopp", "PV_HC_", "_FUNC_ID", "FUNC_ID", "version",
	"PV_HC_NOP_PV_HC_NOP_PV_HC_NOP_PV_HC_NOP_PV_HC_NOP_PV_HC_NOP",
};

static const struct {
	__u64 nr;
	__u64 result;
	bool refused;
	__s64 status;
	const char *name;	/* NULL: the result has no name */
} answers[] = {
	{ PV_HC_NOP, 0, false, 0, NULL },
	{ PV_HC_QUERY, PV_MAGIC, false, 0, NULL },
	{ PV_HC_NOP, -4095ULL, true, -4095, NULL },
	{ PV_HC_NOP, -4096ULL, false, 0, NULL },
	{ PV_HC_VCPU_INFO, -2ULL, true, -2, "PV_ENOENT" },
#ifdef __aarch64__
	{ PV_HC_QUERY, -22ULL, true, -22, "PV_EINVAL" },
	{ PV_HC_UNASSIGNED, -1ULL, true, -1, "NOT_SUPPORTED" },
	/* results of 32 bits: the upper half is ignored */
	{ 0x80000001, 0xffffffff, true, -1, "NOT_SUPPORTED" },
	{ 0x80000001, -2ULL, true, -2, "NOT_REQUIRED" },
	{ 0x8400000a, 0x12345678fffffffeULL, true, -2, "INVALID_PARAMETERS" },
	{ 0xc4000003, -4ULL, true, -4, "ALREADY_ON" },
	{ 0xc4000003, 0xfffffffc, false, 0, NULL },
	/* a word of KVM's UUID */
	{ 0x8600ff01, 0xb66fb428, false, 0, NULL },
#else
	{ PV_HC_QUERY, -22ULL, true, -22, "KVM_EINVAL" },
	{ PV_HC_UNASSIGNED, -1000ULL, true, -1000, "KVM_ENOSYS" },
	{ 1, -1ULL, true, -1, "KVM_EPERM" },
	{ 9, -95ULL, true, -95, "KVM_EOPNOTSUPP" },
	{ 9, 0xffffffff, false, 0, NULL },
#endif
};

static const struct {
	const char *text;
	int err;
	__u64 value;
} numbers[] = {
	{ "0", 0, 0 },
	{ "1347813377", 0, 1347813377 },
	{ "010", 0, 10 },
	{ "0x0", 0, 0 },
	{ "0X1f", 0, 31 },
	{ "18446744073709551615", 0, ~0ULL },
	{ "0xffffffffffffffff", 0, ~0ULL },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "0x10000000000000000", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ "1x", -EINVAL, 0 },
	{ "f", -EINVAL, 0 },
	{ "0x", -EINVAL, 0 },
	{ "0x-1", -EINVAL, 0 },
	{ "0x 1", -EINVAL, 0 },
	{ "0x0x1", -EINVAL, 0 },
	{ "0xg", -EINVAL, 0 },
	{ "1,2", -EINVAL, 0 },
	{ "1e3", -EINVAL, 0 },
};

TEST(every_call_is_found_by_its_number_and_names)
{
	const struct pv_call *call = NULL;
	unsigned int n = 0;

	while ((call = pv_calls_next(call))) {
		EXPECT_EQ(call, pv_calls_find(call->nr));
		EXPECT_EQ(call, pv_calls_named(call->name));
		ASSERT_NE(NULL, call->alias[0]);
		EXPECT_EQ(call, pv_calls_named(call->alias[0]));
		if (call->alias[1])
			EXPECT_EQ(call, pv_calls_named(call->alias[1]));
		n++;
	}
	EXPECT_LT(PV_HC_NR + 1, n);
	EXPECT_EQ(NULL, pv_calls_find(0x12345));
}

TEST(calls_are_found_by_name_in_any_case)
{
	const struct pv_call *call;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(named); i++) {
		call = pv_calls_named(named[i].name);
		ASSERT_NE(NULL, call) TH_LOG("%s", named[i].name);
		EXPECT_EQ(named[i].nr, call->nr);
	}
	for (i = 0; i < ARRAY_SIZE(unnamed); i++)
		EXPECT_EQ(NULL, pv_calls_named(unnamed[i])) TH_LOG("%u", i);
}

TEST(similar_names_are_suggested)
{
	const struct pv_call *call;

	call = pv_calls_near("nopp", NULL);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(PV_HC_NOP, call->nr);
	EXPECT_EQ(NULL, pv_calls_near("nopp", call));
	call = pv_calls_near("qeury", NULL);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(PV_HC_QUERY, call->nr);
	EXPECT_EQ(NULL, pv_calls_near("", NULL));
	EXPECT_EQ(NULL, pv_calls_near("something_else", NULL));
	EXPECT_EQ(NULL, pv_calls_near(unnamed[ARRAY_SIZE(unnamed) - 1], NULL));
}

TEST(error_results_have_names)
{
	const struct pv_refusal *refusal;
	unsigned int i;
	__s64 status;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		EXPECT_EQ(answers[i].refused,
			  pv_answer_refused(answers[i].nr, answers[i].result, &status))
			TH_LOG("%llx: %llx", answers[i].nr, answers[i].result);
		if (!answers[i].refused)
			continue;
		EXPECT_EQ(answers[i].status, status);
		refusal = pv_answer_refusal(answers[i].nr, status);
		EXPECT_STREQ(answers[i].name ? answers[i].name : "-",
			     refusal ? refusal->name : "-");
	}
	EXPECT_TRUE(pv_answer_unassigned(PV_HC_NOP, PV_HC_BASE == PV_HC_BASE_X86 ?
					 -PV_ENOSYS_X86 : -PV_ENOSYS_ARM64));
	EXPECT_FALSE(pv_answer_unassigned(PV_HC_QUERY, -PV_EINVAL));
}

TEST(result_registers_have_names)
{
	unsigned int i;

	ASSERT_LE(1, pv_answer_registers);
	ASSERT_GE(4, pv_answer_registers);
	for (i = 0; i < pv_answer_registers; i++)
		EXPECT_NE(NULL, pv_answer_register(i));
	EXPECT_EQ(NULL, pv_answer_register(PV_VCPU_MAX_REGS));
}

TEST(number_parser_accepts_digits_only)
{
	unsigned int i;
	__u64 value;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		value = 0x5a;
		EXPECT_EQ(numbers[i].err, pv_number_parse(numbers[i].text, &value))
			TH_LOG("'%s'", numbers[i].text);
		EXPECT_EQ(numbers[i].err ? 0x5a : numbers[i].value, value);
	}
}

TEST_HARNESS_MAIN

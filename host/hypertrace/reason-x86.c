// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons of exits on x86, as the headers of KVM name them.
 */
#include <asm/kvm.h>
#include <asm/svm.h>
#include <asm/vmx.h>

#include "hypertrace.h"
#include "reason.h"

struct reason {
	__u32 reason;
	const char *name;
};

static const struct reason vmx[] = { VMX_EXIT_REASONS };
static const struct reason svm[] = { SVM_EXIT_REASONS };

static const char *find(const struct reason *table, size_t nr, __u32 reason)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (table[i].reason == reason)
			return table[i].name;
	}

	return NULL;
}

const char *reason_name(__u64 reason)
{
	switch (reason >> REASON_ISA_SHIFT) {
	case REASON_ISA_VMX:
		return find(vmx, ARRAY_SIZE(vmx), reason);
	case REASON_ISA_SVM:
		return find(svm, ARRAY_SIZE(svm), reason);
	}

	return NULL;
}

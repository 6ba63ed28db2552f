/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of values in the format of a trace event.
 */
#ifndef _HYPERTRACE_SYMBOLS_H
#define _HYPERTRACE_SYMBOLS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "userspace/libpv/compiler.h"

#define SYMBOL_FIELD	16
#define SYMBOL_NAME	48
#define SYMBOLS_MAX	1024

/* Values of the member "isa" of kvm_exit on x86 */
#define SYMBOL_ISA_VMX	1
#define SYMBOL_ISA_SVM	2

/**
 * struct symbol - a name
 * @field: member of the event's record
 * @isa: value of the member "isa" for which the name holds, 0: any
 * @value: value of the member
 * @name: its name
 */
struct symbol {
	char field[SYMBOL_FIELD];
	__u32 isa;
	__u32 value;
	char name[SYMBOL_NAME];
};

/**
 * struct symbols - names in one format
 * @list: the names
 * @nr: their number
 */
struct symbols {
	struct symbol list[SYMBOLS_MAX];
	size_t nr;
};

void symbols_read(struct symbols *symbols, const char *text);
const char *symbols_find(const struct symbols *symbols, const char *field, __u32 isa, __u32 value);

#endif /* _HYPERTRACE_SYMBOLS_H */

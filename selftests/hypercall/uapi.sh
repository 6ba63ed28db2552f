#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# Programs outside of this tree: one that uses all of /dev/pv_hypercall compiles with
# include/uapi alone, and the ABI between guest and host compiles without any other header.
# PV_INCLUDE is the folder include of this tree.

. ../ktap_helpers.sh

INCLUDE=${PV_INCLUDE:-}
CFLAGS="-std=c11 -Wall -Wextra -Werror -pedantic"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# check NAME COMMAND...: one test, which passes if the command succeeds
check()
{
	local name="$1"

	shift
	if "$@" > "$tmp/log" 2>&1; then
		ktap_test_pass "$name"
	else
		sed 's/^/# /' "$tmp/log"
		ktap_test_fail "$name"
	fi
}

# compile FOLDER OPTION...: a program from standard input
compile()
{
	local folder="$1"

	shift
	# shellcheck disable=SC2086 # CFLAGS has several words
	${CC:-gcc} $CFLAGS "$@" -I "$INCLUDE/$folder" -x c -c -o "$tmp/program.o" -
}

# program: each ioctl, and each constant that a program needs for its struct
program()
{
	cat << 'END'
#include <linux/pv_hypercall.h>

struct values {
	__u32 size;
	__u32 first;
	__u64 ioctl;
	__u64 in;
	__u64 out;
};

#define VALUES(name, type, in, out) \
	{ sizeof(struct pv_hypercall_##type), PV_HYPERCALL_##name##_SIZE_VER0, \
	  PV_HYPERCALL_##name, in, out }

extern const struct values values[];
extern const __u64 numbers[];
const struct values values[] = {
	VALUES(QUERY, query, 0, PV_HYPERCALL_HOST),
	VALUES(NOP, nop, 0, 0),
	VALUES(VCPU_INFO, vcpu_info, 0,
	       PV_HYPERCALL_VCPU_HOST_TID | PV_HYPERCALL_VCPU_EXITS | PV_HYPERCALL_VCPU_REGS |
	       PV_HYPERCALL_VCPU_PC | PV_HYPERCALL_VCPU_SP | PV_HYPERCALL_VCPU_NESTED),
	VALUES(CALL, call, 0, 0),
	VALUES(BATCH, batch, PV_HYPERCALL_MAX_BATCH, PV_HYPERCALL_ANY_CPU),
	VALUES(PROBE, probe, PV_HYPERCALL_NEXT, PV_HYPERCALL_ALLOWED),
	VALUES(LATENCY, latency, PV_HYPERCALL_MAX_SAMPLES, PV_HYPERCALL_BUCKETS),
	VALUES(TAGGED, tagged, PV_HYPERCALL_MAX_TAGGED, (__u64)PV_HYPERCALL_TAG << 32),
	VALUES(RESTRICT, restrict, PV_HYPERCALL_ALLOW_QUERY | PV_HYPERCALL_ALLOW_NOP |
	       PV_HYPERCALL_ALLOW_VCPU_INFO | PV_HYPERCALL_ALLOW_CALL |
	       PV_HYPERCALL_ALLOW_LATENCY | PV_HYPERCALL_ALLOW_PROBE, PV_HYPERCALL_ALLOW_ALL),
};
const __u64 numbers[] = {
	PV_HYPERCALL_NR_QUERY, PV_HYPERCALL_NR_NOP, PV_HYPERCALL_NR_UNASSIGNED,
	PV_HYPERCALL_FEATURE_QUERY, PV_HYPERCALL_FEATURE_NOP, PV_HYPERCALL_FEATURE_VCPU_INFO,
	PV_HYPERCALL_FEATURE_HOST_TID, PV_HYPERCALL_UNKNOWN, PV_HYPERCALL_REFUSED,
	PV_HYPERCALL_ANSWERED, PV_HYPERCALL_NAME_LEN, PV_HYPERCALL_MAX_REGS,
	sizeof(struct pv_hypercall_entry), sizeof(struct pv_hypercall_times),
};
END
}

# layout: the sizes of the first versions, which are ABI
layout()
{
	echo '#include <linux/pv_hypercall.h>'
	while read -r name size; do
		echo "_Static_assert(sizeof(struct pv_hypercall_$name) == $size, \"$name\");"
	done << 'END'
query 32
nop 16
vcpu_info 328
call 80
batch 32
entry 72
probe 88
latency 88
tagged 64
times 16
restrict 16
END
}

# alone HEADER FOLDER: the header needs no other header of this tree
alone()
{
	echo "#include <$1>
typedef int not_empty;" | compile "$2"
}

compile_program()
{
	program | compile uapi
}

compile_layout()
{
	layout | compile uapi "$@"
}

# The headers of the C library for 32-bit programs can be missing, but asm/ is the same.
compile_layout_32()
{
	compile_layout -m32 -idirafter "/usr/include/$(${CC:-gcc} -print-multiarch)"
}

# The compiler reports a constant that the header lacks.
unknown_constant()
{
	! { program; echo 'int unknown = PV_VCPU_EXITS;'; } | compile uapi &&
		grep -q PV_VCPU_EXITS "$tmp/log"
}

ktap_print_header
ktap_set_plan 7

check "A program compiles with include/uapi alone" compile_program
check "A program with an unknown constant does not compile" unknown_constant
check "Structs have the sizes of the ABI" compile_layout
if [ "$(uname -m)" = x86_64 ]; then
	check "Structs have the same sizes in 32-bit programs" compile_layout_32
else
	ktap_test_skip "Structs have the same sizes in 32-bit programs: gcc -m32 is for x86"
fi
check "linux/kvm_pv.h compiles with include/uapi alone" alone linux/kvm_pv.h uapi
check "pv/hypercall.h compiles without include/uapi" alone pv/hypercall.h .
check "pv/mmio_note.h compiles without include/uapi" alone pv/mmio_note.h .

ktap_finished

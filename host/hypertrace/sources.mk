# SPDX-License-Identifier: GPL-2.0
#
# hypertrace shares the command line with pvhost.

HYPERTRACE_SOURCES := \
	host/hypertrace/arch-arm64.c \
	host/hypertrace/arch-x86.c \
	host/hypertrace/clock.c \
	host/hypertrace/document.c \
	host/hypertrace/handler.c \
	host/hypertrace/hypertrace.c \
	host/hypertrace/kernel.c \
	host/hypertrace/options.c \
	host/hypertrace/reason.c \
	host/hypertrace/report.c \
	host/hypertrace/row.c \
	host/hypertrace/split.c \
	host/hypertrace/symbols.c \
	host/hypertrace/tagged.c \
	host/hypertrace/trace.c \
	host/pvhost/cmdline.c \
	host/pvhost/command.c \
	host/pvhost/name.c \
	host/pvhost/number.c \
	host/pvhost/print.c \
	host/pvhost/spawn.c \
	host/pvhost/trust.c \

# Each becomes a skeleton that hypertrace includes.
HYPERTRACE_BPF := \
	host/hypertrace/calls.bpf.c \
	host/hypertrace/exits.bpf.c \


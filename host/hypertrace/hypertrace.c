// SPDX-License-Identifier: GPL-2.0
/*
 * hypertrace - what hypercalls and other exits of running VMs take
 */
#include "hypertrace.h"

/* Of more than one command */
#define USAGE_COMMON \
	"  -p, --pid PID         the VMs of this process (all)\n" \
	"      --vm NAME         QEMU's -name of the VM, or its process'\n" \
	"  -d, --duration SECS   end after so many seconds (when interrupted)\n" \
	"  -J, --json            as JSON\n"

static const struct pvhost_command commands[] = {
	{
		.name	= "calls",
		.run	= hypertrace_calls,
		.help	= "latency of hypercalls, by number and vCPU",
		.usage	= "calls [OPTION]...\n\n"
			  USAGE_COMMON
			  "  -n, --nr N1,NAME2,..  these hypercalls (all)\n"
			  "      --min-us N        those that took at least so many microseconds\n"
			  "      --events          list each as it ends\n"
			  "      --full            from exit to entry, with the share of user space; other\n"
			  "                        exits are slowed down as well\n"
			  "      --via WAY         fexit, fentry or kprobe (the cheapest that works)\n",
	},
	{
		.name	= "exits",
		.run	= hypertrace_exits,
		.help	= "time of all exits, by reason and vCPU",
		.usage	= "exits [OPTION]...\n\n"
			  USAGE_COMMON,
	},
	{
		.name	= "split",
		.run	= hypertrace_split,
		.help	= "where a hypercall's time goes, seen by guest and host together",
		.usage	= "split [OPTION]... TAGFILE\n\n"
			  USAGE_COMMON
			  "      --via WAY         fentry or kprobe (the cheapest that works)\n\n"
			  "TAGFILE is what 'vcpuinfo latency --tag' writes in the guest meanwhile; it\n"
			  "is read at the end.\n",
	},
};

const struct pvhost_program pvhost_program = {
	.name		= "hypertrace",
	.commands	= commands,
	.nr_commands	= ARRAY_SIZE(commands),
};

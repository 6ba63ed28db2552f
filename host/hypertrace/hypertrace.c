// SPDX-License-Identifier: GPL-2.0
/*
 * hypertrace - latency of hypercalls and other exits of running VMs
 */
#include "hypertrace.h"

/* Of more than one command */
#define USAGE_VM \
	"  -p, --pid PID         the VMs of this process (default: all VMs)\n" \
	"      --name NAME       the VM with this name of QEMU's option -name, or the process\n" \
	"                        with this name\n"

#define USAGE_COMMON \
	"  INTERVAL [COUNT]      as --interval and --count\n" \
	USAGE_VM \
	"      --vcpu N1,N2,..   these vCPUs (default: all)\n" \
	"  -i, --interval SECS   print a report every SECS seconds (default: one at the end)\n" \
	"  -c, --count N         end after N reports\n" \
	"  -d, --duration SECS   end after SECS seconds (default: when interrupted)\n" \
	"  -s, --sort ORDER      pid (default), count, time, mean, max, p50 or p99\n" \
	"  -H, --histogram       print the distribution of each row\n" \
	"  -T, --timestamp       print the time of day before each table\n" \
	"  -J, --json            print JSON\n"

static const struct pvhost_command commands[] = {
	{
		.name	= "calls",
		.run	= hypertrace_calls,
		.help	= "latency of hypercalls, by number and vCPU",
		.usage	= "calls [OPTION]... [INTERVAL [COUNT]]\n\n"
			  USAGE_COMMON
			  "  -n, --call N1,NAME2,..  these hypercalls (default: all)\n"
			  "      --min-us N        hypercalls of at least N microseconds\n"
			  "      --events          print each hypercall when it ends\n"
			  "      --full            measure from exit to entry, with the share of user space;\n"
			  "                        slows down other exits as well\n"
			  "      --method NAME     fexit, fentry or kprobe (default: the first that works)\n",
	},
	{
		.name	= "exits",
		.run	= hypertrace_exits,
		.help	= "time of all exits, by reason and vCPU",
		.usage	= "exits [OPTION]... [INTERVAL [COUNT]]\n\n"
			  USAGE_COMMON
			  "      --reason R1,R2,..  these reasons, by name or number (default: all)\n",
	},
	{
		.name	= "split",
		.run	= hypertrace_split,
		.help	= "latency of a hypercall by stage, seen by guest and host together",
		.usage	= "split [OPTION]... TAGFILE\n\n"
			  USAGE_VM
			  "  -d, --duration SECS   end after SECS seconds (default: when interrupted)\n"
			  "  -J, --json            print JSON\n"
			  "      --method NAME     fentry or kprobe (default: the first that works)\n\n"
			  "'vcpuinfo latency --tag' writes TAGFILE in the guest during the trace;\n"
			  "hypertrace reads it at the end.\n",
	},
};

static const struct pvhost_program program = {
	.name		= "hypertrace",
	.commands	= commands,
	.nr_commands	= ARRAY_SIZE(commands),
};

int main(int argc, char **argv)
{
	return pvhost_command_main(&program, argc, argv);
}

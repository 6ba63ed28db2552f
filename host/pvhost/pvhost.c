// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost - attach the host side of pvguest to running VMs
 */
#include "pvhost.h"

/* Of more than one command */
#define USAGE_VMM \
	"  VM                    process id, name, or libvirt domain\n" \
	"  -p, --pid PID         process of the VMM\n" \
	"      --name NAME       name of QEMU's option -name, or of the process\n" \
	"      --libvirt DOMAIN  libvirt domain\n"

#define USAGE_SELECT \
	"  VM                    process id, name, or libvirt domain\n" \
	"  -p, --pid PID         process of the VMM\n" \
	"      --name NAME       name of QEMU's option -name, or of the process\n" \
	"      --libvirt DOMAIN  libvirt domain\n" \
	"  -i, --id ID           id of an attached VM, see list\n"

#define USAGE_BASE \
	"  -b, --base ADDR       guest-physical address of the device\n"

#define USAGE_SHARED \
	"  -s, --shared ADDR     guest-physical address of the shared pages, or none\n"

#define USAGE_OPTIONS \
	"  -t, --table F1,F2,..  frequencies, as 800MHz,1.6GHz, or \"host\" (default)\n" \
	"      --perf-domains D0,..  perf domain of each CPU (default: one for each CPU)\n" \
	"  -B, --backend NAME    how requests are applied: uclamp, freq-qos, none, or auto\n" \
	"                        (default: the first of these that is available)\n" \
	"  -m, --margin PERCENT  uclamp: margin that the host's governor adds to a clamp (0)\n" \
	"      --telemetry LEVEL  exits that the guest sees: off (default), counters or events\n" \
	"      --max-rate N      apply requests at most N times per second (100)\n" \
	"      --cap FREQ|none   highest frequency of the guest; freq-qos requires it\n" \
	"  -x, --expose-tid      show thread ids of this host to the guest\n" \
	"      --expose-frequency  show the frequency of this host's CPUs to the guest\n" \
	"      --expose-exits    show the number of exits of each vCPU to the guest\n" \
	"      --no-hypercalls   do not answer hypercalls: the guest needs a description\n" \
	"                        of the device, and KVM's handler is not hooked\n"

#define USAGE_OUTPUT \
	"  -o, --output LIST     columns of the table, see pvhost(8)\n"

#define USAGE_BPF \
	"      --bpf FILE        add a device in BPF instead, while this process runs\n" \
	"      --irq N           interrupt of that device, 0: none\n"

static const struct pvhost_command commands[] = {
	{
		.name	= "attach",
		.run	= pvhost_attach,
		.help	= "add a virtual cpufreq device to a running VM, and answer its hypercalls",
		.usage	= "attach VM [OPTION]...\n\n"
			  USAGE_VMM
			  USAGE_BASE
			  USAGE_SHARED
			  "  -n, --vcpus N         CPUs that the device serves (default: those of the VM)\n"
			  USAGE_OPTIONS
			  USAGE_BPF
			  "      --config FILE     read options from FILE, see pvhost.conf(5)\n"
			  "  -w, --timeout SECS    wait up to SECS seconds, as 0.5, for the VM (5)\n",
	},
	{
		.name	= "sync",
		.run	= pvhost_sync,
		.help	= "attach the running VMs that have a file in /etc/pvhost",
		.usage	= "sync [--config-dir DIR] [--check] [VM...]\n"
			  "       pvhost sync --stay [--config-dir DIR] VM\n\n"
			  "  VM                    name of a VM that must run (all with a file)\n"
			  "      --config-dir DIR  folder of the files, see pvhost.conf(5)\n"
			  "      --check           read the files only\n"
			  "      --stay            stay until the VM ends; SIGTERM detaches it\n",
	},
	{
		.name	= "run",
		.run	= pvhost_run,
		.help	= "start QEMU with a virtual cpufreq device for its guest",
		.usage	= "run [OPTION]... -- QEMU [ARGUMENT]...\n\n"
			  USAGE_BASE
			  USAGE_SHARED
			  "  -n, --vcpus N         CPUs that the device serves (those of -smp)\n"
			  "      --describe        describe the device by ACPI or device tree, for a\n"
			  "                        guest without pv_hypervisor\n"
			  "      --user NAME       user of QEMU (the user who called sudo)\n"
			  "      --as-root         QEMU is root\n"
			  USAGE_OPTIONS
			  USAGE_BPF,
	},
	{
		.name	= "detach",
		.run	= pvhost_detach,
		.help	= "remove the device from a VM",
		.usage	= "detach VM | --id ID | --all\n\n"
			  USAGE_SELECT
			  "  -a, --all             all VMs\n",
	},
	{
		.name	= "list",
		.run	= pvhost_list,
		.help	= "show the attached VMs",
		.usage	= "list [--json | --output COLUMN,...]\n\n"
			  "  -J, --json            as JSON\n"
			  USAGE_OUTPUT,
	},
	{
		.name	= "stats",
		.run	= pvhost_stats,
		.help	= "show the requests of the guests",
		.usage	= "stats [VM] [--json | --output COLUMN,...] [--watch[=SECONDS]]\n"
			  "       pvhost stats [VM] --prometheus | --openmetrics\n\n"
			  USAGE_SELECT
			  "  -J, --json            as JSON\n"
			  USAGE_OUTPUT
			  "      --watch[=SECS]    print rates every SECS seconds (1)\n"
			  "      --prometheus      in the text format of Prometheus\n"
			  "      --openmetrics     in the text format of OpenMetrics\n"
			  "      --input FILE      print a saved document of --json\n"
			  "      --file FILE       replace FILE in one step, do not print\n",
	},
	{
		.name	= "set",
		.run	= pvhost_set,
		.help	= "change settings of attached VMs",
		.usage	= "set VM | --id ID | --all  SETTING...\n\n"
			  USAGE_SELECT
			  "  -a, --all             all VMs\n"
			  "      --cap FREQ|none   highest frequency, as 1.6GHz, 1600MHz or kHz\n"
			  "      --telemetry LEVEL  off, counters or events, of a VM that was attached\n"
			  "                        with counters or events\n",
	},
	{
		.name	= "cap",
		.run	= pvhost_cap,
		.help	= "limit the frequency of a VM",
		.usage	= "cap VM | --id ID | --all  FREQ|none\n\n"
			  USAGE_SELECT
			  "  -a, --all             all VMs\n"
			  "  FREQ                  frequency, as 1.6GHz, 1600MHz or kHz\n",
	},
	{
		.name	= "disable",
		.run	= pvhost_disable,
		.help	= "make kvm_pv inert; VMs stay attached",
		.usage	= "disable\n\n"
			  "Requests and caps are stored but not applied, and hypercalls are not answered.\n",
	},
	{
		.name	= "enable",
		.run	= pvhost_enable,
		.help	= "undo disable",
		.usage	= "enable\n\n"
			  "The last requests and caps are applied.\n",
	},
	{
		.name	= "describe",
		.run	= pvhost_describe,
		.help	= "print the description of the device that a guest needs",
		.usage	= "describe --vcpus N [OPTION]... [FILE]\n\n"
			  "  FILE                  a device in BPF (default: the device of kvm_pv)\n"
			  "  -n, --vcpus N         CPUs that the device serves\n"
			  USAGE_BASE
			  USAGE_SHARED
			  "      --irq N           interrupt of the device in BPF, 0: none\n"
			  "  -A, --arch ARCH       x86_64 or arm64 (that of this machine)\n"
			  "  -f, --format FORMAT   dts (arm64) or asl (x86_64)\n",
	},
	{
		.name	= "doctor",
		.run	= pvhost_doctor,
		.help	= "show what this host supports and lacks, and what to do",
		.usage	= "doctor [VM] [--json] [--sysroot DIR]\n\n"
			  USAGE_VMM
			  "  -J, --json            as JSON\n"
			  "  -s, --sysroot DIR     read the files of a recorded host below DIR\n",
	},
};

static const struct pvhost_program program = {
	.name		= "pvhost",
	.commands	= commands,
	.nr_commands	= ARRAY_SIZE(commands),
};

int main(int argc, char **argv)
{
	return pvhost_command_main(&program, argc, argv);
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of shared records: the fake device with the extension, and a host side that
# is a parameter of it; after lib.sh.

. ./fake-device.sh

PARAM=/sys/module/vcpufreq_fake/parameters
MAGIC=$((0x51465650))
MAX=1000000

# Values of the module parameter hold, in milliseconds: LONG does not end during a test,
# SHORT is waited for.
LONG=3600000 SHORT=300

# Registers, see pv/vcpufreq.h
SET_PERF=0x04
PERFTBL_RD=0x10
EXT_MAGIC=0x40
RECORD_CTL=0x58

last=$(($(possible) - 1))
# The library sets HOLD.
# shellcheck disable=SC2153
read -r hold < "$HOLD"

# fake [PARAMETER...]: loads the fake device, with the extension unless parameters override
# it, and sets all policies to the maximum
fake()
{
	echo 0 > "$HOLD"
	insmod "$PV_MODULES/vcpufreq_fake.ko" magic=$MAGIC version=1 features=3 "$@" &&
		governor performance && governor userspace
}

# host CPU SEQ CUR_PERF CEILING GENERATION: writes a record as the host
host()
{
	echo "$*" > $PARAM/host
}

# register CPU REGISTER VALUE: sets what the register reads
register()
{
	echo "$*" > $PARAM/write
}

# in_memory N, in_register N: the last request of CPU N there
in_memory()
{
	cut -d , -f $(($1 + 1)) $PARAM/host
}

in_register()
{
	cut -d , -f $(($1 + 1)) $PARAM/set_perf
}

in_memory_is()
{
	local first rest

	IFS=, read -r first rest < $PARAM/host
	[ "$first" = "$1" ]
}

# request KHZ: of policy 0
request()
{
	set_policy 0 scaling_setspeed "$1"
}

# uptime_ms: into $now, without starting a process
uptime_ms()
{
	local seconds

	read -r seconds _ < /proc/uptime
	# A number that starts with 0 is octal.
	now=1${seconds#*.}
	now=$((${seconds%.*} * 1000 + (now - 100) * 10))
}

# stays KHZ MS: the request of CPU 0 in memory does not change for MS milliseconds
stays()
{
	local end

	uptime_ms
	end=$((now + $2))
	while [ $now -lt $end ]; do
		in_memory_is "$1" || return
		uptime_ms
	done
}

# counts NAME COUNTER EXPECTED COMMAND...: the command increases the counter by EXPECTED
counts()
{
	local name=$1 counter=$2 expected=$3 before

	shift 3
	before=$(counter "$counter")
	"$@"
	check_is "$name" $(($(counter "$counter") - before)) "$expected"
}

# unknown: the delivered performance is not known; the fake keeps register cur_perf at 0
unknown()
{
	[ "$(policy 0 cpuinfo_cur_freq)" = '<unknown>' ]
}

is_max()
{
	[ "$(policy 0 scaling_max_freq)" = "$1" ]
}

no_records()
{
	[ -z "$(counter records)" ]
}

# all: the list of all CPUs
all()
{
	echo "0-$last" | sed 's/^0-0$/0/'
}

all_records()
{
	[ "$(counter records)" = "$(all)" ]
}

# skip_all NAMES REASON: skips the tests of a list that '|' separates
skip_all()
{
	local old_ifs=$IFS name

	IFS='|'
	for name in $1; do
		ktap_test_skip "$name: $2"
	done
	IFS=$old_ifs
}

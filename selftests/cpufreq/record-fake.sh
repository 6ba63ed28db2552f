# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of shared pages: the fake device, and a host side that is its parameters;
# after lib.sh.

. ./fake-device.sh

PARAM=/sys/module/vcpufreq_fake/parameters
MAX=1000000

# Values of the module parameter hold, in milliseconds: LONG does not end during a test,
# SHORT is waited for.
LONG=3600000 SHORT=300

# Registers, see pv/vcpufreq.h
CUR_PERF=0x00
SET_PERF=0x04
PERFTBL_SEL=0x0c
PERFTBL_RD=0x10

last=$(($(possible) - 1))
# The library sets HOLD.
# shellcheck disable=SC2153
read -r hold < "$HOLD"

# fake [PARAMETER...]: loads the fake device, and sets all policies to the maximum
fake()
{
	echo 0 > "$HOLD"
	insmod "$PV_MODULES/vcpufreq_fake.ko" "$@" &&
		governor performance && governor userspace
}

# header MEMBER VALUE: writes a member of the header
header()
{
	echo "$2" > $PARAM/"$1"
}

# record CPU CUR_PERF CAP: writes a record as the host
record()
{
	echo "$*" > $PARAM/record
}

# post CPU REQUEST: overwrites the request in a record
post()
{
	echo "$*" > $PARAM/posted
}

# register CPU REGISTER VALUE: sets what the register reads
register()
{
	echo "$*" > $PARAM/write
}

# forget: the registers and records have no request
forget()
{
	local cpu

	for cpu in $(seq 0 "$last"); do
		register "$cpu" "$SET_PERF" 0
		post "$cpu" 0
	done
}

# in_memory N, in_register N: the last request of CPU N there
in_memory()
{
	cut -d , -f $(($1 + 1)) $PARAM/posted
}

in_register()
{
	cut -d , -f $(($1 + 1)) $PARAM/set_perf
}

in_memory_is()
{
	local first rest

	IFS=, read -r first rest < $PARAM/posted
	[ "$first" = "$1" ]
}

# of_all VALUE: a list with VALUE for each CPU
of_all()
{
	seq -s , 0 "$last" | sed "s/[0-9][0-9]*/$1/g"
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

# unknown: the current performance is not known; the fake keeps register cur_perf at 0
unknown()
{
	[ "$(policy 0 cpuinfo_cur_freq)" = '<unknown>' ]
}

is_max()
{
	[ "$(policy 0 scaling_max_freq)" = "$1" ]
}

# stays_max KHZ: the limit does not change while the driver looks for changes twice
stays_max()
{
	sleep 2.5
	is_max "$1"
}

no_records()
{
	[ -z "$(counter shared_mem)" ]
}

# all: the list of all CPUs
all()
{
	echo "0-$last" | sed 's/^0-0$/0/'
}

all_records()
{
	[ "$(counter shared_mem)" = "$(all)" ]
}

# skip_each NAMES REASON: skips the tests of a list that '|' separates
skip_each()
{
	local old_ifs=$IFS name

	IFS='|'
	for name in $1; do
		ktap_test_skip "$name: $2"
	done
	IFS=$old_ifs
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for the tests that reset, save or migrate a guest.  A test controls the guest by
# orders, which are functions in selftests/rig/scenario/reset.sh.

. ../lib.sh
. /rig/lib.sh
. /rig/host.sh

MIN=600000 LOW=1200000 HIGH=1800000 MAX=2400000
POLICIES=/sys/devices/system/cpu/cpufreq

# Tenths of a second: for an order or a boot; until requests are in force again
PATIENCE=800
SOON=50

# File that ends changes()
CHANGED=/run/changed

# Boots and orders of the guest so far
BOOTS=0
ORDERS=0
# Commands of QEMU's monitor so far
COMMANDS=0

# Files of the guest, as patterns of busybox's cpio
FILES='bin* dev* etc* init proc* results* rig* run* sbin* sys* tmp* root*
	lib/modules/pv/pv_pattern.ko lib/modules/pv/vcpufreq.ko lib/modules/pv/pv_exits.ko
	*cpufreq_userspace.ko'

# make_image PATTERN...: a smaller image of the guest, which boots faster, as $L2_IMAGE
make_image()
{
	L2_IMAGE=/run/reset.cpio
	# The patterns are for cpio.
	set -f
	# shellcheck disable=SC2086
	set -- $FILES "$@"
	set +f
	mkdir -p /run/image
	( cd /run/image && cpio -i -d "$@" < /rig/l2.cpio && find . | cpio -o -H newc ) > $L2_IMAGE
	rm -r /run/image
}

# start DIR OPTION...: start QEMU with a monitor; the files of the guest are in DIR
start()
{
	L2_DIR=$1
	L2_RESULTS=/results/${1##*/}
	shift
	mkdir -p "$L2_DIR"
	mkfifo "$L2_DIR/monitor.in" "$L2_DIR/monitor.out"
	cat "$L2_DIR/monitor.out" > "$L2_RESULTS.monitor" &
	L2_OPTS="$(l2_describe "$RIG_SMP") -action reboot=reset \
		-chardev pipe,id=monitor,path=$L2_DIR/monitor -mon chardev=monitor,mode=control $*"
	# Its console does not belong into the results of the test.
	l2_start reset > /dev/console
	within $PATIENCE grep -q QMP "$L2_RESULTS.monitor" && qmp '"qmp_capabilities"'
}

# prepare PATTERN...: before the first guest of a test, whose image has these files too
prepare()
{
	# A test that has failed can have left the module.
	[ -d /sys/module/kvm_pv ] || pv_load kvm_pv || return
	trap end EXIT
	control_speed && make_image "$@"
}

# end: if the guest has not ended, keep its console and kill it
end()
{
	[ ! -d /proc/"$L2_PID"/task ] || cp "$L2_DIR/console" "$L2_RESULTS.console"
	kill -9 "$L2_PID" 2> /dev/null
}

# within TENTHS COMMAND...: COMMAND succeeds before they have passed, and QEMU runs
within()
{
	local tenths=$1

	shift
	until "$@"; do
		tenths=$((tenths - 1))
		if [ $tenths = 0 ] || ! kill -0 "$L2_PID"; then
			ktap_print_msg "failed in time, or until the end of QEMU: $*"
			return 1
		fi
		sleep 0.1
	done
}

# answer: what QEMU has answered to the last command
answer()
{
	grep "\"id\": ${COMMANDS}[,}]" "$L2_RESULTS.monitor"
}

has_answer()
{
	answer > /dev/null
}

# qmp COMMAND [ARGUMENTS]: a command of the monitor succeeds; both are JSON
qmp()
{
	local arguments=${2:-}

	[ -n "$arguments" ] || arguments='{}'
	COMMANDS=$((COMMANDS + 1))
	# Opened for both, so that this does not wait for a QEMU that has ended
	echo "{ \"execute\": $1, \"arguments\": $arguments, \"id\": $COMMANDS }" \
		1<> "$L2_DIR/monitor.in"
	within $PATIENCE has_answer && ! answer | grep '"error"'
}

# hmp COMMAND: the same for the monitor of humans, where only an error has an answer
hmp()
{
	qmp '"human-monitor-command"' "{ \"command-line\": \"$1\" }" || return
	answer | grep -qF '"return": ""' && return
	answer
	return 1
}

has_booted()
{
	[ "$(grep -c @boot "$L2_DIR/console")" = $BOOTS ]
}

# boots: the guest boots again
boots()
{
	BOOTS=$((BOOTS + 1))
	within $PATIENCE has_booted
}

# sent ORDER: the guest does not answer
sent()
{
	ORDERS=$((ORDERS + 1))
	echo "$ORDERS $*" >&8
}

# The guest has carried out the last order, or has booted again instead
is_done()
{
	! has_booted || grep -q "@done $ORDERS [0-9]" "$L2_DIR/console"
}

# order COMMAND: the guest carries out an order
order()
{
	sent "$*"
	within $PATIENCE is_done && grep -q "@done $ORDERS 0" "$L2_DIR/console" && return
	ktap_print_msg "the guest has not carried out: $*"
	tail -n 5 "$L2_DIR/console" | tr -d '\r' | sed 's/^/# /'
	return 1
}

# stats_of CPU KEY: a statistic of a CPU of the guest
stats_of()
{
	pvhost stats --pid "$L2_PID" --json |
		awk -v cpu="$1" -v key="\"$2\":" '
		{ sub(",$", "") }
		$1 == "\"cpu\":" { at = $2 }
		at == cpu && $1 == key { print $2 }'
}

# requested KHZ [CPUS]: the host has this request for each CPU, or for the first CPUS
requested()
{
	local cpu=0

	while [ $cpu -lt "${2:-$RIG_SMP}" ]; do
		[ "$(stats_of $cpu request_khz)" = "$1" ] || return
		[ "$(stats_of $cpu record)" = true ] || return
		cpu=$((cpu + 1))
	done
}

# in_force KHZ [CPUS]: the same soon; prints the time
in_force()
{
	local begin

	begin=$(rig_uptime)
	within $SOON requested "$@" || {
		pvhost stats --pid "$L2_PID"
		return 1
	}
	ktap_print_msg "in force after $(echo "$begin $(rig_uptime)" | awk '{ print $2 - $1 }') s"
}

# set_speed KHZ: the frequency of the CPUs of the host
set_speed()
{
	local policy

	for policy in "$POLICIES"/policy*; do
		echo "$1" > "$policy/scaling_setspeed" || return
	done
}

# The host's CPUs get their frequency from the test.
control_speed()
{
	local policy

	for policy in "$POLICIES"/policy*; do
		echo userspace > "$policy/scaling_governor" || return
	done
}

# guest_sees KHZ: the host writes to the guest's records
guest_sees()
{
	set_speed "$1" && order runs_at "$1"
}

# attach: the host writes to all parts of the shared pages
attach()
{
	l2_attach --expose-frequency --telemetry events > /dev/null
}

# binds KHZ [CPUS]: the guest loads its drivers, and both sides use the shared pages
binds()
{
	order "bind $1" && in_force "$@" && guest_sees $MIN && guest_sees $HIGH && order traces
}

# changes: change cap and frequency until the file $CHANGED exists
changes()
{
	local khz

	until [ -e $CHANGED ]; do
		for khz in $MIN $MAX $LOW $HIGH; do
			pvhost cap --pid "$L2_PID" "$khz" && set_speed "$khz" || return
			sleep 0.1
		done
		pvhost cap --pid "$L2_PID" none || return
	done
}

# memory_unchanged: the guest finds no change of its memory while the host changes its state
memory_unchanged()
{
	local pid status=0

	rm -f $CHANGED
	changes &
	pid=$!
	order fill && sleep 3 && order unchanged || status=1
	touch $CHANGED
	wait $pid && order empty && return $status
}

# counts: what the host has received from the guest
counts()
{
	pvhost stats --pid "$L2_PID" --json | grep -E '"(requests|register_writes|deferred|reads|refused|request_khz)":'
}

# received_nothing: the host has received nothing since COUNTS was set, and never refused anything
received_nothing()
{
	[ "$(counts)" = "$COUNTS" ] && ! counts | grep '"refused"' | grep -v '"refused": 0,'
}

# survives NAME KHZ CPUS RESET...: three tests of a reset by a command.  The driver of the next
# kernel requests KHZ on its CPUS.
survives()
{
	local name=$1 khz=$2 cpus=$3

	shift 3
	COUNTS=$(counts)
	if ! "$@" || ! boots; then
		ktap_exit_fail_msg "$name: the guest does not restart"
	fi
	check "$name: no memory of the next kernel changes" memory_unchanged
	check "$name: the host receives no request of the next kernel" received_nothing
	check "$name: the driver of the next kernel has its requests in force" binds "$khz" "$cpus"
}

# guest_ends: the guest ends without an error
guest_ends()
{
	sent end
	l2_finish
}

# SPDX-License-Identifier: GPL-2.0
#
# What a bursty load under schedutil costs in exits, with shared memory and with none.
# RIG_ARG: seconds of load, each.  Into lines of SCHEME NAME NUMBER; what a driver does not
# count is not there.

TRACING=/sys/kernel/tracing
DRIVER=/sys/bus/platform/drivers/vcpufreq

# events: all that were traced, whether they are still in the buffer or not
events()
{
	cat $TRACING/per_cpu/cpu*/stats | awk '$1 == "entries:" || $1 == "overrun:" { n += $2 }
		END { print n + 0 }'
}

# count EVENT: by a buffer that holds nothing else
count()
{
	echo > $TRACING/set_event
	echo > $TRACING/trace
	[ -z "$1" ] || echo "$1" > $TRACING/set_event
}

# counters: of the driver
counters()
{
	local name

	for name in requests exits lazy elided; do
		cat $DRIVER/*/$name 2> /dev/null | sed "s/^/$name /"
	done
}

# load SCHEME SECONDS EVENT NAME: with one kind of event counted
load()
{
	counters > /run/before
	count "$3"
	/selftests/cpufreq/burst "$2" || return
	echo "$1 $4 $(events)" >> /results/burst
	count ''
	counters > /run/after
	awk -v scheme="$1" -v of="$4" 'NR == FNR { was[$1] = $2; next }
		{ print scheme, of "-" $1, $2 - was[$1] }' /run/before /run/after >> /results/burst
}

# scheme NAME PARAMETER
scheme()
{
	local policy

	rig_step "guest: $1"
	insmod /lib/modules/pv/vcpufreq.ko "$2" || return
	for policy in /sys/devices/system/cpu/cpufreq/policy*; do
		echo schedutil > "$policy/scaling_governor" || return
	done
	rig_sync "$1-before"
	load "$1" "$RIG_ARG" power:cpu_frequency decisions || return
	rig_sync "$1-decisions"
	# Half as long, for the ticks: their number is of another kind of event.
	if [ -e $TRACING/events/kprobes/tick ]; then
		load "$1" $(((RIG_ARG + 1) / 2)) kprobes:tick ticks || return
	fi
	rig_sync "$1-ticks"
	rmmod vcpufreq
}

# The hook that a tick has on arm64; x86 has none.
echo 'p:tick topology_scale_freq_tick' > $TRACING/kprobe_events 2> /dev/null
echo 1 > $TRACING/tracing_on
rig_step "guest: waiting for the host"
rig_sync attach
scheme vcpufreq record=1 && scheme upstream record=0

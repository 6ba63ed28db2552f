# SPDX-License-Identifier: GPL-2.0
#
# Exits of a bursty load under schedutil, with shared pages and without.  The guest writes
# lines "SCHEME NAME NUMBER"; counters that a driver lacks are missing.  The host saves its
# statistics at the begin of each phase.
#
#   PV_SECONDS   seconds of load in each phase

TRACING=/sys/kernel/tracing
DRIVER=/sys/bus/platform/drivers/vcpufreq

host()
{
	local scheme phase

	# About as many steps as hardware has
	RIG_TABLE=300000,600000,900000,1200000,1500000,1800000,2100000,2400000
	l2_session burst || return
	for scheme in vcpufreq upstream; do
		for phase in before decisions ticks; do
			L2_WAIT=9000 l2_wait $scheme-$phase || return
			pvhost stats --json > /results/$scheme-$phase.json || return
			l2_go $scheme-$phase
		done
	done
	l2_session_end
}

# events: all events that were traced, including overwritten ones
events()
{
	cat $TRACING/per_cpu/cpu*/stats | awk '$1 == "entries:" || $1 == "overrun:" { n += $2 }
		END { print n + 0 }'
}

# count EVENT: count events with a trace buffer that holds nothing else
count()
{
	echo > $TRACING/set_event
	echo > $TRACING/trace
	[ -z "$1" ] || echo "$1" > $TRACING/set_event
}

# counters: print the counters of the driver
counters()
{
	local name

	for name in requests register_writes deferred suppressed; do
		cat $DRIVER/*/$name 2> /dev/null | sed "s/^/$name /"
	done
}

# load SCHEME SECONDS EVENT NAME: run the load and count one kind of event
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
	load "$1" "$PV_SECONDS" power:cpu_frequency decisions || return
	rig_sync "$1-decisions"
	# Half the time for ticks: they are another kind of event.
	if [ -e $TRACING/events/kprobes/tick ]; then
		load "$1" $(((PV_SECONDS + 1) / 2)) kprobes:tick ticks || return
	fi
	rig_sync "$1-ticks"
	rmmod vcpufreq
}

guest()
{
	# The hook of the tick on arm64; x86 has none.
	echo 'p:tick topology_scale_freq_tick' > $TRACING/kprobe_events 2> /dev/null
	echo 1 > $TRACING/tracing_on
	rig_step "guest: waiting for the host"
	rig_sync attach
	scheme vcpufreq shared_mem=1 && scheme upstream shared_mem=0
}

# judge_scenario RESULTS ARCH KERNEL: print the counts per scheme, check that requests were counted
judge_scenario()
{
	"$RIG/burst-table" "$1" "$BUILD/bench/burst-$2-$3.json"
}

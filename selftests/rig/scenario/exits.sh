# SPDX-License-Identifier: GPL-2.0
#
# Telemetry of exits: the guest's counters compared with those of hypertrace and perf kvm stat on the
# host, and the guest's trace event with unmodified tracers and while the host changes the telemetry.

# Reads the virtio disk in blocks of 4 KiB
DISK='while :; do dd if=/dev/vda of=/dev/null bs=4k iflag=direct; done'

# stop: stops the VM.  Its vCPUs are outside the guest, in exits that have not ended.
stop()
{
	kill -STOP "$L2_PID"
	while grep -h '^State:' /proc/"$L2_PID"/task/*/status | grep -qv stopped; do
		sleep 0.1
	done
}

# level LEVEL: what the guest sees
level()
{
	pvhost set --pid "$L2_PID" --telemetry "$1" &&
		pvhost list --json | grep "\"telemetry\": *\"$1\""
}

# perf_begin: 'perf kvm stat' records the events of the VM.  -D -1 starts with events off, so that
# perf prints when it has opened them.
perf_begin()
{
	mkfifo /run/exits/control || return
	perf kvm stat record -p "$L2_PID" -o /run/exits/perf -D -1 \
		--control fifo:/run/exits/control > /run/exits/perf-said 2>&1 &
	PERF=$!
	l2_printed /run/exits/perf-said 'Events disabled' "$PERF" &&
		echo enable > /run/exits/control &&
		l2_printed /run/exits/perf-said 'Events enabled' "$PERF"
}

perf_end()
{
	echo stop > /run/exits/control
	wait "$PERF" || {
		cat /run/exits/perf-said
		return 1
	}
}

# perf_report: count the exits of each vCPU.  perf prints the report to stderr.  On arm64 the events
# do not have the number of the vCPU.
perf_report()
{
	local vcpu=0

	case $(l2_arch) in
	arm64)
		perf kvm -i /run/exits/perf stat report > /results/perf-all.txt 2>&1
		return ;;
	esac
	while [ $vcpu -lt "${L2_SMP:-$RIG_SMP}" ]; do
		perf kvm -i /run/exits/perf stat report --vcpu $vcpu > /results/perf-$vcpu.txt 2>&1 || return
		vcpu=$((vcpu + 1))
	done
}

# Attaches the VM and begins to trace it while it is stopped, so that the host's and the guest's
# counters begin with the same exit.
begin()
{
	stop || return
	mkdir -p /run/exits
	hypertrace exits --json --pid "$L2_PID" > /results/hypertrace.json 2> /run/exits/said &
	TRACER=$!
	l2_printed /run/exits/said tracing "$TRACER" && perf_begin &&
		l2_attach --telemetry events || return
	kill -CONT "$L2_PID"
}

# All end with the same exit too.  The guest reads its counters after that.
end()
{
	stop && level off && perf_end || return
	kill -INT "$TRACER"
	wait "$TRACER" || {
		cat /run/exits/said
		return 1
	}
	kill -CONT "$L2_PID"
}

# change: levels, while the guest uses the telemetry
change()
{
	local level

	for level in off counters events off counters off events; do
		level $level && sleep 0.3 || return
	done
}

# active: the host's part of selftests/exits/active.sh
active()
{
	rig_wants exits-active || return 0
	l2_wait changed && change && l2_go changed || return
	l2_wait detached && pvhost detach --pid "$L2_PID" && rmmod kvm_pv && l2_go detached || return
	l2_wait attached && pv_load kvm_pv && l2_attach --telemetry events && l2_go attached
}

host()
{
	# The tracers are unpacked into memory.  tmpfs would allow half of what the packed image leaves.
	L2_MEMORY=1536M
	echo "$(l2_append) rootfstype=ramfs" > /rig/l2-append
	l2_kvm && pv_load kvm_pv || return
	truncate -s 64M /run/disk || return
	L2_OPTS="$(l2_describe "${L2_SMP:-$RIG_SMP}") $L2_OPTS \
		-drive if=none,id=disk,file=/run/disk,format=raw -device virtio-blk-pci,drive=disk" ||
		return
	l2_start exits
	l2_wait attach && begin && l2_go attach || return
	l2_wait counted && end && perf_report && l2_go counted || return
	l2_wait events && level events && l2_go events || return
	active && l2_session_end
}

# workload NAME COMMAND...: what the exits of a workload look like, for the documentation
workload()
{
	local name=$1

	shift
	vcpuinfo exits --watch=2 > "/results/$name.txt" &
	sleep 1
	timeout 6 "$@" > /dev/null 2>&1
	kill -INT "$!"
	wait "$!"
}

guest()
{
	local failed=0

	rig_step "guest: waiting for the host"
	rig_sync attach
	pv_load pv_hypervisor pv_hypercall vcpufreq pv_exits || return
	rig_step "guest: exits that host and guest count"
	vcpuinfo latency --samples 2000 > /results/latency.txt || return
	rig_sync counted
	vcpuinfo exits --json --by vcpu > /results/vcpuinfo-exits.json || return
	rig_sync events

	rig_step "guest: tests of the telemetry"
	rig_tests exits-active || failed=1
	rig_tests exits || failed=1

	rig_step "guest: workloads"
	workload idle sleep 5
	! modprobe virtio_blk || workload disk sh -c "$DISK"
	workload console sh -c 'while :; do echo . > /dev/kmsg; done'
	workload hypercall sh -c 'while :; do vcpuinfo latency --samples 1000; done'
	return $failed
}

# perf_rows REPORT: the counts of perf-VCPU.txt as JSON
perf_rows()
{
	local vcpu=${1##*/perf-}

	vcpu=${vcpu%.txt}
	[ "$vcpu" != all ] || vcpu=null
	sed -n 's/^ *\([^ ].*[^ ]\)  *\([0-9][0-9]*\)  *[0-9.]*%  *[0-9.]*% .*/{"name":"\1","count":\2}/p' "$1" |
		jq -s --argjson vcpu "$vcpu" 'map({vcpu: $vcpu, name, count})'
}

# judge_perf RESULTS ARCH.  On x86 perf counts the exits that an entry follows, as the guest does.  On
# arm64 it counts the exits that follow an entry.  Each vCPU ends with an exit without an entry, which
# perf counts on arm64 only.
judge_perf()
{
	local dir=$1 arch=$2 report

	for report in "$dir"/perf-*.txt; do
		perf_rows "$report"
	done | jq -s 'add | sort' > "$dir/exits.perf"
	jq '[.exits[] | select(.reason) | {vcpu, name, count}] | sort' \
		"$dir/l2/vcpuinfo-exits.json" > "$dir/exits.names"
	case $arch in
	x86_64)
		diff "$dir/exits.names" "$dir/exits.perf" | sed 's/^/# /' | head -n 40
		cmp -s "$dir/exits.names" "$dir/exits.perf"
		tap_result $? 'perf kvm stat: the host counts the same exits as the guest, of each vCPU and reason' ;;
	arm64)
		jq -e -n --slurpfile guest "$dir/exits.names" --slurpfile perf "$dir/exits.perf" '
			def sums: group_by(.name) | map({key: .[0].name, value: (map(.count) | add)}) |
				from_entries;
			($guest[0] | sums) as $g | ($perf[0] | sums) as $p |
			[($g + $p | keys[]) | ($p[.] // 0) - ($g[.] // 0)] |
			all(. >= 0) and add == ($guest[0] | map(.vcpu) | unique | length)' > /dev/null
		tap_result $? 'perf kvm stat: the host counts the exits of the guest by reason, and one more of each vCPU' ;;
	esac
}

# judge_scenario RESULTS ARCH: the host and the guest have the same numbers
judge_scenario()
{
	local dir=$1 rows='[.exits[] | select(.reason) | {vcpu, reason, count}] | sort'

	jq "$rows" "$dir/hypertrace.json" > "$dir/exits.host" &&
		jq "$rows" "$dir/l2/vcpuinfo-exits.json" > "$dir/exits.guest" &&
		[ "$(jq length "$dir/exits.guest")" -gt 3 ]
	tap_result $? 'exits: host and guest count exits'
	diff "$dir/exits.host" "$dir/exits.guest" | sed 's/^/# /' | head -n 40
	cmp -s "$dir/exits.host" "$dir/exits.guest"
	tap_result $? 'exits: the host counts the same exits as the guest, of each vCPU and reason'
	jq -e '.exits | all((.vcpu | type == "number") and (.count > 0) and
		(.reason == null or (.p50_ns <= .p99_ns and .user_share <= 1 and .share <= 1)))' \
		"$dir/l2/vcpuinfo-exits.json" > /dev/null
	tap_result $? 'vcpuinfo JSON: exits have a count, percentiles in order, and shares up to 1'
	jq -e '.lost | all(. == 0)' "$dir/hypertrace.json" > /dev/null
	tap_result $? 'exits: the host lost no exit'
	tap_schema vcpuinfo "$dir/l2/vcpuinfo-exits.json"
	tap_schema hypertrace "$dir/hypertrace.json"
	judge_perf "$dir" "$2"
	tap_plan
}

# SPDX-License-Identifier: GPL-2.0
#
# Telemetry of exits: the guest's counters compared with those of hypertrace on the host, and the
# guest's trace event with unmodified tracers and while the host changes the telemetry.

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

# Attaches the VM and begins to trace it while it is stopped, so that the host's and the guest's
# counters begin with the same exit.
begin()
{
	stop || return
	mkdir -p /run/exits
	hypertrace exits --json --pid "$L2_PID" > /results/hypertrace.json 2> /run/exits/said &
	TRACER=$!
	l2_printed /run/exits/said tracing "$TRACER" && l2_attach --telemetry events || return
	kill -CONT "$L2_PID"
}

# Both end with the same exit too.  The guest reads its counters after that.
end()
{
	stop && level off || return
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
	# The image with the tracers is unpacked into memory, to half of it at most.
	L2_MEMORY=1536M
	l2_kvm && pv_load kvm_pv || return
	truncate -s 64M /run/disk || return
	L2_OPTS="$(l2_describe "${L2_SMP:-$RIG_SMP}") $L2_OPTS \
		-drive if=none,id=disk,file=/run/disk,format=raw -device virtio-blk-pci,drive=disk" ||
		return
	l2_start exits
	l2_wait attach && begin && l2_go attach || return
	l2_wait counted && end && l2_go counted || return
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

# judge_scenario RESULTS: the host and the guest have the same numbers
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
	tap_plan
}

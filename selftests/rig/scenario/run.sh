# SPDX-License-Identifier: GPL-2.0
#
# 'make run': host and guest with all modules, what the guest sees, governors through sysfs,
# the requests that reach the host, and the exits that it counts.

POLICY=/sys/devices/system/cpu/cpufreq
EVENT=/sys/kernel/tracing/events/pv_exits/exit

# clamps_are KHZ: whether uclamp.min of all vCPU threads is that of a request for KHZ.  The host
# has no cpufreq driver and its CPUs have the same capacity, so 1024 is the last frequency of the
# table.  /run/clamps has a line for each vCPU.
clamps_are()
{
	local want=$((1024 * $1 / ${RIG_TABLE##*,}))

	pvhost stats --output CPU,TID,REQUEST_KHZ | while read -r cpu tid request; do
		[ "$cpu" != CPU ] || continue
		# "effective uclamp.min" can be lower.
		echo "vCPU $cpu: thread $tid, request $request kHz, uclamp.min" \
			"$(sed -n 's/^uclamp\.min  *: *//p' "/proc/$tid/sched")"
	done > /run/clamps
	[ "$(grep -c " $1 kHz, uclamp.min $want\$" /run/clamps)" = "$RIG_SMP" ]
}

# clamps KHZ: wait until the requests of all vCPUs are KHZ and are applied; keep the result
clamps()
{
	local tries=0

	until clamps_are "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || break
		sleep 0.1
	done
	cat /run/clamps
	cat /run/clamps >> /results/clamps.txt
}

# program DIR NAME: run a test that the plan does not have
program()
{
	local tap=/results/tap/l1-$1-$2 begin rc=0

	mkdir -p "${tap%/*}"
	begin=$(rig_uptime)
	( cd "/selftests/$1" && "./$2" ) > "$tap" || rc=$?
	cat "$tap"
	rig_tap "$tap" $rc "$begin"
	return $rc
}

# device_in_bpf: where the kernel can have them, a device in BPF for a VM of its own.  It uses all
# functions that kvm_pv_bpf offers, clamps among them.
device_in_bpf()
{
	local rc=0

	[ -f /lib/modules/pv/kvm_pv_bpf.ko ] || return 0
	rig_step "host: a device in BPF"
	pv_load kvm_pv_bpf && program bpf kfuncs || rc=$?
	l2_unload kvm_pv_bpf && return $rc
}

host()
{
	local failed=0

	uname -r > /results/release
	rig_step "host: Linux $(uname -r), loading kvm and kvm_pv"
	l2_kvm && pv_load kvm_pv || return

	rig_step "host: starting a guest with $RIG_SMP vCPUs"
	l2_start run

	rig_step "host: attaching to the QEMU process"
	l2_attach --backend auto --timeout 300 --expose-tid --expose-exits \
		--telemetry events || return
	pvhost list | tee /results/pvhost-list.txt

	# Only kernels with CONFIG_UCLAMP_TASK have the file.  Backend auto is uclamp there.
	[ ! -f /proc/sys/kernel/sched_util_clamp_min ] || : > /results/clamps.txt
	l2_wait high || return
	[ ! -f /results/clamps.txt ] || clamps "${RIG_TABLE##*,}"
	l2_go high

	l2_wait quiet || return
	rig_step "host: statistics"
	[ ! -f /results/clamps.txt ] || clamps "${RIG_TABLE%%,*}"
	{
		pvhost stats > /results/pvhost.txt && pvhost stats --json > /results/pvhost.json
	} || return
	l2_go quiet
	l2_finish || return

	device_in_bpf || failed=1
	rig_step "host: the guest has ended; unloading kvm_pv"
	l2_unload kvm_pv || return
	rig_step "host: telemetry of exits"
	program host exits || failed=1
	return $failed
}

# change FILE VALUE: write to sysfs, then print what it reads
change()
{
	echo "$2" > "$1" || return
	echo "${1#/sys/devices/system/cpu/cpufreq/}: $2 -> $(cat "$1")"
}

# govern GOVERNOR: all policies
govern()
{
	local policy

	for policy in "$POLICY"/policy*; do
		change "$policy/scaling_governor" "$1" || return
	done
}

# change_all: governors and limits of all policies
change_all()
{
	local policy

	for policy in "$POLICY"/policy*; do
		echo "${policy##*/}: governors $(cat "$policy/scaling_available_governors")"
		change "$policy/scaling_governor" performance &&
			change "$policy/scaling_max_freq" 1800000 &&
			change "$policy/scaling_governor" userspace &&
			change "$policy/scaling_setspeed" 1200000 &&
			change "$policy/scaling_setspeed" 600000 &&
			change "$policy/scaling_max_freq" 2400000 &&
			change "$policy/scaling_governor" schedutil || return
	done
}

# exits: what the host counts, and the event of each hypercall
exits()
{
	local i=0

	echo 1 > $EVENT/enable || return
	# The module selects events, and passes exits to the event, in a work.
	until grep -q ' exit: vcpu=' /sys/kernel/tracing/trace; do
		[ $i -lt 50 ] || break
		i=$((i + 1))
		sleep 0.1
	done
	vcpuinfo latency --samples 100 --call nop > /dev/null || return
	sleep 1
	echo 0 > $EVENT/enable || return
	grep ' exit: vcpu=' /sys/kernel/tracing/trace > /results/events.txt
	vcpuinfo exits && vcpuinfo exits --json --by vcpu > /results/exits.json
}

guest()
{
	local i=0

	uname -r > /results/release
	rig_step "guest: Linux $(uname -r), loading pv_hypervisor, pv_hypercall, vcpufreq, pv_exits"
	pv_load pv_hypervisor pv_hypercall vcpufreq pv_exits && rig_governors || return

	rig_step "guest: vcpuinfo --all"
	vcpuinfo --all > /results/vcpuinfo.txt || return

	rig_step "guest: governor and limits through sysfs"
	govern performance > /results/sysfs.txt || return
	rig_sync high
	change_all >> /results/sysfs.txt || return

	# A load for schedutil
	while [ $i -lt 20000 ]; do
		i=$((i + 1))
	done

	# This governor sends no further requests, so both sides can be compared.
	govern powersave >> /results/sysfs.txt || return
	vcpuinfo --all --json > /results/vcpuinfo.json || return
	rig_sync quiet
	rig_step "guest: exits"
	exits
}

# clamps_agree RESULTS: whether uclamp.min of the thread of each vCPU was the highest request, and
# then the lowest one
clamps_agree()
{
	local max

	max=$(jq '.vms[0].table[-1]' "$1/pvhost.json")
	jq -e '.vms[0].backend == "uclamp"' "$1/pvhost.json" > /dev/null && awk -v max="$max" '
		{ good += $NF == int(1024 * $6 / max); high += $6 == max }
		END { exit !(NR >= 4 && good == NR && high * 2 == NR) }' "$1/clamps.txt"
}

# judge_clamps RESULTS: where the host's kernel has clamps, backend auto uses them
judge_clamps()
{
	local name='run: requests are uclamp.min of the vCPU threads'

	if [ -f "$1/clamps.txt" ]; then
		sed 's/^/# /' "$1/clamps.txt"
		clamps_agree "$1"
		tap_result $? "$name"
	else
		jq -e '.vms[0].backend == "none"' "$1/pvhost.json" > /dev/null
		tap_result $? "$name # SKIP the host lacks CONFIG_UCLAMP_TASK"
	fi
}

# judge_exits RESULTS: the guest has counters of each vCPU, and events of its 100 hypercalls
judge_exits()
{
	jq -e '[.exits[] | select(.reason)] | all(.count > 0 and .p50_ns <= .p99_ns) and
		([.[].vcpu] | unique | length) == 2' "$1/exits.json" > /dev/null
	tap_result $? 'run: the guest has the exits of each vCPU'
	[ "$(grep -cE 'name=(hypercall|VMCALL|HVC64) ' "$1/events.txt")" -ge 100 ]
	tap_result $? 'run: the guest traces the exits of hypercalls'
}

# judge_scenario RESULTS: the driver is bound, and the host has received its requests
judge_scenario()
{
	local guest host

	guest=$(jq '.cpufreq | select(.driver == "vcpufreq").register_writes' "$1/l2/vcpuinfo.json")
	host=$(jq '[.vms[].cpus[].register_writes] | add' "$1/pvhost.json")
	echo "# the guest has sent ${guest:-no} requests, the host has received ${host:-none}"
	[ "${guest:-0}" -gt 0 ]
	tap_result $? 'run: vcpufreq is bound and sends requests'
	[ -n "$guest" ] && [ "$guest" = "$host" ]
	tap_result $? 'run: the host receives all requests of the guest'
	judge_clamps "$1"
	judge_exits "$1/l2"
	tap_plan
}

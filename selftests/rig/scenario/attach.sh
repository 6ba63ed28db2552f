# SPDX-License-Identifier: GPL-2.0
#
# The main test machine: the host's own tests, then a guest, first with nothing attached and
# then with everything, and a guest without a description of the device.

attach()
{
	l2_attach --expose-tid --expose-exits
}

reattach()
{
	pvhost detach --pid "$L2_PID" && attach
}

# split: the guest's hypercalls, traced by the host and measured by the guest
split()
{
	local pid

	mkdir -p /run/split
	hypertrace split --json --pid "$L2_PID" /run/split/tags > /run/split/facts 2> /run/split/said &
	pid=$!
	# The guest waits, so it continues without hypertrace too, and the tests fail.
	l2_printed /run/split/said tracing $pid
	l2_go tag
	l2_wait tagged || return
	tr -d '\r' < "$L2_DIR/console" | sed -n 's/^tagged //p' > /run/split/tags
	kill -INT $pid
	wait $pid || cat /run/split/said
	l2_go tagged
	rig_tests host-split
}

host()
{
	local failed=0

	. /rig/stress-guest.sh
	. /rig/discover.sh
	rig_step "host: tests that create their own VMs"
	l2_kvm || return
	rig_tests host || failed=1
	[ -d /sys/module/kvm_pv ] || pv_load kvm_pv || return

	rig_step "host: a guest with nothing attached"
	# The guest fills this window of memory for fake devices.
	L2_OPTS="$(l2_describe "$RIG_SMP") \
		-object memory-backend-ram,size=1M,id=fake,share=on -device ivshmem-plain,memdev=fake" || return
	l2_start attach
	l2_wait attach || return
	rig_step "host: attaching"
	attach || return
	l2_go attach
	if rig_wants host-split; then
		l2_wait tag || return
		split || failed=1
	fi
	l2_wait reattach || return
	rig_step "host: detaching and attaching again"
	reattach || return
	l2_go reattach
	l2_wait quiet || return
	pvhost stats --json > /results/pvhost.json || return
	rig_step "host: attaching again, with the driver bound"
	reattach || return
	l2_go quiet
	if rig_wants guest-stress; then
		rig_step "host: a malicious guest"
		stress_guest reattach || failed=1
	fi
	l2_finish || failed=1
	if rig_wants guest-discovered; then
		discover plain || failed=1
	fi

	rig_step "host: locked down"
	rig_tests host-last || failed=1

	rig_step "host: unloading"
	l2_unload kvm_pv || return
	return $failed
}

# guest_json: both sides count from 0, then the guest changes governors and reports
guest_json()
{
	local policy

	for policy in /sys/devices/system/cpu/cpufreq/policy*; do
		echo performance > "$policy/scaling_governor" &&
			echo powersave > "$policy/scaling_governor" || return
	done
	vcpuinfo --all --json > /results/vcpuinfo.json
}

guest()
{
	local failed=0

	rig_governors || return
	pv_load pv_hypervisor pv_hypercall vcpufreq || return
	rig_step "guest: nothing attached"
	rig_tests guest-nohost || failed=1
	rmmod vcpufreq
	rig_sync attach

	rig_step "guest: attached"
	pv_load vcpufreq || return
	rig_tests guest || failed=1

	if rig_wants host-split; then
		rig_step "guest: hypercalls with a tag"
		rig_sync tag
		echo "tagged $(vcpuinfo latency --tag --call nop --samples 200)"
		rig_sync tagged
	fi

	rmmod vcpufreq || failed=1
	rig_sync reattach
	pv_load vcpufreq || return
	guest_json || failed=1
	rig_sync quiet

	rig_step "guest: attached again, with the driver bound"
	rig_tests guest-again || failed=1

	if rig_wants guest-stress; then
		rig_step "guest: malicious"
		rmmod vcpufreq || failed=1
		rig_sync stress
		rig_tests guest-stress || failed=1
		rig_sync stress-end
		pv_load vcpufreq || return
	fi

	rig_step "guest: locked down"
	rig_tests guest-last || failed=1

	rig_step "guest: unloading"
	rmmod vcpufreq && rmmod pv_hypercall && rmmod pv_hypervisor || failed=1
	return $failed
}

# judge_scenario RESULTS: what the JSON documents of both sides must agree in
judge_scenario()
{
	"$RIG/json-api" "$1/l2/vcpuinfo.json" "$1/pvhost.json"
}

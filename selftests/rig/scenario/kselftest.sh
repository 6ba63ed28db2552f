# SPDX-License-Identifier: GPL-2.0
#
# A guest for tests that need programs of other packages or a long time: the kernel's own
# cpufreq suite (--kselftest), perf and bpftrace (--tracers), reload stress.

host()
{
	# The suite runs hundreds of shells at the same time.
	L2_MEMORY=1G
	l2_session kselftest && l2_session_end
}

guest()
{
	local failed=0 server

	# The deadline server of 6.12 warns (inactive_task_timer) after 40 minutes of the full
	# suite; its stack has no cpufreq function.  A server without runtime never starts.
	for server in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do
		[ ! -e "$server" ] || echo 0 > "$server" || return
	done
	# Thousands of tasks of the suite wait for one lock for longer than the limit.
	[ ! -e /proc/sys/kernel/hung_task_timeout_secs ] ||
		echo 0 > /proc/sys/kernel/hung_task_timeout_secs
	rig_governors || return
	rig_step "guest: waiting for the host"
	rig_sync attach
	pv_load pv_hypervisor pv_hypercall vcpufreq || return
	# The suite runs its basic tests five times.
	RIG_TEST_TIMEOUT=${RIG_TEST_TIMEOUT:-400}
	rig_tests kselftest || failed=1
	rig_tests endure || failed=1
	rig_tests tracers || failed=1
	return $failed
}

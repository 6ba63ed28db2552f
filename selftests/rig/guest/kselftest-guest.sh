# SPDX-License-Identifier: GPL-2.0
#
# The tests that need a part of their own (kselftest, tracers); and endure.  RIG_ARG, as
# NAME=VALUE: PV_NEED as NEED+NEED, RIG_TEST_TIMEOUT, and what tests are told.

rig_env
# The deadline server of 6.12 was seen to warn (inactive_task_timer) after 40 minutes of the
# uncut suite, with nothing of cpufreq in the trace.  A server with no runtime never starts.
for server in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do
	[ ! -e "$server" ] || echo 0 > "$server" || exit
done
# Thousands of the suite's tasks wait for one lock, for longer than is taken for well.
[ ! -e /proc/sys/kernel/hung_task_timeout_secs ] || echo 0 > /proc/sys/kernel/hung_task_timeout_secs
rig_governors || exit
rig_step "guest: waiting for the host"
rig_sync attach
pv_load pv_hypervisor pv_hypercall vcpufreq || exit
failed=0
# Basic tests are run five times over.
RIG_TEST_TIMEOUT=${RIG_TEST_TIMEOUT:-400}
for need in $(echo "${PV_NEED:-kselftest+endure}" | tr + ' '); do
	rig_tests "$need" || failed=1
done
exit $failed

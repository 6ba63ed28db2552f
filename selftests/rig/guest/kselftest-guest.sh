# SPDX-License-Identifier: GPL-2.0
#
# The tests that need bash, cpupower and the kernel's suite; and endure.  RIG_ARG, as
# NAME=VALUE: PV_NEED for some only, what tests are told by the environment, and RIG_TEST_TIMEOUT.

for word in $RIG_ARG; do
	export "${word?}"
done
rig_governors || exit
rig_step "guest: waiting for the host"
rig_sync attach
pv_load vcpufreq || exit
failed=0
for need in ${PV_NEED:-kselftest endure}; do
	rig_tests "$need" || failed=1
done
exit $failed

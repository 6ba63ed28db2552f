# SPDX-License-Identifier: GPL-2.0
#
# The tests that need bash, cpupower and the kernel's suite; and endure.  RIG_ARG, as
# NAME=VALUE: PV_NEED for some only, RIG_TEST_TIMEOUT, and what tests are told.

for word in $RIG_ARG; do
	export "${word?}"
done
rig_governors || exit
rig_step "guest: waiting for the host"
rig_sync attach
pv_load vcpufreq || exit
failed=0
# Basic tests are run five times over.
RIG_TEST_TIMEOUT=${RIG_TEST_TIMEOUT:-400}
for need in ${PV_NEED:-kselftest endure}; do
	rig_tests "$need" || failed=1
done
exit $failed

# SPDX-License-Identifier: GPL-2.0
#
# RIG_ARG, as NAME=VALUE: RIG_TEST_TIMEOUT, and what the test is told.

rig_env
pv_load pv_hypervisor || exit
rig_sync hostile
rig_tests guest-hostile
rc=$?
rig_sync hostile-end
exit $rc

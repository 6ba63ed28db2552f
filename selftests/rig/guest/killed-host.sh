# SPDX-License-Identifier: GPL-2.0
#
# VMs that are killed.  RIG_ARG, as NAME=VALUE: RIG_TEST_TIMEOUT, and what the test is told.

rig_env
l2_kvm || exit
rig_tests killed

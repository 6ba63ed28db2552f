# SPDX-License-Identifier: GPL-2.0
#
# What 'make check' does on a machine that is no KVM guest.

failed=0
rig_tests nokvm || failed=1
rig_tests any || failed=1
exit $failed

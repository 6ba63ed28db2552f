# SPDX-License-Identifier: GPL-2.0
#
# Whether energy-aware scheduling starts.

export PV_CAPACITY='1024 512'		# as eas-host.sh describes the CPUs
export PV_TABLE='600000 1200000 1800000 2400000'
rig_step "guest: waiting for the host"
rig_sync attach
pv_load vcpufreq || exit
rig_tests eas

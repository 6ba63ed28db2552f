# SPDX-License-Identifier: GPL-2.0
#
# What 'make check' does in a guest.

failed=0
export PV_TABLE='600000 1200000 1800000 2400000'	# as check-host.sh attaches it

rig_governors || exit
pv_load pv_hypervisor pv_hypercall vcpufreq || exit
rig_step "guest: nothing attached"
rig_tests guest-nohost || failed=1
rmmod vcpufreq
rig_sync attach

rig_step "guest: attached"
pv_load vcpufreq || exit
rig_tests guest || failed=1

# The host traces them, and gets the times by the console.
rig_step "guest: calls that carry a tag"
rig_sync tag
echo "tagged $(vcpuinfo latency --tag --call nop --samples 200)"
rig_sync tagged

# Anew on both sides, so that both count from 0
rmmod vcpufreq || failed=1
rig_sync anew
pv_load vcpufreq || exit
for policy in /sys/devices/system/cpu/cpufreq/policy*; do
	echo performance > "$policy/scaling_governor" || failed=1
	echo powersave > "$policy/scaling_governor" || failed=1
done
vcpuinfo --all --json > /results/vcpuinfo.json || failed=1
rig_sync quiet

rig_step "guest: attached once more, under the driver"
rig_tests guest-again || failed=1

rig_step "guest: hostile"
rmmod vcpufreq || failed=1
rig_sync hostile
rig_tests guest-hostile || failed=1
rig_sync hostile-end
pv_load vcpufreq || exit

rig_step "guest: locked down"
rig_tests guest-last || failed=1

rig_step "guest: unloading"
rmmod vcpufreq && rmmod pv_hypercall && rmmod pv_hypervisor || failed=1
exit $failed

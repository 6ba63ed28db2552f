# SPDX-License-Identifier: GPL-2.0
#
# A guest whose devices are programs of its host.

failed=0
export PV_TABLE='600000 1200000 1800000 2400000'	# as bpf-host.sh attaches it
export KHZ=1200000

rig_governors && pv_load pv_hypervisor vcpufreq || exit
rig_step "guest: the devices"
rig_tests guest-bpf || failed=1

for policy in /sys/devices/system/cpu/cpufreq/policy*; do
	echo userspace > "$policy/scaling_governor" && echo $KHZ > "$policy/scaling_setspeed" || failed=1
done
cat /sys/bus/amba/devices/b900000.rtc/rtc/rtc*/since_epoch 2>/dev/null | sed 's/^/@clock /'
rig_sync replace
rig_step "guest: the devices were replaced"
rig_tests guest-bpf-again || failed=1
rmmod vcpufreq || failed=1
exit $failed

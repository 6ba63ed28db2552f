# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For tests that replace the device of this guest by vcpufreq_fake.ko; after lib.sh.

# needs_ivshmem: skips the whole test unless there is a device whose memory the fake can use
needs_ivshmem()
{
	grep -lq '^0x1110$' /sys/bus/pci/devices/*/device && return
	ktap_print_header
	ktap_skip_all 'QEMU was given no ivshmem-plain device'
	exit "$KSFT_SKIP"
}

# unbind_device: unbinds the device of this guest until the test exits
unbind_device()
{
	device=$(bound)
	echo "$device" > "$DRIVER/unbind"
	trap restore_device EXIT
}

# restore_device: removes the test modules and binds the device again
restore_device()
{
	rmmod vcpufreq_fake vcpufreq_rival
	[ -z "$hold" ] || echo "$hold" > "$HOLD"
	[ ! -e "$CPUS/cpu1/online" ] || cpu1_online 1
	[ -n "$(bound)" ] || echo "$device" > "$DRIVER/bind"
} 2> /dev/null

# Set by record-fake.sh
hold=
HOLD=/sys/module/vcpufreq/parameters/hold

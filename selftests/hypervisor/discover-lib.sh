# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for the tests of a guest that finds the virtual cpufreq device by hypercall.

. ../cpufreq/lib.sh

RESCAN=/sys/hypervisor/pv/rescan
DEVICE=/sys/bus/platform/devices/vcpufreq

# rescan: the host is queried
rescan()
{
	echo 1 > $RESCAN
} 2> /dev/null

# rescan_fails TEXT: the query fails with this error
rescan_fails()
{
	local message

	! message=$(sh -c "echo 1 > $RESCAN" 2>&1) && says "$1" "$message"
}

# offers_device: the host answers PV_HC_DEVICE
offers_device()
{
	[ $(($(cat /sys/hypervisor/pv/host_features) & 8)) != 0 ]
}

# device_at: the address of the registers, as "0xfef00000".  The range that the driver has claimed
# in the shared pages has the same name.
device_at()
{
	sed -n -e '/ : vcpufreq shared$/{n;/^  .* : vcpufreq$/d;}' \
		-e 's/^ *0*\([0-9a-f]*\)-.* : vcpufreq$/0x\1/p' /proc/iomem | head -n 1
}

is_bound()
{
	[ "$(bound)" = vcpufreq ]
}

no_device()
{
	[ ! -e $DEVICE ]
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For tests that bind the driver and load the module repeatedly; after lib.sh.  $device is
# the name of the device.

# write_driver bind|unbind
write_driver()
{
	echo "$device" > "$DRIVER/$1"
}

rebind()
{
	write_driver unbind && [ -z "$(policies)" ] && write_driver bind && [ -n "$(policies)" ]
}

reload()
{
	rmmod vcpufreq && [ -z "$(policies)" ] &&
		insmod "$PV_MODULES/vcpufreq.ko" && [ -n "$(policies)" ]
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Unbinding and binding, loading and unloading, with the CPUs busy
# needs: guest

. ./lib.sh
needs_bound

load=
device=$(bound)

# A spinning task per CPU, and one that keeps the governors changing
busy()
{
	local i=0

	while [ $i -lt "$(possible)" ]; do
		sh -c 'while :; do :; done' &
		load="$load $!"
		i=$((i + 1))
	done
	(
		while :; do
			for name in performance powersave userspace schedutil; do
				for file in "$CPUFREQ"/policy*/scaling_governor; do
					echo $name > "$file"
				done
			done
		done
	) 2> /dev/null &
	load="$load $!"
}

idle()
{
	# shellcheck disable=SC2086
	[ -z "$load" ] || kill $load
	load=
} 2> /dev/null
trap idle EXIT

# repeat N COMMAND...
repeat()
{
	local i=0 n=$1

	shift
	while [ $i -lt "$n" ]; do
		"$@" || return
		i=$((i + 1))
	done
}

# tell bind|unbind
tell()
{
	echo "$device" > "$DRIVER/$1"
}

rebind()
{
	tell unbind && [ -z "$(policies)" ] && tell bind && [ -n "$(policies)" ]
}

reload()
{
	rmmod vcpufreq && [ -z "$(policies)" ] &&
		insmod "$PV_MODULES/vcpufreq.ko" && [ -n "$(policies)" ]
}

ktap_print_header
ktap_set_plan 11

mark
count=$(policies | wc -l)
ok 'unbind' tell unbind
is 'no policy is left' "$(policies)" ''
ok 'no attribute of the device is left' [ ! -e /sys/bus/platform/devices/"$device"/requests ]
ok 'bind' tell bind
is 'the policies are back' "$(policies | wc -l)" "$count"
ok 'each has said its highest' [ "$(requests)" -ge "$count" ]

busy
ok 'unbind and bind, five times under load' repeat 5 rebind
ok 'unload and load, twenty times under load' repeat 20 reload
idle
ok 'the log is clean' clean
is 'the device is bound' "$(bound)" "$device"
governor schedutil
is 'schedutil is in force' "$(policy 0 scaling_governor)" schedutil
ktap_finished

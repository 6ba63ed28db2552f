# SPDX-License-Identifier: GPL-2.0
#
# A guest for gdb, which runs until gdb ends: it prints where its modules are and exercises
# them.  The gdb stub of its QEMU is on a serial line of L1.

host()
{
	local line

	line=$(rig_channel 1)
	[ -n "$line" ] || {
		echo "no serial line for gdb: boot with --l2-gdb"
		return 1
	}
	L2_OPTS="-chardev serial,id=gdb,path=$line -gdb chardev:gdb"
	l2_session gdb && l2_session_end
}

# sections MODULE: print the addresses of its sections
sections()
{
	local section name line="@module $1"

	for section in "/sys/module/$1/sections"/.*; do
		name=${section##*/}
		case $name in
		.text|.data|.bss|.rodata|.text.unlikely)
			line="$line $name=$(cat "$section")" ;;
		esac
	done
	echo "$line"
}

guest()
{
	local module policy

	rig_sync attach
	pv_load pv_hypervisor pv_hypercall vcpufreq && rig_governors || return
	for module in pv_hypervisor pv_hypercall vcpufreq; do
		sections $module
	done
	echo "@module end"
	# The host prints a line of the guest after it has read the next one.
	rig_step "guest: exercising the drivers"
	while :; do
		for policy in /sys/devices/system/cpu/cpufreq/policy*; do
			echo powersave > "$policy/scaling_governor" || return
			echo performance > "$policy/scaling_governor" || return
		done
		sleep 0.1
	done
}

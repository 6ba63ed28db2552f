# SPDX-License-Identifier: GPL-2.0
#
# A guest that is reset, loaded from a snapshot or migrated.  A test on the host gives orders to
# the guest, see selftests/reset/lib.sh: each is a function of this file.

CPUS=/sys/devices/system/cpu
PATTERN=/sys/module/pv_pattern/parameters
TRACING=/sys/kernel/tracing

host()
{
	# KVM first, see loop.sh
	l2_kvm && insmod /lib/modules/pv/kvm_pv_cpufreq.ko "khz=$RIG_TABLE" &&
		modprobe cpufreq_userspace && rig_tests reset
}

# guest: carries out the orders "ID COMMAND..." of the host.  After a reset the guest starts here,
# after a snapshot was loaded it continues where it was.
guest()
{
	local id order

	echo "@boot"
	while read -r id order; do
		[ "$order" != end ] || return 0
		$order
		echo "@done $id $?"
	done < /dev/console
	return 1
}

# bind KHZ: load the drivers, trace exits, and request a frequency on all CPUs
bind()
{
	local cpu

	pv_load vcpufreq pv_exits && echo 1 > $TRACING/events/pv_exits/exit/enable || return
	insmod "/lib/modules/$(uname -r)/kernel/drivers/cpufreq/cpufreq_userspace.ko" || return
	for cpu in "$CPUS"/cpu[0-9]*/cpufreq; do
		echo userspace > "$cpu/scaling_governor" || return
	done
	ask "$1"
}

ask()
{
	local cpu

	for cpu in "$CPUS"/cpu[0-9]*/cpufreq; do
		echo "$1" > "$cpu/scaling_setspeed" || return
	done
}

has_traced()
{
	grep -q " reason=.* name=" $TRACING/trace
}

# traces: exits that follow are traced, and the telemetry of the host has always been valid
traces()
{
	: > $TRACING/trace
	eventually has_traced && has_logged 0 "the telemetry of the host is invalid"
}

# eventually COMMAND...: COMMAND succeeds within 5 s
eventually()
{
	local tries=0

	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 50 ] || return
		sleep 0.1
	done
}

has_speed()
{
	[ "$(cat $CPUS/cpu0/cpufreq/cpuinfo_cur_freq)" = "$1" ]
}

# runs_at KHZ: the host reports this frequency for CPU 0
runs_at()
{
	eventually has_speed "$1"
}

has_logged()
{
	local count=$1

	shift
	[ "$(dmesg | grep -c "$*")" = "$count" ]
}

# logged COUNT TEXT: the kernel has logged TEXT so often
logged()
{
	eventually has_logged "$@"
}

# fill: fill the free memory, which must be at least half of what was free
fill()
{
	local free

	free=$(awk '$1 == "MemFree:" { print $2 }' /proc/meminfo)
	pv_load pv_pattern || return
	echo "filled $(cat $PATTERN/kib) of $free KiB"
	[ "$(cat $PATTERN/kib)" -ge $((free / 2)) ]
}

# unchanged: the memory still has the pattern
unchanged()
{
	local words

	words=$(cat $PATTERN/changed)
	[ "$words" = 0 ] && return
	echo "$words words changed"
	dmesg | grep pv_pattern:
	return 1
}

empty()
{
	rmmod pv_pattern
}

cpus()
{
	[ "$(cat $CPUS/online)" = "$1" ]
}

# Restart without the shutdown of any driver
sysrq_b()
{
	echo b > /proc/sysrq-trigger
}

# The kernel restarts 1 s after a panic.
panic_restarts()
{
	echo 1 > /proc/sys/kernel/panic
	echo c > /proc/sysrq-trigger
}

# The crash kernel continues on the CPU that panics: the last one.
panic_crashes()
{
	taskset "$(printf '%x' $((1 << (RIG_SMP - 1))))" sh -c 'echo c > /proc/sysrq-trigger'
}

# kernel BYTES: get the kernel from the device that the host has added
kernel()
{
	local device

	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/vendor" "$device/device" | xargs)" = "0x1af4 0x1110" ] || continue
		echo 1 > "$device/enable" &&
			/selftests/reset/copy-bar "$device/resource2_wc" "$1" > /run/vmlinuz
		return
	done
	return 1
}

# command_line: that of this kernel, without the options of the last kexec
command_line()
{
	tr ' ' '\n' < /proc/cmdline | grep -v -e ^crashkernel= -e ^elfcorehdr= | xargs
}

# Debian's arm64 kernels have no kexec_file_load().
call()
{
	case $(uname -m) in
	x86_64)		echo --kexec-file-syscall ;;
	aarch64)	echo --kexec-syscall ;;
	esac
}

# load_next: the kernel that kexec_next starts; the command line keeps memory for a crash kernel
load_next()
{
	kexec "$(call)" -l /run/vmlinuz --initrd=/sys/firmware/initrd \
		--command-line="$(cat /proc/cmdline)"
}

load_crash()
{
	kexec "$(call)" -p /run/vmlinuz --initrd=/sys/firmware/initrd \
		--command-line="$(command_line) nr_cpus=1"
}

kexec_next()
{
	kexec -e
}

# SPDX-License-Identifier: GPL-2.0
#
# What this machine is, by every detector that is here, before anything is loaded.

# answer NAME COMMAND...: what it says on either stream, and its exit status
answer()
{
	local name=$1

	shift
	"$@" > "/results/$name.out" 2> "/results/$name.err"
	echo $? > "/results/$name.status"
}

answer vcpuinfo vcpuinfo -J hypervisor
answer systemd-detect-virt systemd-detect-virt --vm
answer virt-what virt-what
answer lscpu lscpu -J

{
	echo "Linux $(uname -r)"
	vcpuinfo --version
	systemd-detect-virt --version | head -n 1
	echo "virt-what $(virt-what --version)"
	lscpu --version
} > /results/versions

# What there was to see
{
	grep -m 1 -o -w 'hypervisor' /proc/cpuinfo
	for file in sys_vendor product_name; do
		file=/sys/class/dmi/id/$file
		[ ! -f "$file" ] || echo "dmi ${file##*/}: $(cat "$file")"
	done
	for file in compatible hypervisor/compatible; do
		file=/sys/firmware/devicetree/base/$file
		[ ! -f "$file" ] || echo "${file#/sys/firmware/devicetree/base}: $(tr '\0' ' ' < "$file")"
	done
	dmesg | sed -n 's/.*Hypervisor detected: /Linux: /p'
} > /results/facts

# With what only the kernel can see
insmod /lib/modules/pv/pv_hypervisor.ko any=1 || exit
answer module vcpuinfo -J hypervisor
rmmod pv_hypervisor || exit

rig_tests machine

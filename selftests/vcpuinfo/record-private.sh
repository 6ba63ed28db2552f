#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# vcpuinfo --record of a synthetic machine with serial numbers, UUIDs, asset tags, MAC addresses
# and host names in every file that can contain them: none of them is recorded, and the facts
# are.

. ../lib.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}

SERIAL=SN83KX9407
UUID=5ec2e700-0000-4000-8000-dec0dec0de01
TAG=ASSET-77104
MAC=52:54:00:c0:ff:ee
HOST=secrethost

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root
out=$tmp/out

# file PATH TEXT: a file of the machine; TEXT with escapes as for printf's %b
file()
{
	mkdir -p "$root${1%/*}"
	printf '%b' "$2" > "$root$1"
}

make_cpus()
{
	file /cpuid 'CPU 0:
   0x00000000 0x00: eax=0x00000003 ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69
   0x00000001 0x00: eax=0x00000673 ebx=0x00000000 ecx=0x80000000 edx=0x0387f9ff
   0x00000003 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x5e71a100 edx=0x5e71a101
   0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d
   0x40000001 0x00: eax=0x01007efb ebx=0x00000000 ecx=0x00000000 edx=0x00000000
'
	file /proc/cpuinfo "processor\t: 0\nvendor_id\t: User Mode Linux\nmodel name\t: UML\nmode\t\t: skas\nhost\t\t: Linux $HOST 6.1.0-18-amd64 #1 SMP x86_64\n\nCPU part\t: 0xd08\nHardware\t: BCM2711\nRevision\t: c03111\nSerial\t\t: $SERIAL\nModel\t\t: $HOST\n"
}

make_names()
{
	file /etc/hostname "$HOST\n"
	file /etc/machine-id "$UUID\n"
	file /proc/sys/kernel/hostname "$HOST\n"
	file /proc/version "Linux version 6.12 (user@$HOST)\n"
	file /proc/cmdline "root=UUID=$UUID systemd.hostname=$HOST\n"
	file /sys/class/net/lo/address "00:00:00:00:00:00\n"
	file /sys/class/net/eth0/address "$MAC\n"
	file /sys/hypervisor/type "xen\n"
	file /sys/hypervisor/uuid "$UUID\n"
	file /sys/hypervisor/compilation/compiled_by "user@$HOST\n"
	file /sys/hypervisor/properties/features "00000705\n"
	file "/sys/$HOST" "$HOST\n"
}

make_dmi()
{
	local name

	file /sys/class/dmi/id/sys_vendor "QEMU\n"
	file /sys/class/dmi/id/product_name "Standard PC of $HOST\n"
	file /sys/class/dmi/id/product_version "pc-q35-10.0\n"
	file /sys/class/dmi/id/bios_version "1.16 $SERIAL\n"
	file /sys/class/dmi/id/board_name "NIC $MAC\n"
	file /sys/class/dmi/id/chassis_version "$TAG\n"
	file /sys/class/dmi/id/chassis_type "1\n"
	for name in product_serial board_serial chassis_serial product_sku; do
		file /sys/class/dmi/id/$name "$SERIAL\n"
	done
	file /sys/class/dmi/id/product_uuid "$UUID\n"
	file /sys/class/dmi/id/board_asset_tag "$TAG\n"
	file /sys/class/dmi/id/chassis_asset_tag "$TAG\n"
	file /sys/class/dmi/id/modalias "dmi:svnQEMU:pn$HOST:sku$SERIAL:\n"
}

# The UUID in SMBIOS is binary.
make_smbios()
{
	local uuid='\0336\0301\0142\0266\0252\0273\0314\0335\0021\0042\0063\0104\0125\0146\0167\0210'

	{
		printf '%b' '\0\024\0\0\01\02\0\0350\03\0\0\0\0\0\0\0\0\0\020'
		printf '%b' 'SeaBIOS\00001.16\000004/01/2014\0\0'
		printf '%b' "\01\033\01\0\01\02\03\04$uuid\06\05\06"
		printf '%b' "QEMU\0Product\0Version 1\0$SERIAL\0SKU-$SERIAL\0Family\0\0"
		printf '%b' '\02\021\02\0\01\02\03\04\05\011\06\0\03\012\01\04\0'
		printf '%b' "Board vendor\0Board\00001.0\0$SERIAL\0$TAG\0Slot of $HOST\0\0"
		printf '%b' '\03\026\03\0\01\01\02\03\04\03\03\03\03\05\0\0\0\0\01\0\0\05'
		printf '%b' "Chassis vendor\0$SERIAL\0$SERIAL\0$TAG\0SKU\0\0"
		printf '%b' "\04\07\04\0\01\02\03CPU\0$SERIAL\0$TAG\0\0"
		printf '%b' "\013\05\05\0\02first\0hostname=$HOST mac=$MAC\0\0"
		printf '%b' "\021\06\06\0\01\02DIMM\0$SERIAL\0\0"
		printf '%b' '\0177\04\07\0\0\0'
		printf '%b' "after the end $SERIAL\0\0"
	} > "$tmp/DMI"
	mkdir -p "$root/sys/firmware/dmi/tables"
	mv "$tmp/DMI" "$root/sys/firmware/dmi/tables/DMI"
	file /sys/firmware/dmi/tables/smbios_entry_point '_SM3_\0\030\03\0\0\01\0\0377\0377\0\0\0\020\0\0\0\0\0\0'
}

# What --record has to make of the tables
make_expected_smbios()
{
	{
		printf '%b' '\0\024\0\0\01\02\0\0350\03\0\0\0\0\0\0\0\0\0\020'
		printf '%b' 'SeaBIOS\00001.16\000004/01/2014\0\0'
		printf '%b' '\01\033\01\0\01\02\03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\06\0\04'
		printf '%b' 'QEMU\0Product\0Version 1\0Family\0\0'
		printf '%b' '\02\021\02\0\01\02\03\0\0\011\0\0\0\0\0\0\0'
		printf '%b' 'Board vendor\0Board\00001.0\0\0'
		printf '%b' '\03\026\03\0\01\01\0\0\0\03\03\03\03\0\0\0\0\0\0\0\0\0'
		printf '%b' 'Chassis vendor\0\0'
		printf '%b' '\0177\04\07\0\0\0'
	} > "$tmp/DMI"
}

make_firmware()
{
	local dt=/sys/firmware/devicetree/base

	file $dt/compatible 'linux,dummy-virt\0'
	file $dt/model "Board of $HOST\0"
	file $dt/serial-number "$SERIAL\0"
	file $dt/chosen/bootargs "systemd.hostname=$HOST\0"
	file $dt/hypervisor/compatible 'linux,kvm\0'
	file $dt/hypervisor/serial-number "$SERIAL\0"
	file "$dt/ethernet@1000/local-mac-address" 'RT\0\0300\0377\0356'
	file "$dt/fw-cfg@1000/compatible" 'qemu,fw-cfg-mmio\0'
	file "$dt/fw-cfg@1000/serial-number" "$SERIAL\0"
	mkdir -p "$root/sys/firmware/acpi/tables"
	{
		printf '%b' 'FACP\024\01\0\0\06\0BOCHS BXPC    \01\0\0\0BXPC\01\0\0\0'
		printf '%76s' "$SERIAL"
		printf '%b' '\01\02\03\04'
		printf '%152s' "$SERIAL"
		printf '%b' 'FIRECKVM'
		printf '%s' "$SERIAL"
	} > "$root/sys/firmware/acpi/tables/FACP"
	file /sys/firmware/acpi/tables/SSDT1 "$SERIAL"
}

make_devices()
{
	local pci=/sys/bus/pci/devices/0000:00:03.0 id

	file $pci/vendor "0x1af4\n"
	file $pci/device "0x1000\n"
	file $pci/class "0x020000\n"
	file $pci/subsystem_vendor "$MAC\n"
	file $pci/label "$HOST\n"
	file $pci/serial_number "$SERIAL\n"
	file $pci/net/eth0/address "$MAC\n"
	file "/sys/bus/pci/devices/host $HOST/vendor" "0x1af4\n"
	file /sys/bus/virtio/devices/virtio0/vendor "0x1af4\n"
	file /sys/bus/virtio/devices/virtio0/serial "$SERIAL\n"
	id=f8615163-df3e-46c5-913f-$(echo $MAC | tr -d :)
	file "/sys/bus/vmbus/devices/$id/class_id" "{f8615163-df3e-46c5-913f-f2d2f965ed0e}\n"
	file "/sys/bus/vmbus/devices/$id/device_id" "{$id}\n"
	file /sys/devices/platform/sev-guest/uevent \
		"DRIVER=sev-guest\nMODALIAS=platform:sev-guest\nSERIAL=$SERIAL\n"
	file /sys/devices/system/cpu/online "0\n"
	file /sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq "$HOST\n"
	file /sys/devices/system/cpu/cpufreq/policy0/related_cpus "0\n"
}

record()
{
	$VCPUINFO -s "$root" --record "$out" 2> "$tmp/err" &&
		grep -q "7 files not recorded, see $out/NOTES\$" "$tmp/err"
}

facts()
{
	$VCPUINFO -J -s "$1" hypervisor 2>&1
}

same_facts()
{
	facts "$root" > "$tmp/a"
	facts "$out" > "$tmp/b"
	diff "$tmp/a" "$tmp/b" && grep -q '"source": "dt:/hypervisor"' "$tmp/a"
}

# absent TEXT: neither contents nor a name has it, in any case
absent()
{
	[ -e "$out/NOTES" ] && grep -rqi -e "$1" "$root" || return
	! grep -raio -e ".\{,20\}$1" "$out" && ! find "$out" | grep -i -e "$1"
}

# absent_bytes HEX: no file has these bytes
absent_bytes()
{
	find "$root" -type f -exec od -An -v -tx1 {} + | tr -d ' \n' | grep -q "$1" &&
		[ -e "$out/NOTES" ] || return
	! find "$out" -type f -exec od -An -v -tx1 {} + | tr -d ' \n' | grep -q "$1"
}

# is PATH TEXT: the contents of a recorded file
is()
{
	[ "$(tr '\000' '\n' < "$out$1")" = "$2" ] && return
	ktap_print_msg "$1: $(cat "$out$1" 2>&1)"
	return 1
}

# noted PATH TEXT: the file is not recorded, and NOTES has the reason
noted()
{
	[ ! -e "$out$1" ] && grep -qxF "$1: not recorded: $2" "$out/NOTES"
}

same_bytes()
{
	od -An -v -tx1 "$1" > "$tmp/a"
	od -An -v -tx1 "$2" > "$tmp/b"
	diff "$tmp/a" "$tmp/b"
}

# sums_up FILE FROM BYTES: do these bytes have a valid checksum?
sums_up()
{
	od -An -v -tu1 -j "$2" -N "$3" "$1" |
		awk '{ for (i = 1; i <= NF; i++) { n++; sum += $i } } END { exit !n || sum % 256 }'
}

# le FILE OFFSET BYTES: a number
le()
{
	od -An -v -tu1 -j "$2" -N "$3" "$1" |
		awk '{ for (i = NF; i; i--) n = n * 256 + $i; print n }'
}

entry3()
{
	local entry=$out/sys/firmware/dmi/tables/smbios_entry_point

	[ "$(wc -c < "$entry")" -eq 24 ] && sums_up "$entry" 0 24 &&
		[ "$(le "$entry" 12 4)" -eq "$(wc -c < "$tmp/DMI")" ]
}

# The entry point of SMBIOS 2: 5 structures, of which the one of the system is the largest
entry2()
{
	local entry=$tmp/out2/sys/firmware/dmi/tables/smbios_entry_point

	file /sys/firmware/dmi/tables/smbios_entry_point \
		"_SM_\0\037\02\010\0377\0377\0\0\0\0\0\0_DMI_\0\0377\0377\0\0\020\0\0377\0377\050$SERIAL"
	$VCPUINFO -s "$root" --record "$tmp/out2" 2> "$tmp/err" || return
	[ "$(wc -c < "$entry")" -eq 31 ] && sums_up "$entry" 0 31 && sums_up "$entry" 16 15 &&
		[ "$(le "$entry" 8 2)" -eq 58 ] && [ "$(le "$entry" 28 2)" -eq 5 ] &&
		[ "$(le "$entry" 22 2)" -eq "$(wc -c < "$tmp/DMI")" ]
}

fadt()
{
	local fadt=$out/sys/firmware/acpi/tables/FACP

	[ "$(wc -c < "$fadt")" -eq 276 ] && sums_up "$fadt" 0 276 &&
		[ "$(le "$fadt" 4 4)" -eq 276 ] && [ "$(le "$fadt" 112 4)" -eq 67305985 ] &&
		[ "$(tail -c 8 "$fadt")" = FIRECKVM ]
}

files_of()
{
	(cd "$1" && find . -type f | sed 's/^[.]//' | LC_ALL=C sort)
}

why="contains a serial number, a MAC address or the host name"

make_cpus
make_names
make_dmi
make_smbios
make_expected_smbios
make_firmware
make_devices
dmi=/sys/class/dmi/id
dt=/sys/firmware/devicetree/base

ktap_print_header
ktap_set_plan 32

check "--record records the synthetic machine" record
check "the recording has the same facts in section hypervisor" same_facts
check "the recording has no serial number" absent $SERIAL
check "the recording has no UUID" absent $UUID
check "the recording has no part of a UUID" absent dec0dec0de01
check "the recording has no binary UUID" absent_bytes dec162b6aabbccdd
check "the recording has no asset tag" absent $TAG
check "the recording has no MAC address" absent $MAC
check "the recording has no MAC address without colons" absent "$(echo $MAC | tr -d :)"
check "the recording has no binary MAC address" absent_bytes 525400c0ffee
check "the recording has no host name" absent $HOST
check "the recording has no processor serial number" absent 5e71a10
check "the recording has CPUID leaves before and after the serial number" \
	grep -q '^   0x40000001 0x00: eax=0x01007efb ' "$out/cpuid"
check "the recording has the known lines of cpuinfo" is /proc/cpuinfo "processor	: 0
vendor_id	: User Mode Linux
model name	: UML
mode		: skas

CPU part	: 0xd08"
check "the recording has the type of the hypervisor" is /sys/hypervisor/type xen
check "the recording has the DMI vendor" is $dmi/sys_vendor QEMU
check "the recording has the DMI version" is $dmi/product_version pc-q35-10.0
check "DMI text with the host name is noted" noted $dmi/product_name "$why"
check "DMI text with a serial number is noted" noted $dmi/bios_version "$why"
check "DMI text with a MAC address is noted" noted $dmi/board_name "$why"
check "DMI text with an asset tag is noted" noted $dmi/chassis_version "$why"
check "a device tree model with the host name is noted" noted $dt/model "$why"
check "a file with text in place of a number is noted" \
	noted /sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq "not a number"
check "SMBIOS structures have their known fields only" \
	same_bytes "$out/sys/firmware/dmi/tables/DMI" "$tmp/DMI"
check "an SMBIOS 3 entry point matches the recorded table" entry3
check "an SMBIOS 2 entry point matches the recorded table" entry2
check "the FADT has its identity and a valid checksum" fadt
check "the recording has the hypervisor node of the device tree" \
	is $dt/hypervisor/compatible linux,kvm
check "the recording has the PCI identifiers of a device" \
	is /sys/bus/pci/devices/0000:00:03.0/class 0x020000
check "the recording has a VMBus device without its identifier" \
	is /sys/bus/vmbus/devices/vmbus_0/class_id "{f8615163-df3e-46c5-913f-f2d2f965ed0e}"
check "the recording has the known lines of a uevent file" \
	is /sys/devices/platform/sev-guest/uevent "DRIVER=sev-guest
MODALIAS=platform:sev-guest"
check_is "the recording has no other files" "$(files_of "$out")" "/NOTES
/cpuid
/proc/cpuinfo
/sys/bus/pci/devices/0000:00:03.0/class
/sys/bus/pci/devices/0000:00:03.0/device
/sys/bus/pci/devices/0000:00:03.0/vendor
/sys/bus/virtio/devices/virtio0/vendor
/sys/bus/vmbus/devices/vmbus_0/class_id
/sys/class/dmi/id/chassis_type
/sys/class/dmi/id/product_version
/sys/class/dmi/id/sys_vendor
/sys/devices/platform/sev-guest/uevent
/sys/devices/system/cpu/cpufreq/policy0/related_cpus
/sys/devices/system/cpu/online
/sys/firmware/acpi/tables/FACP
/sys/firmware/devicetree/base/compatible
/sys/firmware/devicetree/base/fw-cfg@1000/compatible
/sys/firmware/devicetree/base/hypervisor/compatible
/sys/firmware/dmi/tables/DMI
/sys/firmware/dmi/tables/smbios_entry_point
/sys/hypervisor/properties/features
/sys/hypervisor/type"

ktap_finished

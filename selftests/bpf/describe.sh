#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost describe with devices in BPF: the description that a guest gets.
# needs: native unit
#
# Environment:
#
#   PV_OBJECTS  folder with the objects of the devices (/usr/lib/pvguest)

. ../lib.sh

OBJECTS=${PV_OBJECTS:-/usr/lib/pvguest}
FREQ=$OBJECTS/vcpufreq.bpf.o
CLOCK=$OBJECTS/pl031.bpf.o
TMP=$(mktemp -d)
OUT=$TMP/describe
trap 'rm -rf $TMP' EXIT

# The device in BPF and the device in C are the same to a guest.
same_as_in_c()
{
	pvhost describe --arch "$1" --vcpus 3 --shared none --format dts > "$OUT.c" &&
		pvhost describe --arch "$1" --vcpus 3 --format dts "$FREQ" > "$OUT.bpf" &&
		cmp "$OUT.c" "$OUT.bpf"
}

# cells PROPERTY: prints the cells of PROPERTY in the last node of the merged tree that has it
cells()
{
	dtc -q -I dtb -O dts "$OUT.dtb" |
		sed -n "s/^[[:space:]]*$1 = <\(.*\)>;/\1/p" | tail -n 1
}

# An overlay with a clock is merged into a tree with an interrupt controller.
merges()
{
	echo '/dts-v1/; / { interrupt-parent = <&gic>; #address-cells = <2>; #size-cells = <2>;
		gic: gic { interrupt-controller; #interrupt-cells = <3>; }; };' |
		dtc -q -I dts -O dtb -o "$OUT.base" - &&
		pvhost describe --arch arm64 --irq 77 "$CLOCK" |
			dtc -q -@ -I dts -O dtb -o "$OUT.dtbo" - &&
		fdtoverlay -i "$OUT.base" -o "$OUT.dtb" "$OUT.dtbo"
}

has_interrupt()
{
	says "0x00 0x4d 0x04" "$(cells interrupts)"
}

refers_to_clock()
{
	local clock phandle

	clock=$(cells clocks)
	phandle=$(dtc -q -I dtb -O dts "$OUT.dtb" |
		sed -n '/clock-b800000 {/,/}/s/.*phandle = <\(.*\)>;/\1/p')
	[ -n "$clock" ] && [ "$clock" = "$phandle" ] && return
	ktap_print_msg "clocks = <$clock>, the clock is <$phandle>"
	return 1
}

compiles()
{
	pvhost describe --arch x86_64 --format asl "$CLOCK" > "$OUT.asl" &&
		iasl -p "$OUT" "$OUT.asl" > "$OUT.log"
}

lacks()
{
	local text=$1

	shift
	pvhost describe "$@" > "$OUT.dts" && ! grep -q "$text" "$OUT.dts"
}

# warns TEXT ARG...: pvhost describe succeeds with a warning; without TEXT it has none
warns()
{
	local text=$1 error

	shift
	error=$(pvhost describe "$@" 2>&1 > /dev/null) || return
	if [ -n "$text" ]; then
		says "$text" "$error"
	else
		[ -z "$error" ]
	fi
}

# describe TEXT ARG...: pvhost describe rejects an argument, or the file
describe()
{
	local text=$1

	shift
	refuses "$text" pvhost describe "$@"
}

ktap_print_header
for file in "$FREQ" "$CLOCK"; do
	[ -f "$file" ] || skip_all "$file does not exist"
done
ktap_set_plan 27

check "pvhost describe rejects a file that does not exist" describe "No such file" \
	/nonesuch.bpf.o
check "pvhost describe rejects a folder" describe "not a regular file" /tmp
check "pvhost describe rejects a device file" describe "not a regular file" /dev/null
check "pvhost describe rejects a script" describe "not an ELF file" "$0"
check "pvhost describe rejects a program" describe "not an object of clang" "$(command -v pvhost)"
check "pvhost describe rejects two files" describe "unexpected argument" "$CLOCK" "$CLOCK"

check "cpufreq in BPF has the node of the device in C on x86_64" same_as_in_c x86_64
check "cpufreq in BPF has the node of the device in C on arm64" same_as_in_c arm64
check "cpufreq in BPF needs --vcpus" describe "missing option --vcpus" "$FREQ"
check "cpufreq in BPF rejects more vCPUs than fit at the default base" \
	describe "has room for 0xfc000 bytes" --arch x86_64 --vcpus 253 "$FREQ"
check "cpufreq in BPF rejects --irq" describe "leave out --irq" --vcpus 1 --irq 5 "$FREQ"
check "the cpufreq device in C rejects --irq" describe "--irq is for" --vcpus 1 --irq 5
check "cpufreq in BPF has both compatible strings in ACPI" \
	prints 'Package () { "pvguest,virtual-cpufreq", "qemu,virtual-cpufreq" }' \
	pvhost describe --vcpus 1 --format asl "$FREQ"

check "a clock rejects an interrupt beyond those of x86_64" \
	describe '--irq: invalid number "24": expected 0..23' --arch x86_64 --irq 24 "$CLOCK"
check "a clock rejects an unaligned base" describe "is not a multiple of" --base 0x10000004 "$CLOCK"
check "a clock rejects a base with an end beyond 64 bits" \
	describe '--base: invalid number "0xfffffffffffff000": expected 0..18446744073709547519' \
	--base 0xfffffffffffff000 "$CLOCK"
check "pvhost describe warns of a clock in ACPI, where Linux has no driver for it" \
	warns "binds no driver to arm,primecell of ACPI" --arch x86_64 "$CLOCK"
check "pvhost describe does not warn of a clock in a device tree" warns "" --arch arm64 "$CLOCK"
check "pvhost describe does not warn of the cpufreq device in ACPI" \
	warns "" --vcpus 2 --format asl "$FREQ"
check "a clock has both compatible strings in a device tree" \
	prints 'compatible = "arm,pl031", "arm,primecell";' \
	pvhost describe --arch arm64 "$CLOCK"
check "a clock has both compatible strings in ACPI" \
	prints 'Package () { "arm,pl031", "arm,primecell" }' \
	pvhost describe --arch x86_64 "$CLOCK"
check "a clock has interrupt 5 by default on x86_64" prints 'ActiveHigh, Exclusive) { 5 }' \
	pvhost describe --arch x86_64 "$CLOCK"
check "a clock with --irq 0 has no interrupt" lacks interrupts --arch arm64 --irq 0 "$CLOCK"
check_with fdtoverlay "dtc and fdtoverlay accept the overlay of a clock" merges
check_with fdtoverlay "the node of a clock has the interrupt of --irq" has_interrupt
check_with fdtoverlay "the node of a clock refers to its bus clock" refers_to_clock
check_with iasl "iasl accepts the SSDT of a clock" compiles

ktap_finished

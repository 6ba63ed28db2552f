#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost describe: what a guest is told of a device in BPF
# needs: host

. ../host/lib.sh

OBJECTS=${PV_OBJECTS:-/usr/lib/pvguest}
FREQ=$OBJECTS/vcpufreq.bpf.o
CLOCK=$OBJECTS/pl031.bpf.o
OUT=/tmp/describe

# The same device, so the same node
as_in_c()
{
	pvhost describe --arch "$1" --vcpus 3 --format dts > $OUT.c &&
		pvhost describe --arch "$1" --vcpus 3 --format dts "$FREQ" > $OUT.bpf &&
		cmp $OUT.c $OUT.bpf
}

# cells PROPERTY: numbers of it in the last node of the merged tree that has it
cells()
{
	dtc -q -I dtb -O dts $OUT.dtb |
		sed -n "s/^[[:space:]]*$1 = <\(.*\)>;/\1/p" | tail -n 1
}

# An overlay with a clock, and the tree that takes it
merges()
{
	echo '/dts-v1/; / { interrupt-parent = <&gic>; #address-cells = <2>; #size-cells = <2>;
		gic: gic { interrupt-controller; #interrupt-cells = <3>; }; };' |
		dtc -q -I dts -O dtb -o $OUT.base - &&
		pvhost describe --arch arm64 --irq 77 "$CLOCK" |
			dtc -q -@ -I dts -O dtb -o $OUT.dtbo - &&
		fdtoverlay -i $OUT.base -o $OUT.dtb $OUT.dtbo
}

refers_to_clock()
{
	local clock phandle

	clock=$(cells clocks)
	phandle=$(dtc -q -I dtb -O dts $OUT.dtb |
		sed -n '/clock-b800000 {/,/}/s/.*phandle = <\(.*\)>;/\1/p')
	[ -n "$clock" ] && [ "$clock" = "$phandle" ] && return
	ktap_print_msg "clocks = <$clock>, the clock is <$phandle>"
	return 1
}

compiles()
{
	pvhost describe --arch x86_64 --format asl "$CLOCK" > $OUT.asl &&
		iasl -p $OUT $OUT.asl > $OUT.log
}

lacks()
{
	local text=$1

	shift
	pvhost describe "$@" > $OUT.dts && ! grep -q "$text" $OUT.dts
}

ktap_print_header
for file in "$FREQ" "$CLOCK"; do
	[ -f "$file" ] && continue
	ktap_skip_all "there is no $file"
	exit "$KSFT_SKIP"
done
ktap_set_plan 24

check "no file" refuses "No such file" describe /nonesuch.bpf.o
check "a folder" refuses "is no file" describe /tmp
check "a device file" refuses "is no file" describe /dev/null
check "a script" refuses "no ELF file" describe "$0"
check "a program" refuses "no object of clang" describe "$(command -v pvhost)"
check "two files" refuses "what is" describe "$CLOCK" "$CLOCK"

check "cpufreq, x86_64: the node of the device in C" as_in_c x86_64
check "cpufreq, arm64: the node of the device in C" as_in_c arm64
check "cpufreq: how many CPUs?" refuses "say by --vcpus" describe "$FREQ"
check "cpufreq: more CPUs than there is room for" refuses "has room for 0xfc000 bytes" \
	describe --arch x86_64 --vcpus 253 "$FREQ"
check "cpufreq: has no interrupt" refuses "leave out --irq" describe --vcpus 1 --irq 5 "$FREQ"
check "the device in C: has none" refuses "--irq is for" describe --vcpus 1 --irq 5
check "cpufreq: a table of ACPI" prints 'Package (2) { "compatible", "qemu,virtual-cpufreq" }' \
	describe --vcpus 1 --format asl "$FREQ"

check "clock: interrupt beyond those of x86_64" refuses "no number from 0 to 23" \
	describe --arch x86_64 --irq 24 "$CLOCK"
check "clock: unaligned base" refuses "no multiple of" describe --base 0x10000004 "$CLOCK"
check "clock: a base that wraps" refuses "is no number" describe --base 0xfffffffffffff000 "$CLOCK"
check "clock: both compatible strings" prints 'compatible = "arm,pl031", "arm,primecell";' \
	describe --arch arm64 "$CLOCK"
check "clock: both in ACPI" prints 'Package () { "arm,pl031", "arm,primecell" }' \
	describe --arch x86_64 "$CLOCK"
check "clock: default interrupt of x86_64" prints 'ActiveHigh, Exclusive) { 5 }' \
	describe --arch x86_64 "$CLOCK"
check "clock: --irq 0, no interrupt" lacks interrupts --arch arm64 --irq 0 "$CLOCK"
check "clock: dtc and fdtoverlay take it" merges
check_is "clock: its interrupt" "$(cells interrupts)" "0x00 0x4d 0x04"
check "clock: its bus clock" refers_to_clock
check "clock: iasl takes it" compiles
rm -f $OUT.*

ktap_finished

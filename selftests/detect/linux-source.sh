#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091,SC2086
# needs: native unit
#
# Each name by which the kernel recognises a hypervisor has a vendor in vcpuinfo's tables:
# CPUID signatures on x86, device tree and SMCCC UIDs on arm64.  PV_SOURCE is the kernel source.

. ../ktap_helpers.sh

SOURCE=${PV_SOURCE:-}
CPUID_FILES="arch/x86/kernel/jailhouse.c arch/x86/kernel/cpu/vmware.c
	arch/x86/kernel/cpu/mshyperv.c arch/x86/include/asm/acrn.h
	arch/x86/include/uapi/asm/kvm_para.h arch/x86/include/asm/xen/hypervisor.h"
DT_FILES="include/linux/hypervisor.h arch/arm/xen/enlighten.c arch/arm64/kernel/acpi.c"
UID_FILE=include/linux/arm-smccc.h

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# signatures: strings that a detection function searches for or compares, without "\0"
signatures()
{
	(cd "$SOURCE" && cat $CPUID_FILES) |
		sed -n '/cpuid_base\|base_hypervisor\|memcmp\|define [A-Z]*_SIGNATURE/s/.*"\(.*\)".*/\1/p' |
		sed 's/\\0//g' | sort -u
}

# compatibles: names of device tree nodes
compatibles()
{
	(cd "$SOURCE" && cat $DT_FILES) |
		sed -n '/compatible/s/.*"\([a-z]*,[^"]*\)".*/\1/p' | sort -u
}

# uids: the UIDs in the format of pv_hypervisor
uids()
{
	awk '/define ARM_SMCCC_VENDOR_HYP_UID_[A-Z0-9]*_REG_[0-3]/ {
		split($2, word, "_REG_")
		value = substr($3, 3, 8)
		for (i = 7; i > 0; i -= 2)
			text[word[1]] = text[word[1]] substr(value, i, 2)
	}
	END {
		for (name in text) {
			t = text[name]
			print substr(t, 1, 8) "-" substr(t, 9, 4) "-" substr(t, 13, 4) "-" \
				substr(t, 17, 4) "-" substr(t, 21)
		}
	}' "$SOURCE/$UID_FILE"
}

# word TEXT OFFSET: four bytes of a signature as a register
word()
{
	printf '%s' "$1" | tail -c +$(($2 + 1)) | head -c 4 |
		od -An -v -tu1 | awk '{ printf "0x%02x%02x%02x%02x", $4, $3, $2, $1 }'
}

# The leaves after the base are those of Hyper-V, which needs more than its signature.
make_cpuid()
{
	mkdir -p "$tmp/root"
	cat > "$tmp/root/cpuid" <<-END
	CPU 0:
	   0x00000001 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x80000000 edx=0x00000000
	   0x40000000 0x00: eax=0x40000005 ebx=$(word "$1" 0) ecx=$(word "$1" 4) edx=$(word "$1" 8)
	   0x40000002 0x00: eax=0x00000001 ebx=0x000a0000 ecx=0x00000000 edx=0x00000000
	   0x40000003 0x00: eax=0x00000000 ebx=0x00000030 ecx=0x00000000 edx=0x00000000
	END
}

make_dt()
{
	mkdir -p "$tmp/root/sys/firmware/devicetree/base/hypervisor"
	printf '%s\0' "$1" > "$tmp/root/sys/firmware/devicetree/base/hypervisor/compatible"
}

make_uid()
{
	mkdir -p "$tmp/root/sys/hypervisor/pv"
	echo none > "$tmp/root/sys/hypervisor/pv/conduit"
	echo "$1 0x8600ff01" > "$tmp/root/sys/hypervisor/pv/signatures"
}

# Both CPUID and the device tree name the vendor of the machine, a UID that of the signature.
has_vendor()
{
	vcpuinfo -J -s "$tmp/root" hypervisor > "$tmp/out" && grep -q '^ *"vendor": "' "$tmp/out"
}

# all LIST MAKE: each name of a list has a vendor
all()
{
	local name

	while read -r name; do
		rm -rf "$tmp/root"
		"$2" "$name"
		has_vendor && continue
		ktap_print_msg "'$name' has no vendor"
		return 1
	done < "$1"
}

# missing: files that the kernel source lacks
missing()
{
	local file

	for file in $CPUID_FILES $DT_FILES $UID_FILE; do
		[ -e "$SOURCE/$file" ] || echo "$file"
	done
}

# check NAME LIST AT_LEAST MAKE: all names have a vendor; a short list means that the pattern
# does not match this kernel any more
check()
{
	if [ "$(wc -l < "$2")" -ge "$3" ] && all "$2" "$4"; then
		ktap_test_pass "$1"
	else
		sed 's/^/# /' "$2"
		ktap_test_fail "$1"
	fi
}

ktap_print_header
if [ -z "$SOURCE" ] || [ -n "$(missing)" ]; then
	ktap_skip_all "the kernel source is not available${SOURCE:+: $(missing | tr '\n' ' ')}"
	exit "$KSFT_SKIP"
fi
ktap_set_plan 4

signatures > "$tmp/signatures"
compatibles > "$tmp/compatibles"
uids > "$tmp/uids"
check "each CPUID signature of the kernel has a vendor" "$tmp/signatures" 6 make_cpuid
check "each hypervisor in the kernel's device trees has a vendor" "$tmp/compatibles" 2 make_dt
check "each SMCCC UID of the kernel has a vendor" "$tmp/uids" 1 make_uid
echo "zzzzzzzzzzzz" > "$tmp/unknown"
if all "$tmp/unknown" make_cpuid > "$tmp/log"; then
	ktap_test_fail "a signature that is in no table has no vendor"
else
	ktap_test_pass "a signature that is in no table has no vendor"
fi

ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Devices in BPF that are rejected, and the errors of pvhost(8)
# needs: host-bpf full

. ../lib.sh

MODULES=${PV_MODULES:-/lib/modules/pv}
OBJECT=/usr/lib/pvguest/vcpufreq.bpf.o
OUT=/run/refused.out
vmm=
case $(uname -m) in
x86_64)  MEMORY=0x100000 ;;
aarch64) MEMORY=0x40000000 ;;
esac

end_vmm()
{
	[ -z "$vmm" ] || kill -9 "$vmm"
	wait 2> /dev/null
}
trap end_vmm EXIT

# rejects TEXT ARG...: pvhost attach fails within 60 s, and a line of its output has TEXT.  With
# a device that is accepted it would not end.
rejects()
{
	local text=$1 status=0

	shift
	$AS timeout 60 pvhost attach --pid "$vmm" "$@" > $OUT 2>&1 < /dev/null || status=$?
	[ $status = 1 ] && grep -q -- "$text" $OUT && return
	ktap_print_msg "attach $*: exit status $status, and no line has \"$text\""
	sed 's/^/# /' $OUT
	return 1
}
AS=

# check_program NAME TEXT: the verifier rejects the program with TEXT
check_program()
{
	check "the verifier rejects refused/$1: $2" rejects "$2" --bpf "refused/$1.bpf.o"
	check "pvhost attach names the verifier for refused/$1" \
		grep -q 'the verifier rejects a program' $OUT
}

one_line()
{
	[ "$(wc -l < $OUT)" = 1 ] && return
	sed 's/^/# /' $OUT
	return 1
}

not_loaded()
{
	rmmod kvm_pv_bpf && rejects 'kvm_pv_bpf is not loaded: modprobe kvm_pv_bpf' \
		--bpf $OBJECT --table 600000 && one_line
}

load()
{
	insmod "$MODULES/kvm_pv_bpf.ko"
}

unprivileged()
{
	AS=../host/unprivileged
	rejects 'no permission to load BPF' --bpf $OBJECT --table 600000 && one_line
	set -- $?
	AS=
	return "$1"
}

unused()
{
	[ "$(cat /sys/module/kvm_pv_bpf/refcnt)" = 0 ]
}

# strings_of MODULE: prints its strings, one per line
strings_of()
{
	tr '\0' '\n' < "$MODULES/$1.ko"
}

# In the section of exported symbols the namespace follows the name of its symbol.
in_namespace()
{
	local symbol symbols

	symbols=$(strings_of kvm_pv | sed -n 's/^__ksymtab_\(kvm_pv_\)/\1/p' | sort -u)
	[ -n "$symbols" ] || return
	for symbol in $symbols; do
		strings_of kvm_pv | grep -a -x -A 1 "$symbol" | grep -q -x KVM_PV && continue
		ktap_print_msg "$symbol is not in the namespace KVM_PV"
		return 1
	done
}

imports_namespace()
{
	strings_of kvm_pv_bpf | grep -a -q -x 'import_ns=KVM_PV'
}

ktap_print_header
[ -f "$MODULES/kvm_pv_bpf.ko" ] || skip_all 'this kernel has no kvm_pv_bpf.ko'
ktap_set_plan 26

mark
[ -d /sys/module/kvm_pv ] || insmod "$MODULES/kvm_pv.ko"
[ -d /sys/module/kvm_pv_bpf ] || load
../host/vmm &
vmm=$!

check "kvm_pv exports all symbols in the namespace KVM_PV" in_namespace
check "kvm_pv_bpf imports the namespace KVM_PV" imports_namespace
check_program access 'only read is supported'
check_program bounds 'register with unbounded min value'
check_program loop 'infinite loop detected'
check_program outside 'access beyond struct kvm_pv_mmio'
check_program sleeps 'must be sleepable to call sleepable kfunc'
check "pvhost attach rejects a program that calls an unknown kfunc" \
	rejects bpf_kvm_pv_nothing --bpf refused/unknown.bpf.o
check "pvhost attach rejects a device without write()" rejects 'lacks read or write' \
	--bpf refused/nowrite.bpf.o
check "pvhost attach prints one line about a device without write()" one_line
check "pvhost attach rejects a device with an init() that fails" \
	rejects 'cannot be attached: .*[Cc]ross-device' --bpf devices/init-fails.bpf.o
check "pvhost attach rejects a program as object" rejects 'device' --bpf /proc/self/exe
check "pvhost attach rejects an object that does not exist" rejects 'No such file' \
	--bpf /nowhere.bpf.o
check "pvhost attach rejects a device in the memory of the VM" \
	rejects 'is memory or a device of the VM' --bpf devices/other.bpf.o --vcpus 2 \
	--base "$MEMORY"
check "pvhost attach rejects a table for a device without one" rejects 'leave out --table' \
	--bpf devices/kfuncs.bpf.o --table 600000
check "pvhost attach rejects an invalid table for a device in BPF" rejects 'table' \
	--bpf $OBJECT --table 5,4
check "rejected devices hold no reference to kvm_pv_bpf" soon unused
check "pvhost attach --bpf without the module names modprobe in one line" not_loaded
check "kvm_pv_bpf loads again" load
check "pvhost attach --bpf without privileges prints one line" unprivileged
check "rejected devices cause no error in the log" clean
ktap_finished

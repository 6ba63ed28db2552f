#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Devices in BPF that are refused, and what pvhost(8) says of them
# needs: host-bpf

. ../lib.sh

MODULES=${PV_MODULES:-/lib/modules/pv}
OBJECT=/usr/lib/pvguest/vcpufreq.bpf.o
SAID=/run/refused.said
vmm=

end_vmm()
{
	[ -z "$vmm" ] || kill -9 "$vmm"
	wait 2> /dev/null
}
trap end_vmm EXIT

# attach ARG...: to the VM of ours; one that is not refused would stay
attach()
{
	timeout 60 pvhost attach --pid "$vmm" "$@" > $SAID 2>&1
}

# refuses TEXT ARG...: attach fails, and what it says has a line with that text
refuses()
{
	local text=$1 status=0

	shift
	attach "$@" || status=$?
	[ $status = 1 ] && grep -q -- "$text" $SAID && return
	ktap_print_msg "attach $*: exit status $status, and no line has \"$text\""
	sed 's/^/# /' $SAID
	return 1
}

# program NAME TEXT: the verifier refuses that program, saying so
program()
{
	check "refused/$1: $2" refuses "$2" --bpf "refused/$1.bpf.o"
	check "refused/$1: says that it is the verifier" grep -q 'the verifier refuses a program' $SAID
}

one_line()
{
	[ "$(wc -l < $SAID)" = 1 ] && return
	sed 's/^/# /' $SAID
	return 1
}

not_loaded()
{
	rmmod kvm_pv_bpf && refuses 'kvm_pv_bpf is not loaded: modprobe kvm_pv_bpf' \
		--bpf $OBJECT --table 600000 && one_line
}

back()
{
	insmod "$MODULES/kvm_pv_bpf.ko"
}

as_nobody()
{
	../host/nobody pvhost attach --pid "$vmm" --bpf $OBJECT --table 600000 > $SAID 2>&1 && return 1
	grep -q 'no permission to load BPF' $SAID && one_line
}

unused()
{
	[ "$(cat /sys/module/kvm_pv_bpf/refcnt)" = 0 ]
}

ktap_print_header
[ -f "$MODULES/kvm_pv_bpf.ko" ] || {
	ktap_skip_all 'this kernel has no kvm_pv_bpf.ko'
	exit "$KSFT_SKIP"
}
ktap_set_plan 24

mark
[ -d /sys/module/kvm_pv ] || insmod "$MODULES/kvm_pv.ko"
[ -d /sys/module/kvm_pv_bpf ] || back
../host/vmm &
vmm=$!
sleep 1

program access 'only read is supported'
program bounds 'register with unbounded min value'
program loop 'infinite loop detected'
program outside 'access beyond struct kvm_pv_mmio'
program sleeps 'must be sleepable to call sleepable kfunc'
check "a kfunc that there is none of" refuses bpf_kvm_pv_nothing --bpf refused/unknown.bpf.o
check "a device that takes no writes" refuses 'lacks read or write' --bpf refused/nowrite.bpf.o
check "is said in one line" one_line
check "a device whose init() refuses" refuses 'cannot be attached: .*[Cc]ross-device' \
	--bpf devices/picky.bpf.o
check "a program" refuses 'device' --bpf /proc/self/exe
check "no file at all" refuses 'No such file' --bpf /nowhere.bpf.o
check "in the memory of the VM" refuses 'is memory or a device of the VM' --bpf devices/other.bpf.o \
	--vcpus 2 --base "$(case $(uname -m) in x86_64) echo 0x100000 ;; *) echo 0x40000000 ;; esac)"
check "a table for a device that has none" refuses 'leave out --table' --bpf devices/kfuncs.bpf.o \
	--table 600000
check "a table that is none" refuses 'table' --bpf $OBJECT --table 5,4
check "nobody uses the module" soon unused
check "without the module: one line that names it" not_loaded
check "the module is back" back
check "without permission: one line" as_nobody
check "the log is clean" clean
ktap_finished

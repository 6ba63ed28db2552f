#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Lines in the kernel's log and trace events when VMs are attached, detached and end, and when
# caps and levels of telemetry change
# needs: host check each-kernel

. ./lib.sh

TRACING=/sys/kernel/tracing
TABLE=600000,1200000
case $(uname -m) in
x86_64)	 BASE=0xfef00000 ;;
aarch64) BASE=0xb800000 ;;
esac

# logs TEXT: the kernel's log has one line with TEXT from the mark on
logs()
{
	local count

	count=$(since | grep -c "kvm_pv: $1\$")
	[ "$count" = 1 ] && return
	ktap_print_msg "$count lines with: $1"
	since | grep kvm_pv: | sed 's/^/# /'
	return 1
}

# logs_no TEXT: the kernel's log has the mark, and no line with TEXT from it on
logs_no()
{
	since | grep -qF "$MARK" && ! since | grep -q "kvm_pv: $1"
}

# traces TEXT: the trace has one event with TEXT
traces()
{
	local count

	count=$(grep -c "$1" $TRACING/trace)
	[ "$count" = 1 ] && return
	ktap_print_msg "$count events with: $1"
	grep -v '^#' $TRACING/trace | sed 's/^/# /'
	return 1
}

# traces_no TEXT: the trace has no event with TEXT
traces_no()
{
	! grep -q "$1" $TRACING/trace
}

# begin: the next logs and traces ignore what was before
begin()
{
	mark
	: > $TRACING/trace
}

# attach [OPTION]...
attach()
{
	begin
	pvhost attach --pid "$vmm" --base "$BASE" --vcpus 2 --table $TABLE "$@" > /dev/null 2>&1
}

cap()
{
	begin
	pvhost cap --pid "$vmm" "$1"
}

# telemetry LEVEL
telemetry()
{
	begin
	pvhost set --pid "$vmm" --telemetry "$1"
}

events()
{
	local event

	for event in vm_attach vm_detach vm_cap vm_telemetry; do
		echo "$1" > "$TRACING/events/kvm_pv/$event/enable" || return
	done
}

finish()
{
	end_vmm
	events 0
	: > $TRACING/trace
}

ktap_print_header
[ -c /dev/kvm ] || skip_all "no /dev/kvm"
command -v pvhost > /dev/null || skip_all "no pvhost"
[ -d /sys/module/kvm_pv ] || insmod "$KO"
[ -d $TRACING/events/kvm_pv ] || skip_all "no tracefs"
ktap_set_plan 20

trap finish EXIT
events 1
start_vmm
check "A VM is attached" attach --shared none --expose-frequency --backend none
id=$(json list | sed 's/.*"id":\([0-9]*\).*/\1/')
check "An attach is logged" logs "vm $id: attached, process $vmm, 2 CPUs at $BASE"
check "An attach is traced with its options" traces \
	"vm_attach: vm=$id pid=$vmm cpus=2 base=$BASE backend=record flags=expose_freq|hypercalls err=0"

attach --shared none
check "An attach that fails is logged" logs "process $vmm: not attached (-17)"
check "An attach that fails is traced" traces "vm_attach: vm=0 pid=$vmm .* err=-17"

check "A cap is set" cap 600000
check "A cap is logged" logs "vm $id: cap 600000"
check "A cap is traced" traces "vm_cap: vm=$id cap=600000"
cap none
check "The removal of a cap is logged" logs "vm $id: no cap"

telemetry counters 2> /dev/null
check "A level of telemetry that is rejected is not logged" logs_no "vm $id: telemetry"
check "A level of telemetry that is rejected is not traced" traces_no "vm_telemetry"

begin
check "The VM is detached" pvhost detach --pid "$vmm"
check "A detach is logged" logs "vm $id: detached, process $vmm"
check "A detach is traced" traces "vm_detach: vm=$id pid=$vmm ended=0"

attach --telemetry events
id=$(json list | sed 's/.*"id":\([0-9]*\).*/\1/')
check "The level of telemetry is set" telemetry counters
check "A level of telemetry is logged" logs "vm $id: telemetry counters"
check "A level of telemetry is traced" traces "vm_telemetry: vm=$id level=counters"
pid=$vmm
begin
end_vmm
check "No VM is attached after the end of the VMM" soon attached 0
check "The end of a VM is logged" soon logs "vm $id: ended, process $pid"
check "The end of a VM is traced" soon traces "vm_detach: vm=$id pid=$pid ended=1"
ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost(8) with the module kvm_pv and VMs that do not run.  pvhost-options.sh and
# attach-options.sh test the arguments that it rejects without the module.
# needs: host check

. ./lib.sh

TABLE=600000,1200000
WATCH=/tmp/watch
case $(uname -m) in
x86_64)	 MEMORY=0x100000 BASE=0xfef00000 SHARED=0x4000000000 ;;
aarch64) MEMORY=0x40000000 BASE=0x0b800000 SHARED=0x0b000000 ;;
esac

named=
trap end_vmm EXIT

# refuses_unprivileged ARG...: pvhost without privileges fails
refuses_unprivileged()
{
	refuses "no permission" ./unprivileged pvhost "$@"
}

stats_of_new()
{
	local stats

	stats=$(json stats --pid "$vmm")
	says "\"pid\":$vmm,\"name\":\"vmm\",\"base\":$((BASE)),\"shared\":$((SHARED)),\"vcpus\":2" "$stats" &&
		says '"expose_tid":false,"expose_frequency":false,"expose_exits":false,"hypercalls":0,' "$stats" &&
		says '"table":[600000,1200000]' "$stats" &&
		says '"backend":"none","margin_percent":null,"max_rate":null,"cap_khz":null' "$stats" &&
		says '"telemetry":"off"' "$stats" &&
		says '"requests":0,"register_writes":0,"deferred":0,"reads":0,"refused":0,"cpus":[{"cpu":0,' "$stats" &&
		says '"request_khz":null,"perf_khz":1200000,"domain":7,"tid":null,"vcpu_id":null' \
			"$stats" &&
		says '"record":false,"applied":0,"failed":0,"suppressed":0,"fail_reason":null}]' "$stats"
}

# cap_of KHZ|none: sets that cap; prints the cap in list and the frequency in stats
cap_of()
{
	pvhost cap --pid "$vmm" "$1" &&
		json list | sed 's/.*"cap_khz":\([a-z0-9]*\).*/\1 /' &&
		json stats | sed 's/.*"perf_khz":\([0-9]*\).*/\1/'
}

capped()
{
	says "600000 600000" "$(cap_of 600000)"
}

# set_cap CAP: by pvhost set and an operand
set_cap()
{
	pvhost set "$vmm" --cap "$1" && json list | sed 's/.*"cap_khz":\([a-z0-9]*\).*/\1/'
}

set_uncapped()
{
	says null "$(set_cap none)"
}

uncapped()
{
	says "null 1200000" "$(cap_of none)"
}

# start_named COPY NAME: starts a VMM with the file name COPY and the option -name NAME
start_named()
{
	[ -e "/tmp/$1" ] || cp ./vmm "/tmp/$1"
	"/tmp/$1" -S -name "$2" -m 64 &
	named="$named $!"
	soon comm_is $! "$1"
}

end_named()
{
	# shellcheck disable=SC2086
	kill -9 $named
	# shellcheck disable=SC2086
	wait $named 2> /dev/null
	named=
	rm -rf /tmp/qemu-vmm /tmp/other-vmm
}

# libvirt_pid TEXT: libvirt's pid file of the domain "one" contains TEXT
libvirt_pid()
{
	mkdir -p /run/libvirt/qemu
	echo "$1" > /run/libvirt/qemu/one.pid
}

# stats.sh tests the formats.
metrics_of_new()
{
	local metrics vm="vm=\"$id\",pid=\"$vmm\",name=\"vmm\""

	metrics=$(pvhost stats "$1")
	says "pvhost_requests_total{$vm,vcpu=\"1\"} 0" "$metrics" &&
		says "pvhost_frequency_hertz{$vm,vcpu=\"0\"} 1200000000" "$metrics" &&
		says "pvhost_failed_total{$vm,domain=\"7\"} 0" "$metrics" &&
		says "version=\"$(pvhost --version | cut -d ' ' -f 2)\"" "$metrics" &&
		! echo "$metrics" | grep -q '^pvhost_request_hertz{'
}

# The name that list shows for the VM of the QEMU that was started last
named_is()
{
	pvhost attach --pid "${named##* }" --table $TABLE > /dev/null &&
		says "\"name\":\"$1\"" "$(json list)" && pvhost detach --pid "${named##* }"
}

# watched COUNT TEXT: COUNT lines contain TEXT by now
watched()
{
	[ "$(grep -cF -- "$2" $WATCH)" -ge "$1" ]
}

# watches COUNT TEXT ARG...: COUNT lines contain TEXT, then pvhost is interrupted and succeeds
watches()
{
	local count=$1 text=$2 watch rc=0

	shift 2
	: > $WATCH
	pvhost stats --watch "$@" > $WATCH &
	watch=$!
	soon watched "$count" "$text" || rc=1
	kill -INT $watch
	wait $watch || ktap_print_msg "exit status $?"
	rm $WATCH
	return $rc
}

# The VM that is watched is detached.
watch_ends()
{
	local rc=0

	waits_for REQUESTS_PER_S $WATCH pvhost stats --watch --pid "$vmm" || rc=1
	pvhost detach --pid "$vmm" && wait "$PID" || rc=1
	rm $WATCH
	return $rc
}

# waits_for_vm: the VM appears after pvhost attach has looked for it
waits_for_vm()
{
	(
		sleep 1
		exec ./vmm
	) &
	vmm=$!
	prints "process $vmm, 2 CPUs" pvhost attach --pid $vmm --table $TABLE --timeout 20
}

# reports_full ARG...: pvhost fails with one line if its output is lost
reports_full()
{
	! pvhost "$@" > /dev/full 2> /tmp/error &&
		says "pvhost: write error" "$(cat /tmp/error)" && [ "$(wc -l < /tmp/error)" = 1 ]
}

# The choice is that of pvhost doctor.
prints_choice()
{
	local choice

	choice=$(pvhost doctor --pid "$vmm" | grep '^backend')
	says "backend auto: " "$choice" &&
		prints "$choice" pvhost attach --pid "$vmm" --table $TABLE &&
		says "\"backend\":\"$(echo "$choice" | sed -n 's/^backend auto: //p')\"" "$(json list)" &&
		pvhost detach --pid "$vmm"
}

versions()
{
	local line

	# shellcheck disable=SC2046
	set -- $(pvhost list --output version,module_version | tail -n 1)
	line=$*
	[ "$line" = "$(pvhost --version | cut -d ' ' -f 2) $(cat /sys/module/kvm_pv/version)" ] && return
	ktap_print_msg "$line"
	return 1
}

# The first of two VMs rejects the cap.
caps_others()
{
	pvhost attach --pid "$pid" --table 800000,1200000 > /dev/null &&
		pvhost attach --pid "${named##* }" --table $TABLE > /dev/null &&
		refuses "600000 kHz is not in the table of VM" pvhost cap --all 600000 &&
		says '"cap_khz":null "cap_khz":600000' \
			"$(json list | grep -o '"cap_khz":[a-z0-9]*' | tr '\n' ' ')"
}

attached_twice()
{
	refuses "is attached already" pvhost attach --pid "$vmm" --table $TABLE && attached 1
}

# shares ADDRESS|null OPTION...: the VM is attached, and has shared pages at the address
shares()
{
	local shared=$1

	shift
	pvhost attach --pid "$vmm" --table $TABLE "$@" > /dev/null &&
		says "\"shared\":$shared," "$(json list)" && pvhost detach --pid "$vmm"
}

# KVM has no slot id that kvm_pv tries.
attaches_without_slot()
{
	prints "the guest uses registers;" pvhost attach --pid "$vmm" --table $TABLE &&
		says '"shared":null,' "$(json list)" && pvhost detach --pid "$vmm"
}

# exposes MEMBER OPTION...: pvhost list shows what pvhost attach exposes with OPTION
exposes()
{
	local text=$1

	shift
	prints "2 CPUs" pvhost attach --pid "$vmm" --table $TABLE "$@" &&
		says "$text" "$(json list)" && pvhost detach --pid "$vmm"
}

rmmod_refused()
{
	! rmmod kvm_pv 2> /dev/null && [ -d /sys/module/kvm_pv ]
}

nothing_attached()
{
	says '"vms":[],"enabled":true}' "$(json list)"
}

disables()
{
	prints "" pvhost disable && says '"enabled":false}' "$(json list 2> /dev/null)" &&
		prints "run pvhost enable" pvhost list
}

enables()
{
	prints "" pvhost enable && says '"enabled":true}' "$(json list)"
}

# attach TEXT OPTION...: pvhost attach rejects OPTION for the VM $vmm
attach()
{
	local text=$1

	shift
	refuses "$text" pvhost attach --pid "$vmm" "$@"
}

# check_without FILE NAME COMMAND...: skips if FILE exists
check_without()
{
	local file=$1

	shift
	if [ -e "$file" ]; then
		ktap_test_skip "$1: $file exists"
	else
		check "$@"
	fi
}

ktap_print_header
[ -c /dev/kvm ] || skip_all "no /dev/kvm"
command -v pvhost > /dev/null || skip_all "no pvhost"
[ ! -d /sys/module/kvm_pv ] || unloads || skip_all "kvm_pv is in use"
ktap_set_plan 87

check "pvhost list without the module names modprobe" refuses "modprobe kvm_pv" pvhost list
insmod "$KO"
start_vmm
check "pvhost list --json prints an empty list" nothing_attached

check "pvhost attach rejects a process that does not exist" refuses "does not exist" \
	pvhost attach --pid 4000000 --table $TABLE
check "pvhost attach rejects a process without a VM" refuses "has no KVM VM open" \
	pvhost attach --pid $$ --table $TABLE --timeout 0
check "pvhost attach waits for less than a millisecond" refuses "waited 0.001 s" \
	pvhost attach --pid $$ --table $TABLE --timeout 500us
check_without /sys/devices/system/cpu/cpu0/cpufreq \
	"pvhost attach without --table fails on a host without cpufreq" attach "--table"
check "pvhost attach rejects a base in memory" attach "choose another --base" \
	--table $TABLE --base "$MEMORY"
check "pvhost attach rejects more vCPUs than KVM supports" attach "does not have 65536 vCPUs" \
	--table $TABLE --vcpus 65536 --base 0x100000000
check "pvhost attach rejects shared pages in memory" attach "choose another --shared, or none" \
	--table $TABLE --shared "$MEMORY"
check "pvhost attach rejects shared pages beyond the address space of the guest" \
	attach "choose a lower --shared, or none" --table $TABLE --shared 0x10000000000
check "pvhost attach rejects a base beyond the address space of the guest" \
	attach "choose a lower --base" --table $TABLE --base 0x10000000000
check "pvhost attach rejects 3 domains for 2 vCPUs" attach "3 domains for 2 CPUs" \
	--table $TABLE --perf-domains 0,0,1
check_without /sys/devices/system/cpu/cpufreq/policy0 \
	"pvhost attach rejects freq-qos without a cpufreq driver" \
	attach "needs a cpufreq driver" --table $TABLE --backend freq-qos --cap 600000
check_without /proc/sys/kernel/sched_util_clamp_min \
	"pvhost attach rejects uclamp without CONFIG_UCLAMP_TASK" \
	attach "CONFIG_UCLAMP_TASK" --table $TABLE --backend uclamp
check "pvhost attach without privileges fails" refuses_unprivileged \
	attach --pid "$vmm" --table $TABLE
check "pvhost list without privileges fails" refuses_unprivileged list
check "pvhost disable without privileges fails" refuses_unprivileged disable
check "pvhost disable is shown by pvhost list" disables
check "pvhost enable is shown by pvhost list" enables
check "no VM is attached after rejected arguments" nothing_attached

check "pvhost attach --shared none shares no pages" shares null --shared none
check "pvhost attach shares pages at the address of --shared" shares 1342177280 \
	--shared 0x50000000

check "pvhost list shows exposed thread ids" exposes '"expose_tid":true' --expose-tid
check "pvhost list shows an exposed frequency" \
	exposes '"expose_frequency":true' --expose-frequency
check "pvhost list shows exposed numbers of exits" exposes '"expose_exits":true' --expose-exits
check "pvhost list shows the level of telemetry" exposes '"telemetry":"counters"' \
	--telemetry counters

check "pvhost attach prints the backend that it chooses and why no better one is available" \
	prints_choice
check "pvhost attach prints process, vCPUs and base" prints "process $vmm, 2 CPUs at 0x" \
	pvhost attach --pid "$vmm" --table $TABLE --perf-domains 7,7 --backend none
check "pvhost attach rejects a VM that is attached" attached_twice
check "pvhost list prints the range of the table" prints "600000-1200000" pvhost list
check "pvhost list prints the versions of pvhost and kvm_pv" versions
check "pvhost stats --json prints null for unknown values" stats_of_new
id=$(json list | sed 's/.*"id":\([0-9]*\).*/\1/')
check "pvhost stats --openmetrics prints metrics of a new VM" metrics_of_new --openmetrics
check "pvhost stats --prometheus prints metrics of a new VM" metrics_of_new --prometheus
check "pvhost stats --watch prints a table each second" watches 2 "REQUESTS_PER_S"
check "pvhost stats --watch --json prints an object each second" \
	watches 2 '"requests_per_s":0.0' --json
check "pvhost list reports a write error" reports_full list
check "pvhost list --json reports a write error" reports_full list --json
check "pvhost stats reports a write error" reports_full stats
check "pvhost stats --prometheus reports a write error" reports_full stats --prometheus
check "pvhost stats --watch ends at a write error" reports_full stats --watch
check "pvhost stats --watch rejects a process without an attached VM" \
	refuses "no VM of process $$" pvhost stats --watch --pid $$
check "pvhost stats rejects a process without an attached VM" refuses "no VM of process $$" \
	pvhost stats --pid $$
check "pvhost stats rejects an unknown id" refuses "no VM of id 4000000000" \
	pvhost stats --id 4000000000
check "pvhost cap rejects a frequency below the table" refuses "it goes from 600000 to 1200000" \
	pvhost cap --pid "$vmm" 599999
check "pvhost cap rejects a frequency beyond the table" refuses "it goes from 600000 to 1200000" \
	pvhost cap --pid "$vmm" 1200001
check "pvhost cap rejects a process without an attached VM" refuses "no VM of process $$" \
	pvhost cap --pid $$ 600000
check "pvhost set rejects a process without an attached VM" refuses "no VM of process $$" \
	pvhost set --pid $$ --telemetry off
check "pvhost set rejects telemetry of a VM that was attached without" \
	refuses "has no telemetry" pvhost set --pid "$vmm" --telemetry counters
check "pvhost cap limits the frequency" capped
check "pvhost cap none removes the limit" uncapped
check_is "pvhost set --cap limits the VM of its operand" "$(set_cap 0.9GHz)" 900000
check "pvhost set --cap none removes the limit" set_uncapped
check "pvhost set rejects a frequency beyond the table" refuses "it goes from 600000 to 1200000" \
	pvhost set "$vmm" --cap 1.3GHz
check "pvhost stats accepts a VM as operand" prints "none" pvhost stats "$vmm"
check "pvhost cap --all limits all VMs" prints "" pvhost cap --all 600000
check "rmmod of kvm_pv fails while a VM is attached" rmmod_refused
check "pvhost detach rejects an unknown id" refuses "no VM of id 4000000000" \
	pvhost detach --id 4000000000
check "pvhost stats --watch ends when the VM is detached" watch_ends
check "pvhost detach rejects a VM that is detached" refuses "no VM of process $vmm" \
	pvhost detach --pid "$vmm"
check "pvhost detach --all succeeds without VMs" prints "" pvhost detach --all
end_vmm
export VMM_SLOTS=8
start_vmm
check "pvhost attach shares no pages if KVM has no slot for them" attaches_without_slot
check "pvhost attach rejects --shared if KVM has no slot for the pages" \
	attach "choose a lower --shared, or none" --table $TABLE --shared "$SHARED"
end_vmm
unset VMM_SLOTS

start_named qemu-vmm guest=one,debug-threads=on
start_named other-vmm two
pid=${named% *}
pid=${pid# }
check "pvhost attach --name ignores other values of QEMU's -name" \
	refuses "no VM is named \"on\"" pvhost attach --name on --table $TABLE
check "pvhost attach --name compares the name without guest=" \
	refuses "no VM is named \"guest=one\"" pvhost attach --name guest=one --table $TABLE
check "pvhost attach --name ignores -name of programs other than QEMU" \
	refuses "no VM is named" pvhost attach --name two --table $TABLE
check "pvhost attach --name finds a VM by QEMU's -name" prints "process $pid," \
	pvhost attach --name one --table $TABLE
check "pvhost detach --name finds a VM by QEMU's -name" prints "" pvhost detach --name one
check "pvhost attach --name finds a VM by its process name" prints "process ${named##* }," \
	pvhost attach --name other-vmm --table $TABLE
check "pvhost detach --all detaches a VM" prints "" pvhost detach --all
check "pvhost cap --all fails after all VMs if one rejects the cap" caps_others
check "pvhost detach --all detaches all VMs" prints "" pvhost detach --all
check "no VM is attached after detach --all" nothing_attached
check "pvhost attach finds the name of its operand" prints "process $pid," \
	pvhost attach one --table $TABLE
check "pvhost cap finds the name of its operand" prints "" pvhost cap one 600MHz
check "pvhost detach finds the name of its operand" prints "" pvhost detach one
libvirt_pid $$
check "pvhost attach --libvirt rejects a domain that has ended" refuses "has ended" \
	pvhost attach --libvirt one --table $TABLE
libvirt_pid damaged
check "pvhost attach --libvirt rejects a damaged pid file" refuses "no process id" \
	pvhost attach --libvirt one --table $TABLE
libvirt_pid "$pid"
check "pvhost attach --libvirt finds a domain" prints "process $pid," \
	pvhost attach --libvirt one --table $TABLE
check "pvhost cap --libvirt finds a domain" prints "" pvhost cap --libvirt one 600000
check "pvhost detach --libvirt finds a domain" prints "" pvhost detach --libvirt one
start_named qemu-vmm one
check "pvhost attach --name rejects two VMs with that name" refuses "2 processes are named \"one\"" \
	pvhost attach --name one --table $TABLE
end_named
rm -rf /run/libvirt
start_named qemu-vmm "$(printf 'a\377\033\303\251,process=x')"
check "pvhost list replaces bytes of a name that are not printable" named_is "a??$(printf '\303\251')"
end_named
start_named qemu-vmm one,,two,process=x
check "pvhost attach --name finds a name with a comma" prints "2 CPUs" \
	pvhost attach --name one,two --table $TABLE
end_named

check "pvhost attach waits for a VM that does not exist yet" waits_for_vm
end_vmm
check "a VM is detached when its VMM is killed" soon nothing_attached
check "rmmod of kvm_pv succeeds after the last VM" unloads

ktap_finished

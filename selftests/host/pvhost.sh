#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost(8): what it does, and what it says to bad input
# needs: host

. ./lib.sh

KO=${KVM_PV_KO:-/lib/modules/pv/kvm_pv.ko}
TABLE=600000,1200000
TABLE_65=$(seq -s , 1 65)
case $(uname -m) in
x86_64)  MEMORY=0x100000 TOO_MANY=253 ;;
aarch64) MEMORY=0x40000000 TOO_MANY=2049 ;;
esac

vmm=
named=

start_vmm()
{
	./vmm &
	vmm=$!
}

end_vmm()
{
	[ -z "$vmm" ] || kill -9 "$vmm"
	wait 2> /dev/null
	vmm=
}
trap end_vmm EXIT

# json ARG...: what pvhost prints as JSON, without spaces and line ends
json()
{
	pvhost "$@" --json | tr -d ' \n'
}

nobody_refused()
{
	local said

	said=$(./nobody pvhost "$@" 2>&1) && return 1
	says "no permission" "$said"
}

stats_of_new()
{
	local is

	is=$(json stats --pid "$vmm")
	says "\"pid\":$vmm,\"base\":" "$is" &&
		says '"expose_tid":false,"hypercalls":0,"table":[600000,1200000]' "$is" &&
		says '"backend":"record","margin_percent":null,"cap_khz":null' "$is" &&
		says '"requests":0,"lazy":0,"reads":0,"refused":0,"cpus":[{"cpu":0,' "$is" &&
		says '"request":null,"perf_khz":1200000,"domain":7,"tid":null,"vcpu_id":null' "$is" &&
		says '"record":false,"record_writes":0,"dropped":0,"drop_reason":null' "$is" &&
		says '"applied":0,"failed":0,"fail_reason":null}]' "$is"
}

# cap_of KHZ|none: what list and stats say after that cap
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

uncapped()
{
	says "null 1200000" "$(cap_of none)"
}

# start_named COPY NAME: a VMM of that file name, with an option -name
start_named()
{
	[ -e "/tmp/$1" ] || cp ./vmm "/tmp/$1"
	"/tmp/$1" -S -name "$2" -m 64 &
	named="$named $!"
	until [ "$(cat /proc/$!/comm)" = "$1" ]; do
		sleep 0.1
	done
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

# libvirt_says PID: that the domain "one" is that process
libvirt_says()
{
	mkdir -p /run/libvirt/qemu
	echo "$1" > /run/libvirt/qemu/one.pid
}

# Every line is a comment or a sample, families do not mix, and the end is marked.
openmetrics_of_new()
{
	local is

	is=$(pvhost stats --openmetrics)
	says "pvhost_requests_total{vm=\"$id\",pid=\"$vmm\",vcpu=\"1\"} 0" "$is" &&
		says "pvhost_frequency_hertz{vm=\"$id\",pid=\"$vmm\",vcpu=\"0\"} 1200000000" "$is" &&
		says "# UNIT pvhost_frequency_hertz hertz" "$is" &&
		! echo "$is" | grep -q '^pvhost_request_hertz{' &&
		[ "$(echo "$is" | tail -n 1)" = "# EOF" ] &&
		echo "$is" | awk '
			/^# EOF$/	{ next }
			/^# TYPE /	{ if (seen[$3]++) bad = 1; family = $3; next }
			/^# (UNIT|HELP) /	{ if ($3 != family) bad = 1; next }
			/^[a-z_]+\{vm="[0-9]+",pid="[0-9]*"(,vcpu="[0-9]+")?\} [0-9]+$/ {
				name = $1
				sub(/\{.*/, "", name)
				sub(/_total$/, "", name)
				if (name != family)
					bad = 1
				next
			}
			{ bad = 1 }
			END { exit bad }'
}

# watched COUNT TEXT: whether the text is in so many lines by now
watched()
{
	[ "$(grep -cF -- "$2" /tmp/watch)" -ge "$1" ]
}

# watches COUNT TEXT ARG...: the text comes in so many lines, until it is interrupted
watches()
{
	local count=$1 text=$2 watch rc=0

	shift 2
	: > /tmp/watch
	pvhost stats --watch "$@" > /tmp/watch &
	watch=$!
	soon watched "$count" "$text" || rc=1
	kill -INT $watch
	wait $watch || ktap_print_msg "exit status $?"
	[ $rc = 0 ] || ktap_print_msg "$(grep -cF -- "$text" /tmp/watch) lines have $text"
	rm /tmp/watch
	return $rc
}

# The VM that is watched is detached meanwhile.
watch_ends()
{
	local watch rc=0

	: > /tmp/watch
	pvhost stats --watch --pid "$vmm" > /tmp/watch &
	watch=$!
	soon watched 1 REQUESTS/S || rc=1
	pvhost detach --pid "$vmm" && wait $watch || rc=1
	rm /tmp/watch
	return $rc
}

waits_for_vm()
{
	(
		sleep 1
		exec ./vmm
	) &
	vmm=$!
	prints "process $vmm, 2 CPUs" attach --pid $vmm --table $TABLE --timeout 20
}

attached_twice()
{
	refuses "is attached already" attach --pid "$vmm" --table $TABLE &&
		[ "$(json list | grep -o '"id"' | wc -l)" = 1 ]
}

rmmod_refused()
{
	! rmmod kvm_pv 2> /dev/null && [ -d /sys/module/kvm_pv ]
}

# The last reference to a module is not given back in the same moment.
rmmod_works()
{
	local TRIES=50

	soon rmmod kvm_pv 2> /dev/null
}

compiles()
{
	local out=/tmp/pvhost-describe$$

	case $1 in
	dts) pvhost describe --vcpus 2 --format dts | dtc -q -@ -I dts -O dtb -o $out - ;;
	asl) pvhost describe --vcpus 2 --format asl > $out.asl && iasl -p $out $out.asl > /dev/null ;;
	esac
	set -- $?
	rm -f $out $out.asl $out.aml
	return "$1"
}

# skip REASON
skip()
{
	ktap_skip_all "$1"
	exit "$KSFT_SKIP"
}

nothing_attached()
{
	[ "$(json list)" = '{"vms":[]}' ]
}

# test_with COMMAND NAME TEST...: skips where there is no such command
test_with()
{
	local command=$1 name=$2

	shift 2
	if command -v "$command" > /dev/null; then
		check "$name" "$@"
	else
		ktap_test_skip "$name: no $command"
	fi
}

# test_without FILE NAME TEXT ARG...: skips where there is such a file
test_without()
{
	local file=$1 name=$2

	shift 2
	if [ -e "$file" ]; then
		ktap_test_skip "$name: there is $file"
	else
		check "$name" refuses "$@"
	fi
}

ktap_print_header
[ -c /dev/kvm ] || skip "no /dev/kvm"
command -v pvhost > /dev/null || skip "no pvhost"
[ ! -d /sys/module/kvm_pv ] || rmmod_works || skip "kvm_pv is in use"
ktap_set_plan 84

check "no module" refuses "modprobe kvm_pv" list
insmod "$KO"
start_vmm

check "no command" refuses "no command is given"
check "unknown command" refuses "no command \"fly\"" fly
check "unknown option" refuses "--help" list --fly
check "too many words" refuses "what is \"fly\" for" list fly
check "help" prints "Usage: pvhost attach" attach --help
check "nothing is attached" nothing_attached

check "attach: no VM said" refuses "one of --pid, --name and --libvirt" attach
check "attach: pid 0" refuses "is no number" attach --pid 0
check "attach: pid in letters" refuses "is no number" attach --pid one
check "attach: no such process" refuses "there is no process" \
	attach --pid 4000000 --table $TABLE
check "attach: no VMM" refuses "is no VMM" \
	attach --pid $$ --table $TABLE --timeout 0
if [ -d /sys/devices/system/cpu/cpu0/cpufreq ]; then
	ktap_test_skip "attach: table of a host without cpufreq"
else
	check "attach: table of a host without cpufreq" refuses "--table" \
		attach --pid "$vmm"
fi
check "attach: table that descends" refuses "must ascend" \
	attach --pid "$vmm" --table 2,1
check "attach: table with a 0" refuses "no list of numbers" \
	attach --pid "$vmm" --table 0,1
check "attach: table that ends in a comma" refuses "no list of numbers" \
	attach --pid "$vmm" --table 1,
check "attach: table of 65" refuses "more than 64" \
	attach --pid "$vmm" --table "$TABLE_65"
check "attach: table beyond 32 bits" refuses "no list of numbers" \
	attach --pid "$vmm" --table 4294967296
check "attach: base in memory" refuses "choose another --base" \
	attach --pid "$vmm" --table $TABLE --base "$MEMORY"
check "attach: unaligned base" refuses "no multiple of" \
	attach --pid "$vmm" --table $TABLE --base 0x10000004
check "attach: base beyond 64 bits" refuses "is no number" \
	attach --pid "$vmm" --table $TABLE --base 0x10000000000000000
check "attach: no vCPUs" refuses "is no number" \
	attach --pid "$vmm" --table $TABLE --vcpus 0
check "attach: too many vCPUs for the place" refuses "has room for" \
	attach --pid "$vmm" --table $TABLE --vcpus "$TOO_MANY"
check "attach: too many vCPUs for KVM" refuses "more than KVM has" \
	attach --pid "$vmm" --table $TABLE --vcpus 65536 --base 0x100000000
check "attach: domains of other CPUs" refuses "3 domains for 2 CPUs" \
	attach --pid "$vmm" --table $TABLE --domains 0,0,1
check "attach: unknown backend" refuses "it is record, uclamp or freq-qos" \
	attach --pid "$vmm" --table $TABLE --backend fly
check "attach: margin of record" refuses "is for --backend uclamp" \
	attach --pid "$vmm" --table $TABLE --margin 25
check "attach: margin beyond all reason" refuses "is no number from 0 to 100" \
	attach --pid "$vmm" --table $TABLE --backend uclamp --margin 101
test_without /sys/devices/system/cpu/cpufreq/policy0 "attach: freq-qos without cpufreq" \
	"needs a cpufreq driver" attach --pid "$vmm" --table $TABLE --backend freq-qos
test_without /proc/sys/kernel/sched_util_clamp_min "attach: uclamp without clamps" \
	"CONFIG_UCLAMP_TASK" attach --pid "$vmm" --table $TABLE --backend uclamp
check "attach: as nobody" nobody_refused attach --pid "$vmm" --table $TABLE
check "list: as nobody" nobody_refused list
check "nothing of that is attached" nothing_attached

check "attach" prints "process $vmm, 2 CPUs at 0x" \
	attach --pid "$vmm" --table $TABLE --domains 7,7
check "attach: twice" attached_twice
check "list" prints "600000-1200000" list
check "stats: what is not known is null" stats_of_new
id=$(json list | sed 's/.*"id":\([0-9]*\).*/\1/')
check "stats: OpenMetrics" openmetrics_of_new
check "stats: OpenMetrics as JSON" refuses "neither --json nor" stats --openmetrics --json
check "stats: watched" watches 2 "REQUESTS/S"
check "stats: watched as JSON" watches 2 '"requests_s":0.0' --json
check "stats: watched every 0 s" refuses "is no number" stats --watch=0
check "stats: watched, of another process" refuses "no VM of process $$" stats --watch --pid $$
check "stats: another process" refuses "no VM of process $$" stats --pid $$
check "stats: unknown id" refuses "no VM of id 4000000000" stats --id 4000000000
check "cap: nothing said" refuses "how many kHz" cap --pid "$vmm"
check "cap: no VM said" refuses "one of --pid, --name, --libvirt, --id and --all" cap 600000
check "cap: too many words" refuses "what is" cap --pid "$vmm" 600000 kHz
check "cap: no number" refuses "is no number" cap --pid "$vmm" fast
check "cap: below the table" refuses "it goes from 600000 to 1200000" cap --pid "$vmm" 599999
check "cap: beyond the table" refuses "it goes from 600000 to 1200000" cap --pid "$vmm" 1200001
check "cap: another process" refuses "no VM of process $$" cap --pid $$ 600000
check "cap" capped
check "cap: none" uncapped
check "cap: all" prints "" cap --all 600000
check "rmmod while attached is refused" rmmod_refused
check "detach: nothing said" refuses "one of --pid, --name, --libvirt, --id and --all" detach
check "detach: unknown id" refuses "no VM of id 4000000000" detach --id 4000000000
check "detach, while it is watched" watch_ends
check "detach: twice" refuses "no VM of process $vmm" detach --pid "$vmm"
check "detach: all of none" prints "" detach --all
end_vmm

start_named qemu-vmm guest=one,debug-threads=on
start_named other-vmm two
pid=${named% *}
pid=${pid# }
check "attach: nobody of that name" refuses "no VM is named \"on\"" attach --name on --table $TABLE
check "attach: a name that is in a longer one" refuses "no VM is named \"guest=one\"" \
	attach --name guest=one --table $TABLE
check "attach: -name of what is no QEMU" refuses "no VM is named" attach --name two --table $TABLE
check "attach: by QEMU's -name" prints "process $pid," attach --name one --table $TABLE
check "detach: by QEMU's -name" prints "" detach --name one
check "attach: by the name of a process" prints "process ${named##* }," \
	attach --name other-vmm --table $TABLE
check "detach: all" prints "" detach --all
check "attach: no such domain" refuses "no domain \"one\" runs" attach --libvirt one --table $TABLE
check "attach: a path for a domain" refuses "no domain" attach --libvirt ../x --table $TABLE
libvirt_says $$
check "attach: a domain that has ended" refuses "has ended" attach --libvirt one --table $TABLE
libvirt_says nobody
check "attach: a file that is damaged" refuses "no process id" attach --libvirt one --table $TABLE
libvirt_says "$pid"
check "attach: a domain" prints "process $pid," attach --libvirt one --table $TABLE
check "cap: a domain" prints "" cap --libvirt one 600000
check "detach: a domain" prints "" detach --libvirt one
start_named qemu-vmm one
check "attach: two of that name" refuses "2 are named \"one\"" attach --name one --table $TABLE
end_named
rm -rf /run/libvirt
start_named qemu-vmm one,,two,process=x
check "attach: a comma in the name" prints "2 CPUs" attach --name one,two --table $TABLE
end_named

check "attach: waits for the VM" waits_for_vm
end_vmm
# The end of a VM is not waited for by whoever ends it.
check "a VMM that is killed is attached no more" soon nothing_attached
check "rmmod then" rmmod_works

check "describe: no vCPUs" refuses "--vcpus" describe
check "describe: unknown format" refuses "it is dts or asl" \
	describe --vcpus 2 --format xml
test_with dtc "describe: dtc takes the overlay" compiles dts
test_with iasl "describe: iasl takes the SSDT" compiles asl

ktap_finished

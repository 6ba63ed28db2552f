#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# vcpuinfo exits in a guest whose host has telemetry: hypercalls are counted, the numbers of a row
# agree, and a machine without the module gets the command that loads it.
#
# needs: exits full

. ../lib.sh

out=/tmp/vcpuinfo.out
err=/tmp/vcpuinfo.err
CALLS=500
TRIES=600

case $(uname -m) in
x86_64)  NAMES='hypercall|VMCALL' ;;
aarch64) NAMES=HVC64 ;;
esac

# hypercalls: prints how many exits of hypercalls all vCPUs had
hypercalls()
{
	vcpuinfo -p -o name,count exits 2> $err | sed -nE "s/^($NAMES),//p"
}

# column NAMES: one line per row
column()
{
	vcpuinfo -p -o "$1" exits "$2" 2> $err | grep -v '^#'
}

# has_lines N: $out has at least N lines
has_lines()
{
	[ "$(wc -l < $out)" -ge "$1" ]
}

# interrupt PID: sends SIGINT; the result is the exit status of the process
interrupt()
{
	kill -INT "$1"
	wait "$1"
}

# in_order: percentiles of each reason are in order, shares are up to 1
in_order()
{
	vcpuinfo -p -o reason,count,mean_ns,p50_ns,p99_ns,user_share,share exits 2> $err | awk -F, '
	/^#/ || $1 == "" { next }
	{ n++ }
	$2 < 1 || $3 == "" || $4 != "" && $5 != "" && $4 > $5 || $6 > 1 || $7 > 1 { print "# " $0; bad = 1 }
	END { exit bad || n < 3 }'
}

# without_module: vcpuinfo exits without pv_exits
without_module()
{
	local rc=0

	rmmod pv_exits || return
	[ "$(vcpuinfo exits 2>&1)" = "-
vcpuinfo: exits: /dev/pv_exits does not exist: modprobe pv_exits" ] || rc=1
	[ "$(vcpuinfo exits --interval 1 2>&1)" = \
		"vcpuinfo: exits: /dev/pv_exits does not exist: modprobe pv_exits" ] || rc=1
	insmod "/lib/modules/pv/pv_exits.ko" || rc=1
	return $rc
}

ktap_print_header
ktap_set_plan 9

before=$(hypercalls)
vcpuinfo latency --samples $CALLS --warmup 0 --call nop > /dev/null
after=$(hypercalls)
check_is "vcpuinfo exits prints no error" "$(cat $err)" ""
check "vcpuinfo exits counts hypercalls" [ $((after - before)) -ge $CALLS ]
check "vcpuinfo exits prints times and shares that agree" in_order
check_is "vcpuinfo exits --by vcpu has rows of each vCPU" \
	"$(column vcpu '--by=vcpu' | sort -un | wc -l)" "$(nproc)"

: > $out
vcpuinfo -J exits --watch=1 > $out 2> $err &
pid=$!
check "vcpuinfo exits --watch prints the first interval" soon has_lines 1
vcpuinfo latency --samples $CALLS --warmup 0 --call nop > /dev/null
check "vcpuinfo exits --watch prints the next intervals" soon has_lines 3
check "vcpuinfo exits --watch exits with success on SIGINT" interrupt $pid
check_is "vcpuinfo exits --watch prints rates of hypercalls" \
	"$(grep -cE "\"name\":\"($NAMES)\",\"count\":[1-9][0-9]*,\"rate_per_s\":[0-9.]+" $out | awk '{ print ($1 > 0) }')" 1
check "vcpuinfo exits names the command that loads the module" without_module

ktap_finished

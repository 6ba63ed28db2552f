#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
#
# vcpuinfo exits with recordings of /dev/pv_exits: the forms of the output, hosts that report
# invalid data, and --interval while a recording changes.

. ../lib.sh
. ../vcpuinfo/refuses.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}
TRIES=600

# Bars are ASCII.
export LC_ALL=C

tmp=$(mktemp -d) || exit 1
dir=$tmp/machine
mkdir -p "$dir/sys/firmware/devicetree/base/hypervisor"
echo linux,kvm > "$dir/sys/firmware/devicetree/base/hypervisor/compatible"
pids=
# shellcheck disable=SC2329 # called by trap
cleanup()
{
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill $pids 2> /dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT

# record: makes the recording of the lines on standard input
record()
{
	./recording > "$tmp/exits" && mv "$tmp/exits" "$dir/exits"
}

# shown WORD...: the output, and then the errors
shown()
{
	$VCPUINFO -s "$dir" exits "$@" 2> "$tmp/err" || echo "exit status $?"
	cat "$tmp/err"
}

# row NAME COLUMNS: of a reason
row()
{
	shown -p -o "name,$2" | sed -n "s/^$1,//p"
}

# flat FILE: members that are not null, one per line; the members of all objects are in $tmp/keys
flat()
{
	awk -v keys="$tmp/keys" -f ../vcpuinfo/flat.awk "$1"
}

# more_lines FILE NUMBER: FILE has more lines than NUMBER
more_lines()
{
	[ "$(wc -l < "$1")" -gt "$2" ]
}

# matches FILE TEXT: FILE contains TEXT
matches()
{
	grep -qF -e "$2" "$1"
}

# interrupt PID: sends SIGINT; the result is the exit status of the process
interrupt()
{
	kill -INT "$1"
	wait "$1"
}

# two_vcpus NOW COUNT [EPOCH]: a VM on SVM with COUNT hypercalls on vCPU 0, 1 GHz
two_vcpus()
{
	record <<-END
	info 1 2 1000000 ${3:-7} 0
	vcpu $1 40 3000000000 3 6000000
	stat 0x78 41 820000 40 410000
	stat 0x7b 300 16228200 300 9600000 14:10 15:200 16:85 18:5
	stat 0x81 $2 $(($2 * 15453)) 0 0
	stat 0x333 2 9000 0 0
	vcpu $1 10 8000000000 0 0
	stat 0x81 500 7726500 0 0
	stat 0x60 12 500000 0 0
	stat 0xffffffff 3 300 0 0
	END
}

ktap_print_header
ktap_set_plan 47

# Output
two_vcpus 9000000000 1000
check_is "vcpuinfo exits prints a table of all vCPUs, the longest time first" "$(shown)" \
"REASON NAME      COUNT   MEAN_NS P50_NS P99_NS USER_SHARE SHARE 
  0x81 hypercall  1500     15453  16383  16383      0.000 0.569 ######
  0x7b io          300     54094  32767 262143      0.592 0.398 ####
  0x78 hlt          41     20000  32767  32767      0.500 0.020 #
  0x60 interrupt    12     41666  65535  65535      0.000 0.012 #
 0x333 -             2      4500   8191   8191      0.000 0.000 #
     - other         3       100    127    127      0.000 0.000 
     - halted       50 220000000      -      -          -     - 
     - preempted     3   2000000      -      -          -     - "
check_is "vcpuinfo exits --by vcpu prints the rows of each vCPU" "$(shown --by vcpu)" \
"VCPU REASON NAME      COUNT   MEAN_NS P50_NS P99_NS USER_SHARE SHARE 
   0   0x7b io          300     54094  32767 262143      0.592 0.398 ####
   0   0x81 hypercall  1000     15453  16383  16383      0.000 0.379 ####
   0   0x78 hlt          41     20000  32767  32767      0.500 0.020 #
   0  0x333 -             2      4500   8191   8191      0.000 0.000 #
   0      - halted       40  75000000      -      -          -     - 
   0      - preempted     3   2000000      -      -          -     - 
   1   0x81 hypercall   500     15453  16383  16383      0.000 0.190 ##
   1   0x60 interrupt    12     41666  65535  65535      0.000 0.012 #
   1      - other         3       100    127    127      0.000 0.000 
   1      - halted       10 800000000      -      -          -     - "
check_is "vcpuinfo exits prints a bar for a selected share" \
	"$(LC_ALL=C.UTF-8 shown -o name,share | sed -n 2p)" "hypercall 0.569 █████▊"
check_is "vcpuinfo exits --parse prints all columns" "$(shown -p | sed -n '3p;5p;9p;10p')" \
"# VCPU,REASON,NAME,COUNT,RATE_PER_S,MEAN_NS,P50_NS,P99_NS,USER_SHARE,WALL_SHARE,SHARE
,0x7b,io,300,,54094,32767,262143,0.592,,0.398
,,other,3,,100,127,127,0.000,,0.000
,,halted,50,,220000000,,,,,"
check_is "vcpuinfo exits --histogram prints the histogram of a reason" \
	"$(shown --histogram | sed -n '/^io,/,/^$/p')" \
"io, in ns:
  FROM     TO COUNT     % DISTRIBUTION
  8192  16383    10  3.33 ##
 16384  32767   200 66.67 ########################################
 32768  65535    85 28.33 #################
 65536 131071     0  0.00 
131072 262143     5  1.67 #"
check_is "vcpuinfo exits --histogram --by vcpu names the vCPU" \
	"$(shown --histogram --by vcpu | grep 'in ns')" \
"io of vCPU 0, in ns:
hypercall of vCPU 0, in ns:
hlt of vCPU 0, in ns:
0x333 of vCPU 0, in ns:
hypercall of vCPU 1, in ns:
interrupt of vCPU 1, in ns:
other of vCPU 1, in ns:"
check_is "vcpuinfo exits prints no error" "$(cat "$tmp/err")" ""

# JSON
shown -J --by vcpu --histogram > "$tmp/json"
flat "$tmp/json" > "$tmp/flat"
check_is "vcpuinfo exits -J has all members in each object" "$(LC_ALL=C sort -u "$tmp/keys")" \
". exits notes
exits[] vcpu reason name count rate_per_s mean_ns p50_ns p99_ns user_share wall_share share histogram
exits[].histogram[] low_ns high_ns count"
check_is "vcpuinfo exits -J prints a row" "$(sed -n '/name="*io/p' "$tmp/flat" | tr -d '"')" \
	"exits[] vcpu=0 reason=123 name=io count=300 mean_ns=54094 p50_ns=32767 p99_ns=262143 user_share=0.592 share=0.398"
check_is "vcpuinfo exits -J prints a histogram" \
	"$(grep '^exits\[\].histogram\[\]' "$tmp/flat" | sed -n 1,3p)" \
"exits[].histogram[] low_ns=8192 high_ns=16383 count=10
exits[].histogram[] low_ns=16384 high_ns=32767 count=200
exits[].histogram[] low_ns=32768 high_ns=65535 count=85"

# Names
record << END
info 1 1 1000000 1 0
vcpu 1000 0 0 0 0
stat 18 1 9000 0 0
stat 999 1 1000 0 0
END
check_is "vcpuinfo exits names reasons of VMX" "$(shown -p -o reason,name | sed 1,3d)" \
"0x12,VMCALL
0x3e7,"
record << END
info 1 3 1000000 1 0
vcpu 1000 0 0 0 0
stat 0x16 1 9000 0 0
stat 0x100 1 8000 0 0
END
check_is "vcpuinfo exits names reasons of arm64" "$(shown -p -o reason,name | sed 1,3d)" \
"0x16,HVC64
0x100,IRQ"
record << END
info 1 9 1000000 1 0
vcpu 1000 0 0 0 0
stat 0x16 1 9000 0 0
END
check_is "vcpuinfo exits has no names for an unknown set of reasons" \
	"$(shown -p -o reason,name | sed 1,3d)" "0x16,"

# Clocks
record << END
info 1 2 62500 1 0
vcpu 1000 0 0 0 0
stat 0x81 3 100 0 0
END
check_is "vcpuinfo exits converts ticks of 16 ns" "$(row hypercall mean_ns,p50_ns)" "533,1008"
record << END
info 1 2 1 1 0
vcpu 1000 0 0 0 0
stat 0x81 1 18446744073709551615 0 0
END
check_is "vcpuinfo exits has no time that does not fit 64 bits" \
	"$(row hypercall count,mean_ns,p50_ns,share)" "1,,,1.000"

record << END
info 1 2 1000000 1 0
vcpu 1000 0 0 0 0
stat 0x81 5 1200 0 0 9:3 10:1
END
check_is "vcpuinfo exits has times of exits of which the host knows the time" \
	"$(row hypercall count,mean_ns,p50_ns,p99_ns)" "5,300,511,1023"

# Nothing to show
record << END
info 1 0 1000000 1 0
vcpu 1000 0 0 0 0
END
check_is "vcpuinfo exits prints that there are no exits" "$(shown)" "none"
record << END
info 0 2 1000000 1 0
vcpu 1000 0 0 0 0
stat 0x81 1 1000 0 0
END
check_is "vcpuinfo exits reports that the host counts nothing at present" \
	"$(shown -o name,count | tail -n 1)" "vcpuinfo: exits: the host counts no exits at present"

# A host that reports invalid data
record << END
info 1 2 1000000 1 4
vcpu 1000 0 0 0 0
stat 0x81 2 1000 0 1001
stat 0x78 2 1000 3 1000
stat 0x7b 2 1000 0 0 3:3
stat 0x60 2 1000 0 0 3:18446744073709551615 4:3
stat 0x65 2 1000 0 0 3:0
stat 0x400 2 1000 1 1000
END
check_is "vcpuinfo exits reports that data was invalid" \
	"$(shown > /dev/null; head -n 1 "$tmp/err")" \
	"vcpuinfo: exits: the module pv_exits found invalid data of the host 4 times"
check_is "vcpuinfo exits reports counters that contradict each other, once" \
	"$(tail -n +2 "$tmp/err")" \
	"vcpuinfo: exits: some counters of the host contradict each other"
for name in hypercall hlt io interrupt cr0_sel_write; do
	check_is "vcpuinfo exits has no numbers of $name, whose counters contradict each other" \
		"$(row $name count,mean_ns,p50_ns,user_share,share)" ",,,,"
done
check_is "vcpuinfo exits shows the other reasons of such a host" \
	"$(row npf count,mean_ns,p50_ns,user_share,share)" "2,500,511,1.000,1.000"
record << END
info 1 2 1000000 1 0
vcpu 1000 0 0 0 0
stat 0x81 18446744073709551615 18446744073709551615 0 0
vcpu 1000 18446744073709551615 18446744073709551615 0 0
stat 0x81 18446744073709551615 18446744073709551615 0 0
END
check_is "vcpuinfo exits limits sums to 64 bits" "$(row hypercall count)" 18446744073709551615

# Recordings that are not valid
bad="$dir/exits"
invalid="vcpuinfo: exits: /exits: not a recording of /dev/pv_exits"
not_valid()
{
	check_is "vcpuinfo exits rejects $1" "$(shown)" "-
$invalid"
}
: > "$bad"
not_valid "an empty recording"
two_vcpus 9000000000 1000
size=$(wc -c < "$bad")
head -c $((size - 1)) "$bad" > "$tmp/cut" && cp "$tmp/cut" "$bad"
not_valid "a recording that ends early"
two_vcpus 9000000000 1000
echo >> "$bad"
not_valid "a recording with more bytes than vCPUs"
printf 'info 1 2 0 1 0\n' | record
not_valid "a clock without a frequency"
printf 'info 1 2 1000 1 0\nvcpu 1 0 0 0 0\nsize vcpus 4294967295\n' | record
not_valid "more vCPUs than Linux has"
printf 'info 1 2 1000 1 0\nvcpu 1 0 0 0 0\nsize vcpus 2\n' | record
not_valid "a recording that lacks a vCPU"
printf 'info 1 2 1000 1 0\nvcpu 1 0 0 0 0\nstat 1 0 0 0 0\nsize stats 4294967295\n' | record
not_valid "more reasons than the device announces"
printf 'info 1 2 1000 1 0\nvcpu 1 0 0 0 0\nstat 1 0 0 0 0\nsize stat 8\n' | record
not_valid "counters that are too short"
printf 'info 1 2 1000 1 0\nvcpu 1 0 0 0 0\nsize read 5000\n' | record
not_valid "a structure that is longer than a page"
rm "$bad"
check_is "vcpuinfo exits reports a machine without a recording" "$(shown)" \
"-
vcpuinfo: exits: not recorded: record the machine as root while its host counts exits"
refuses "vcpuinfo exits --interval fails on a machine without a recording" \
	"exits: not recorded" -s "$dir" exits --interval 1
printf 'info 1 2 1000000 1 0\nvcpu 1 0 0 0 0\nstat 0x81 2 1000 0 0\nsize info 128\nsize read 200\nsize stat 400\n' | record
check_is "vcpuinfo exits reads structures of a newer kernel" "$(row hypercall count,mean_ns)" "2,500"

# --record
two_vcpus 9000000000 1000
cp "$dir/exits" "$tmp/before"
check "vcpuinfo --record copies a recording" "$VCPUINFO" -s "$dir" --record "$tmp/copy"
check "vcpuinfo --record changes nothing" cmp "$tmp/copy/exits" "$tmp/before"

# --interval
: > "$tmp/table"
: > "$tmp/lines"
$VCPUINFO -s "$dir" exits --interval 1 > "$tmp/table" 2>&1 &
table=$!
$VCPUINFO -J -s "$dir" exits --watch=1 --by vcpu > "$tmp/lines" 2>&1 &
lines=$!
pids="$table $lines"
check "vcpuinfo exits --interval prints an interval without exits" \
	soon matches "$tmp/table" "none"
soon more_lines "$tmp/lines" 0
# vCPUs ran for 2 s of their clock.  hypercall: 100 of 15453 ns.
two_vcpus 11000000000 1100
check "vcpuinfo exits --interval prints rates and the share of the interval" \
	soon matches "$tmp/table" \
	"  0x81 hypercall   100       50.0   15453  16383  16383      0.000      0.000 1.000 ##########"
check "vcpuinfo exits -J --interval prints a line for each interval" \
	soon matches "$tmp/lines" \
	'"vcpu":0,"reason":129,"name":"hypercall","count":100,"rate_per_s":50.0,"mean_ns":15453,"p50_ns":16383,"p99_ns":16383,"user_share":0.000,"wall_share":0.001,"share":1.000}'
# The host has been attached again.
two_vcpus 12000000000 10 8
check "vcpuinfo exits --interval reports that counters began at 0" \
	soon matches "$tmp/table" "the counters began at 0 in this interval, so rates are unknown"
# A counter decreases.
two_vcpus 13000000000 5 8
check "vcpuinfo exits --interval reports a counter that decreased" \
	soon matches "$tmp/table" "some counters of the host contradict each other"
interrupt "$table"
status=$?
interrupt "$lines"
check_is "vcpuinfo exits --interval exits with 0 on SIGINT" "$status $?" "0 0"

ktap_finished

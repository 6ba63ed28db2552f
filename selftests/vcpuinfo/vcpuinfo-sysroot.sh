#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
# needs: direct full
#
# vcpuinfo and its options on recorded machines.  The results do not depend on the machine that
# runs this, except for the section hypercalls: the calls of KVM depend on the architecture, and
# each architecture has one machine with a golden output of them.
#
# NAME.out has the facts of a machine, NAME.forms each form of the output, see forms().
#
# vcpuinfo-sysroot.sh --golden DIR writes the files to DIR that the tests compare with.

. ../lib.sh
. ./tree.sh
. ./refuses.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}
SECTIONS="summary hypervisor vcpus cpufreq latency"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# facts SYSROOT SECTION...: the facts of the document; adds its keys to $tmp/keys
facts()
{
	local root="$1"

	shift
	$VCPUINFO -J -s "$root" "$@" 2> "$tmp/err" | awk -v keys="$tmp/keys" -f flat.awk
}

# form WORD...: a command, its output, its errors and its exit status
form()
{
	local rc=0

	echo "\$ vcpuinfo $*"
	$VCPUINFO -s "$tmp/x86-kvm" "$@" 2>&1 || rc=$?
	[ $rc = 0 ] || echo "exit status $rc"
	echo
}

# forms: each form of the output of one machine
forms()
{
	form
	form --json
	form --brief
	form --quiet
	form hypervisor vcpus cpufreq latency
	form --raw hypervisor vcpus cpufreq
	form --noheadings hypervisor vcpus
	form --extended
	form --extended=cpu,online,poll_us
	form -e=policy,governor cpufreq
	form --extended hypervisor
	form --extended=hypervisor,steal_percent,online summary
	form --output vendor,source,signatures HYPERVISOR
	form --output vendor --noheadings hyperv
	form --output +clocksource vcpus
	form --output-all vcpus
	form --output vendor --json hypervisor
	form --output policy,cpus --json cpufreq
	form --output-all --raw cpufreq
	form --parse
	form --parse=cpu,steal_percent
	form -p=policy,shared_mem cpufreq
	form --parse --noheadings -o GOVERNOR,cpu,Cpu vcpus
	form --parse latency
	form --parse=vendor,features hypervisor
	form --list-columns cpufreq latency
	form --interval 1 --count 2 --output cpu,steal_percent
	form --interval 1 --count 1 --json --output cpu vcpus
	form --interval 1 --count 1 --parse=cpu
	form --help
}

# prints NAME TEXT OPTION...: vcpuinfo prints TEXT and nothing else
prints()
{
	local name="$1"

	printf '%s\n' "$2" > "$tmp/expected"
	shift 2
	$VCPUINFO "$@" > "$tmp/out" 2> "$tmp/err" || echo "exit status $?" >> "$tmp/out"
	same "$name" "$tmp/expected"
}

tree_unpack "$tmp" trees/*.tree

if [ "$1" = --golden ]; then
	for file in trees/*.tree; do
		name=${file##*/}
		name=${name%.tree}
		# shellcheck disable=SC2086
		facts "$tmp/$name" $SECTIONS > "$2/$name.out"
		[ ! -e "trees/$name-$(uname -m).out" ] ||
			facts "$tmp/$name" hypercalls > "$2/$name-$(uname -m).out"
	done
	LC_ALL=C sort -u "$tmp/keys" > "$2/keys"
	forms > "$2/x86-kvm.forms"
	exit
fi

case $(uname -m) in
aarch64)	native=arm64-kvm other=x86-kvm ;;
*)		native=x86-kvm other=arm64-kvm ;;
esac

ktap_print_header
ktap_set_plan 39

for file in trees/*.tree; do
	name=${file##*/}
	name=${name%.tree}
	# shellcheck disable=SC2086
	facts "$tmp/$name" $SECTIONS > "$tmp/out"
	same "vcpuinfo of $name matches its golden output" "${file%.tree}.out"

	expected=${file%.tree}-$(uname -m).out
	[ -e "$expected" ] || continue
	facts "$tmp/$name" hypercalls > "$tmp/out"
	same "the hypercalls of $name match their golden output" "$expected"
done

LC_ALL=C sort -u "$tmp/keys" > "$tmp/out"
same "every document of vcpuinfo has the keys of trees/keys" trees/keys

forms > "$tmp/out"
same "each form of the output of vcpuinfo matches its golden output" trees/x86-kvm.forms

x86=$tmp/x86-kvm
prints "vcpuinfo -p escapes commas in values" \
	"# The following is the parsable format, which can be fed to other
# programs. A value that is not known is empty.
# GOVERNOR
one\\x2ctwo three
" -p -o governor -s "$tmp/hostile"
prints "vcpuinfo -o prints a dash for an unknown value" "CPU CUR_KHZ VM_EXITS
  0       -        -
  1       -        -
  2       -        -
  3       -        -" -o cpu,cur_khz,vm_exits -s "$tmp/arm64-kvm"
prints "vcpuinfo -e cpufreq prints a dash if the machine has no cpufreq files" \
	"-" -s "$tmp/arm64-xen" -e cpufreq
mkdir -p "$tmp/idle/sys/devices/system/cpu/cpufreq"
cp -r "$tmp/arm64-xen/." "$tmp/idle"
prints "vcpuinfo -e cpufreq prints none if no cpufreq driver is bound" \
	"none" -s "$tmp/idle" -e cpufreq

# note_of WORD...: the notes on standard error
note_of()
{
	$VCPUINFO -s "$@" 2>&1 > "$tmp/out" | sed 's/^vcpuinfo: //'
}

check_is "vcpuinfo cpufreq notes that another driver has no counters" \
	"$(note_of "$tmp/arm64-kvm" cpufreq | grep -o 'cpufreq: .* this one is .*')" \
	"cpufreq: shared_mem, requests: known of the driver vcpufreq alone; this one is virtual-cpufreq"
cp -r "$tmp/$native" "$tmp/no-host"
rm "$tmp/no-host/sys/hypervisor/pv/host_features"
check_is "vcpuinfo prints no note about columns that are not selected" \
	"$(note_of "$x86" -o cpu,online,governor; note_of "$tmp/arm64-kvm" -p=policy,cpus cpufreq
		note_of "$tmp/no-host" -e=nr,name hypercalls; note_of "$tmp/arm64-xen" -o role hypervisor)" ""
check_is "vcpuinfo prints a note about a column that is selected" \
	"$(note_of "$x86" -o cpu,vm_exits)" \
	"vcpus: vm_exits, host_tid: not available, because --sysroot reads files only"
check_is "vcpuinfo --quiet prints no note" "$(note_of "$tmp/arm64-xen" --quiet)" ""
# as_user COMMAND...: without the rights of root
as_user()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# denied: notes and summary of a machine with a table that only root can read
denied()
{
	as_user "$VCPUINFO" -s "$tmp/denied" hypervisor 2>&1 > "$tmp/out" | grep -q \
		"signatures: tables of the firmware can only be read by root: run as root" &&
		as_user "$VCPUINFO" -s "$tmp/denied" > "$tmp/out" 2>&1
	[ $? = 2 ] && grep -q "^Missing: *ids in tables of the firmware: sudo vcpuinfo$" "$tmp/out"
}

mkdir -p "$tmp/denied/sys/firmware/acpi/tables"
: > "$tmp/denied/sys/firmware/acpi/tables/FACP"
chmod 755 "$tmp"
chmod 0 "$tmp/denied/sys/firmware/acpi/tables/FACP"
DENIED='vcpuinfo reports tables of the firmware that it may not read'
# Of machines, the build machine has users.
if [ -n "${PV_INCLUDE:-}" ]; then
	check_with setpriv "$DENIED" denied
else
	ktap_test_skip "$DENIED: this machine has no users"
fi

check_is "hypercalls of another architecture are not known" \
	"$(note_of "$tmp/$other" hypercalls; cat "$tmp/out")" \
	"hypercalls: not known: the recorded machine has another or an unknown architecture
-"

check_is "vcpuinfo accepts options after sections with POSIXLY_CORRECT" \
	"$(POSIXLY_CORRECT=1 $VCPUINFO -s "$x86" vcpus -p -n -o cpu | tr '\n' ' ')" "0 1 "

titles()
{
	$VCPUINFO "$@" -s "$x86" 2> "$tmp/err" | grep -E '^[A-Z]+$' | tr '\n' ' '
}

check_is "vcpuinfo without a section prints no title" "$(titles)" ""
check_is "vcpuinfo with a section prints no title" "$(titles hypervisor)" ""
check_is "vcpuinfo --all prints all sections but exits" "$(titles --all)" \
	"HYPERVISOR HYPERCALLS VCPUS CPUFREQ LATENCY "
check_is "vcpuinfo --all prints titles together with a section" "$(titles --all vcpus)" \
	"HYPERVISOR HYPERCALLS VCPUS CPUFREQ LATENCY "

# features COLUMNS: prints the lines of the features on a terminal of this width
features()
{
	script -qec "stty cols $1; $VCPUINFO -s $tmp/kvm-many hypervisor" /dev/null < /dev/null |
		tr -d '\r' | grep feature_
}

# longest COLUMNS: prints the length of the longest of these lines
longest()
{
	features "$1" | awk '{ if (length > max) max = length } END { print max }'
}

# aligned COLUMNS: prints the number of whole words in these lines, and of columns in which the
# first words of the lines begin
aligned()
{
	features "$1" | awk '
	{
		for (i = 1; i <= NF; i++)
			whole += $i ~ /^feature_[0-9]+,?$/
		column = index($0, "feature_")
		if (!seen[column]++)
			columns++
	}
	END { print whole, columns }'
}

mkdir -p "$tmp/kvm-many/sys/hypervisor/pv"
cp -r "$x86/." "$tmp/kvm-many"
i=0
while [ $i -lt 40 ]; do
	echo "feature_$i"
	i=$((i + 1))
done > "$tmp/kvm-many/sys/hypervisor/pv/features"
check_is "vcpuinfo prints a list in one line if the output is no terminal" \
	"$($VCPUINFO -s "$tmp/kvm-many" hypervisor 2> /dev/null | grep '^features:' | wc -w)" 41
if command -v script > /dev/null; then
	for columns in 50 120; do
		check "vcpuinfo breaks a list at the width of a terminal of $columns columns" \
			[ "$(longest $columns)" -gt $((columns - 12)) -a \
			  "$(longest $columns)" -le $columns ]
	done
	check_is "vcpuinfo breaks a list between words and aligns its lines" "$(aligned 50)" "40 1"
else
	ktap_test_skip "vcpuinfo breaks a list at 50 columns: script is not installed"
	ktap_test_skip "vcpuinfo breaks a list at 120 columns: script is not installed"
	ktap_test_skip "vcpuinfo breaks a list between words: script is not installed"
fi

refuses "vcpuinfo rejects an unknown section" \
	"unknown or ambiguous section: cpus; sections: summary hypervisor" cpus
refuses "vcpuinfo -o rejects an unknown column" \
	"unknown column: tid; columns of vcpus: cpu online" -o cpu,tid
refuses "vcpuinfo -o rejects an empty column" "unknown column: (empty)" -o cpu,,online
refuses "vcpuinfo -o rejects an empty list of columns" "unknown column: (empty)" -o ""
refuses "vcpuinfo -o rejects a column of another section" \
	"columns of latency: call cpu samples" -o online latency
refuses "vcpuinfo -p rejects two sections" "apply to one section" -p vcpus hypercalls
refuses "vcpuinfo -o rejects --all" "apply to one section" -a -o cpu
refuses "vcpuinfo rejects -J together with -p" "mutually exclusive arguments: --json --parse" -J -p
refuses "vcpuinfo -s rejects a directory that does not exist" \
	"No such file or directory" -s "$tmp/none"
mkdir "$tmp/empty"
refuses "vcpuinfo -s rejects a directory without a recorded machine" \
	"$tmp/empty: not a recorded machine: it has no file that vcpuinfo reads" -s "$tmp/empty"
refuses "vcpuinfo -s rejects a packed machine" \
	"not a directory with a recorded machine, see --record" -s trees/x86-kvm.tree
refuses "vcpuinfo rejects an unknown option" "Try 'vcpuinfo --help'" --bogus

ktap_finished

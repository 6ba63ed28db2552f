#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091
# needs: native unit
# needs: direct full
#
# vcpuinfo --record on the machine that runs this test, and its errors.

. ../lib.sh

VCPUINFO=${VCPUINFO:-vcpuinfo}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
machine=$tmp/machine

# fails TEXT WORD...: vcpuinfo ends with status 3, and its only message contains TEXT
fails()
{
	local text="$1" rc=0

	shift
	$VCPUINFO "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ $rc = 3 ] && [ ! -s "$tmp/out" ] && grep -qF -e "$text" "$tmp/err" && return
	ktap_print_msg "exit status $rc"
	sed 's/^/# /' "$tmp/out" "$tmp/err"
	return 1
}

# facts SECTION [OPTION...]: the document and the exit status
facts()
{
	local rc=0

	$VCPUINFO -J "$@" 2>&1 || rc=$?
	echo "exit status $rc"
}

# equals A B: both commands print the same, which is not an error alone
equals()
{
	$1 > "$tmp/a"
	$2 > "$tmp/b"
	diff "$tmp/a" "$tmp/b" > "$tmp/diff" && [ "$(wc -l < "$tmp/a")" -gt 2 ] && return
	sed 's/^/# /' "$tmp/diff"
	return 1
}

record()
{
	$VCPUINFO --record "$machine" > "$tmp/out" 2> "$tmp/err" || return
	# Without root, some files cannot be read.
	[ ! -s "$tmp/out" ] && ! grep -v "not recorded, see $machine/NOTES" "$tmp/err"
}

noted()
{
	grep -q '^Recorded by vcpuinfo from pvguest' "$machine/NOTES"
}

# Frequencies change, and ioctls exist on a running machine only.
cpus()
{
	$VCPUINFO -p -o cpu,online,min_khz,max_khz,governor "$@" 2> /dev/null
}

# A machine of another architecture has no CPUID.
allowed_cpus()
{
	[ "$(uname -m)" = x86_64 ] || { echo 0; return; }
	nproc
}

recorded_cpus()
{
	[ -f "$machine/cpuid" ] || { echo 0; return; }
	grep -c '^CPU [0-9]*:$' "$machine/cpuid" || true
}

# The first CPU of a dump: --sysroot reads no other.
first_cpu()
{
	awk '/^CPU/ && cpus++ { exit } { print }' "$1"
}

# files DIR: the files of a recorded machine that are the same in each recording
files()
{
	(
		cd "$1" || exit
		find . -type f ! -name NOTES ! -name cpuid ! -name scaling_cur_freq ! -name stat \
			! -name time ! -name usage | sort |
			while read -r file; do
				echo "$file"
				cat "$file"
			done
	)
}

# A recording of the recording differs by nothing but the other CPUs.
again()
{
	$VCPUINFO -s "$machine" --record "$tmp/again" || return
	equals "files $machine" "files $tmp/again" || return
	[ ! -e "$machine/cpuid" ] ||
		[ "$(first_cpu "$machine/cpuid")" = "$(cat "$tmp/again/cpuid")" ]
}

macs()
{
	cat /sys/class/net/*/address 2> /dev/null | grep '[1-9a-f]' | sed 'p;s/://g'
}

serials()
{
	cat /sys/class/dmi/id/*_serial /sys/class/dmi/id/product_uuid \
		/sys/firmware/devicetree/base/serial-number 2> /dev/null |
		tr '\000' '\n' | grep '[0-9].......'
}

private()
{
	{ macs; serials; } > "$tmp/private"
	[ -e "$machine/NOTES" ] || return
	[ ! -s "$tmp/private" ] || ! grep -rqiwF -f "$tmp/private" "$machine"
}

untouched()
{
	mkdir "$tmp/full" && echo mine > "$tmp/full/file" || return
	fails "$tmp/full: not empty: give a directory" --record "$tmp/full" || return
	[ "$(ls -A "$tmp/full")" = file ] && [ "$(cat "$tmp/full/file")" = mine ]
}

empty()
{
	mkdir "$tmp/empty" && $VCPUINFO --record "$tmp/empty/" 2> "$tmp/err" &&
		equals "files $machine" "files $tmp/empty"
}

# A file for which the disk has no space: /proc/cpuinfo with a short limit of the size
write_fails()
{
	(
		trap '' XFSZ
		ulimit -f 1
		$VCPUINFO -s "$tmp/large" --record "$1" 2>&1
		echo "exit status $?"
	) | cat > "$tmp/out"
	grep -q "^vcpuinfo: $1/*/proc/cpuinfo: File too large\$" "$tmp/out" &&
		grep -q '^exit status 3$' "$tmp/out"
}

partial_new()
{
	write_fails "$tmp/partial" && [ ! -e "$tmp/partial" ]
}

partial_empty()
{
	mkdir "$tmp/kept" && write_fails "$tmp/kept" && [ -z "$(ls -A "$tmp/kept")" ]
}

# A directory in place of a file cannot be read, by root neither.
unreadable()
{
	mkdir -p "$tmp/odd/sys/hypervisor/type" "$tmp/odd/sys/hypervisor/properties"
	echo 0000000f > "$tmp/odd/sys/hypervisor/properties/features"
	$VCPUINFO -s "$tmp/odd" --record "$tmp/odd-out" 2> "$tmp/err" || return
	grep -q "1 file not recorded, see $tmp/odd-out/NOTES" "$tmp/err" &&
		grep -q '^/sys/hypervisor/type: not recorded: ' "$tmp/odd-out/NOTES" &&
		[ "$(cat "$tmp/odd-out/sys/hypervisor/properties/features")" = 0000000f ]
}

bad_dump()
{
	mkdir -p "$tmp/bad/sys/hypervisor"
	echo xen > "$tmp/bad/sys/hypervisor/type"
	printf 'CPU 0:\n0x00000001 0x00: eax=\n' > "$tmp/bad/cpuid"
	fails "$tmp/bad/cpuid: line 2: " -s "$tmp/bad" --record "$tmp/bad-out" &&
		[ ! -e "$tmp/bad-out" ]
}

mkdir -p "$tmp/large/proc"
awk 'BEGIN { for (i = 0; i < 500; i++) print "processor\t: " i }' > "$tmp/large/proc/cpuinfo"

ktap_print_header
ktap_set_plan 23

check "--record records this machine without a message" record
check "--record writes NOTES with the version" noted
check "a recorded machine has the same facts in section hypervisor" \
	equals "facts hypervisor" "facts -s $machine hypervisor"
check "a recorded machine has the same facts in section cpufreq" \
	equals "facts cpufreq" "facts -s $machine cpufreq"
check "a recorded machine has the same facts in section vcpus" \
	equals cpus "cpus -s $machine"
check_is "--record records CPUID of every CPU" "$(recorded_cpus)" "$(allowed_cpus)"
check "a recording of a recorded machine is the same" again
check "a recorded machine has no MAC address or serial number of this machine" private
check "--record accepts an empty directory" empty
check "--record rejects a directory that is not empty" untouched
check "--record rejects a missing directory name" fails "requires an argument" --record
check "--record rejects an empty directory name" fails "give a directory" --record ""
check "--record rejects a section" \
	fails 'unexpected argument "hypervisor"' --record "$tmp/new" hypervisor
check "--record rejects --json" fails "--sysroot is the only other option" -J --record "$tmp/new"
check "--record rejects --interval" \
	fails "--sysroot is the only other option" --interval 1 --record "$tmp/new"
check "--record reports a directory that cannot be made" \
	fails "/sys/kernel/pvguest: cannot make the directory" --record /sys/kernel/pvguest
check "--record reports a parent directory that does not exist" \
	fails "$tmp/none/new: cannot make the directory: No such file" --record "$tmp/none/new"
check "--record reports a file in place of the directory" \
	fails "$tmp/out: Not a directory" --record "$tmp/out"
check "--record reports a sysroot that does not exist" \
	fails "$tmp/none: No such file" -s "$tmp/none" --record "$tmp/new"
check "--record removes a new directory if a file cannot be written" partial_new
check "--record empties a directory if a file cannot be written" partial_empty
check "--record lists a file that cannot be read in NOTES" unreadable
check "--record rejects a recorded machine with an invalid dump of CPUID" bad_dump

ktap_finished

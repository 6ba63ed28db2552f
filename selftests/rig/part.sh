# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Parts that a machine may be given on top of its image, for the one run that wants them:
# programs of Debian's packages with the libraries that they load, and plain files.
#
#   peers      other detectors, to be asked on the machine that we are asked on
#   kselftest  the cpufreq suite of the kernel's source, the shell that it wants, cpupower
#   tracers    perf and bpftrace

# virt-what is a script. Its shell and tools are busybox', as are those of the suite
# but bash; its helpers are below.
declare -A PART_PACKAGES=(
	[peers]='systemd util-linux virt-what dmidecode'
	[kselftest]='bash linux-cpupower util-linux'
	[tracers]='linux-perf bpftrace'
)
declare -A PART_PROGRAMS=(
	[peers]='usr/bin/systemd-detect-virt usr/bin/lscpu usr/sbin/dmidecode
		usr/libexec/virt-what-cpuid-helper'
	[kselftest]='bin/bash usr/bin/cpupower usr/sbin/rtcwake'
	[tracers]='usr/bin/perf usr/bin/bpftrace'
)
declare -A PART_SCRIPTS=(
	[peers]='usr/sbin/virt-what'
	[kselftest]=''
	[tracers]=''
)
# Folders of the kernel's selftests, as TREE_SOURCE has them
declare -A PART_SUITES=(
	[peers]=''
	[kselftest]='cpufreq kselftest'
	[tracers]=''
)

part_tree_fill()
{
	local debs

	# shellcheck disable=SC2086
	debs=$(fetch_closure "$(fetch_name "${DEB_ARCH[$1]}")" ${PART_PACKAGES[$2]}) || exit
	tree_extract "$3" "$debs"
}

# part_tree ARCH PART: makes $BUILD/PART/ARCH
part_tree()
{
	[ -d "$BUILD/$2/$1" ] && return
	need_room "$BUILD" 400
	say "preparing $2 for $1"
	build_dir "$BUILD/$2/$1" part_tree_fill "$1" "$2"
}

part_image_fill()
{
	local arch=$1 part=$2 out=$3 dir=$3/tree root=$BUILD/$2/$1 file

	# shellcheck disable=SC2086
	image_programs "$root" "${GNU_TRIPLET[$arch]}" "$dir" ${PART_PROGRAMS[$part]}
	for file in ${PART_SCRIPTS[$part]}; do
		mkdir -p "$dir/${file%/*}"
		cp -L "$root/$file" "$dir/$file"
	done
	for file in ${PART_SUITES[$part]}; do
		mkdir -p "$dir/kselftest"
		cp -r "$BUILD/source/tools/testing/selftests/$file" "$dir/kselftest/"
	done
	image_cpio "$dir" "$out/part.cpio"
	rm -rf "$dir"
}

part_file()
{
	printf '%s\n' "$BUILD/image/$2-$1/part.cpio"
}

# part_image ARCH PART: makes that file
part_image()
{
	part_tree "$1" "$2"
	build_dir "$BUILD/image/$2-$1" part_image_fill "$1" "$2"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Optional parts of a machine's image: programs of Debian packages with the libraries that they
# load, and plain files.  'rig boot' adds a part to the image of one run.
#
#   peers      other detectors, to compare their results with those of vcpuinfo
#   lscpu      lscpu alone
#   kselftest  the cpufreq suite of the kernel's source, the shell that it requires, cpupower
#   tracers    perf, bpftrace and trace-cmd
#   tracers-trixie  the same programs of Debian 13, in /trixie
#   perf       perf, for L1
#   kexec      kexec
#   systemd    systemd without units, for L1
#   libvirt    libvirtd with its driver for QEMU, and virsh, for L1

# libvirtd asks QEMU about TCG as well, which is a module of QEMU.
#
# virt-what is a script; PART_PROGRAMS has its helpers.  busybox is its shell and has its other
# tools.  The suite uses bash and the tools of busybox.
declare -A PART_PACKAGES=(
	[peers]='systemd util-linux virt-what dmidecode'
	[lscpu]='util-linux'
	[kselftest]='bash linux-cpupower util-linux'
	[tracers]='linux-perf bpftrace trace-cmd'
	[tracers-trixie]='linux-perf bpftrace trace-cmd'
	[perf]='linux-perf'
	[kexec]='kexec-tools'
	[systemd]='systemd'
	[libvirt]='libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86'
)
declare -A PART_PROGRAMS=(
	[peers]='usr/bin/systemd-detect-virt usr/bin/lscpu usr/sbin/dmidecode
		usr/libexec/virt-what-cpuid-helper'
	[lscpu]='usr/bin/lscpu'
	[kselftest]='bin/bash usr/bin/cpupower usr/sbin/rtcwake'
	[tracers]='usr/bin/perf usr/bin/bpftrace usr/bin/trace-cmd'
	[tracers-trixie]='usr/bin/perf usr/bin/bpftrace usr/bin/trace-cmd'
	[perf]='usr/bin/perf'
	[kexec]='sbin/kexec'
	[systemd]='lib/systemd/systemd bin/systemctl bin/systemd-escape'
	[libvirt]='usr/sbin/libvirtd usr/bin/virsh usr/lib/libvirt/libvirt_iohelper
		usr/lib/TRIPLET/libvirt/connection-driver/libvirt_driver_qemu.so
		usr/lib/TRIPLET/qemu/accel-tcg-x86_64.so'
)
declare -A PART_SCRIPTS=( [peers]='usr/sbin/virt-what' )
# Folders of data
declare -A PART_DATA=( [libvirt]='usr/share/libvirt' )
# Folders of tools/testing/selftests in the kernel's source
declare -A PART_SUITES=( [kselftest]='cpufreq kselftest' )

# Parts of another release than that of the machines.  Their programs need the C library of the
# release, so they are in a folder with its name, with their libraries and a link to their loader.
declare -A PART_SUITE=( [tracers-trixie]=trixie )

# part_tree_fill ARCH PART DIR
part_tree_fill()
{
	local debs

	# shellcheck disable=SC2086
	debs=$(fetch_closure "$(fetch_name "${DEB_ARCH[$1]}" "${PART_SUITE[$2]-}")" \
		${PART_PACKAGES[$2]}) || exit
	tree_extract "$3" "$debs"
}

# part_tree ARCH PART: extract the packages of a part to $BUILD/PART/ARCH
part_tree()
{
	[ -d "$BUILD/$2/$1" ] && return
	need_room "$BUILD" 400
	say "preparing $2 for $1"
	build_dir "$BUILD/$2/$1" part_tree_fill "$1" "$2"
}

# part_image_fill ARCH PART DIR: make DIR/part.cpio
part_image_fill()
{
	local arch=$1 part=$2 out=$3 dir=$3/tree root=$BUILD/$2/$1 file
	local suite=${PART_SUITE[$2]-} triplet=${GNU_TRIPLET[$1]}

	# shellcheck disable=SC2086
	image_programs "$root" "$triplet" "$dir/$suite" ${PART_PROGRAMS[$part]//TRIPLET/$triplet}
	[ -z "$suite" ] || image_loader_link "$dir/$suite"
	for file in ${PART_SCRIPTS[$part]-}; do
		mkdir -p "$dir/${file%/*}"
		cp -L "$root/$file" "$dir/$file"
	done
	for file in ${PART_DATA[$part]-}; do
		mkdir -p "$dir/${file%/*}"
		cp -r "$root/$file" "$dir/$file"
	done
	for file in ${PART_SUITES[$part]-}; do
		mkdir -p "$dir/kselftest"
		cp -r "$BUILD/source/tools/testing/selftests/$file" "$dir/kselftest/"
	done
	image_cpio "$dir" "$out/part.cpio"
	rm -rf "$dir"
}

# part_file ARCH PART: print the path of the image of a part
part_file()
{
	printf '%s\n' "$BUILD/image/$2-$1/part.cpio"
}

# part_image ARCH PART: make the image of a part
part_image()
{
	part_tree "$1" "$2"
	build_dir "$BUILD/image/$2-$1" part_image_fill "$1" "$2"
}

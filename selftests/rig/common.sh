# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Definitions that all scripts of the rig share: paths, architectures, errors.

RIG=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$RIG/../.." && pwd)
BUILD=${BUILD:-$TOP/build}
CACHE=${PVGUEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pvguest}

# The Debian release of the machines under test, whatever the build machine runs
DEB_SUITE=bookworm

# Debian's kernels, and the suites that package them.  5.10 is for guests only.  newest is the
# newest kernel of its suite on the day.
declare -A KERNEL_SUITE=(	[5.10]=bullseye		[6.1]=bookworm
				[6.12]=bookworm		[newest]=trixie-backports )
# Suites whose headers modules are built for.  The rig does not boot these kernels.
declare -A HEADERS_SUITE=(	[trixie]=trixie		[sid]=sid )
# Flavours of all these kernels.  A suffix of the kernel selects one: 6.12-cloud, newest-rt.
FLAVOURS='cloud rt'
# Suites with the compiler of a kernel, where the build machine may lack it: the kernel's options
# need that compiler, and the programs of its kbuild package need the libc of the suite.
declare -A COMPILER_SUITE=(	[5.10]=bullseye		[newest]=trixie
				[trixie]=trixie		[sid]=sid )
# The version of gcc that the headers of these suites name
declare -A COMPILER_GCC=(	[bullseye]=10		[trixie]=14		[sid]=16 )

# Debian's name of an architecture, the GNU triplet, and the QEMU binary and package
declare -A DEB_ARCH=(	[x86_64]=amd64			[arm64]=arm64 )
declare -A GNU_TRIPLET=(	[x86_64]=x86_64-linux-gnu	[arm64]=aarch64-linux-gnu )
declare -A QEMU=(	[x86_64]=qemu-system-x86_64	[arm64]=qemu-system-aarch64 )
declare -A QEMU_DEB=(	[x86_64]=qemu-system-x86	[arm64]=qemu-system-arm )

# UEFI for guests on arm64: its package, and its path on L1
EFI_DEB=qemu-efi-aarch64
EFI=usr/share/qemu-efi-aarch64/QEMU_EFI.fd

say()
{
	printf 'rig: %s\n' "$*" >&2
}

die()
{
	printf 'rig: error: %s\n' "$*" >&2
	exit 1
}

need_tool()
{
	local tool

	for tool; do
		command -v "$tool" >/dev/null && continue
		command -v dpkg-query >/dev/null ||
			die "$tool is missing: the rig runs on Debian 12 and 13, other systems can run 'make'"
		die "$tool is missing: run 'make packages'"
	done
}

need_arch()
{
	[ -n "${DEB_ARCH[$1]:-}" ] || die "unknown architecture '$1': choose x86_64 or arm64"
}

# Kernels that kernel.sh builds: all fragments except those of an architecture
kernels_of_ours()
{
	local file name

	for file in "$RIG"/kernel/*.config; do
		name=${file##*/}
		name=${name%.config}
		[ "$name" = base ] || [ -n "${DEB_ARCH[$name]:-}" ] || echo "$name"
	done
}

# kernel_is_ours KERNEL: whether the rig builds it
kernel_is_ours()
{
	kernels_of_ours | grep -xF "$1" > /dev/null
}

# kernel_base KERNEL: a kernel without its flavour
kernel_base()
{
	echo "${1%%-*}"
}

# kernel_flavour KERNEL: its flavour, empty for the generic one
kernel_flavour()
{
	case $1 in
	*-*)	echo "${1#*-}" ;;
	esac
}

# kernel_suite KERNEL: the suite that packages a kernel, empty if the rig builds it
kernel_suite()
{
	local base

	base=$(kernel_base "$1")
	echo "${KERNEL_SUITE[$base]:-${HEADERS_SUITE[$base]:-}}"
}

# kernel_compiler KERNEL: the suite with the compiler of a kernel, empty if it is that of the
# build machine
kernel_compiler()
{
	echo "${COMPILER_SUITE[$(kernel_base "$1")]:-}"
}

# with_flavours KERNEL...: these kernels and their flavours, the oldest first
with_flavours()
{
	local kernel flavour

	for kernel; do
		echo "$kernel"
		for flavour in $FLAVOURS; do
			echo "$kernel-$flavour"
		done
	done | sort -V
}

# kernels: Debian's kernels that the rig boots
kernels()
{
	with_flavours "${!KERNEL_SUITE[@]}"
}

# kernels_of_headers: kernels that modules are only built for
kernels_of_headers()
{
	with_flavours "${!HEADERS_SUITE[@]}"
}

# among NAME < LIST: whether a list has a line
among()
{
	grep -xF -e "$1" > /dev/null
}

need_kernel()
{
	! { kernels; kernels_of_headers; } | among "$1" || return 0
	kernel_is_ours "$1" ||
		die "unknown kernel '$1': choose one of Debian's ($(kernels | xargs)) or one that the rig builds: $(kernels_of_ours | xargs)"
}

# need_image KERNEL: an error for a kernel of which the rig has the headers only
need_image()
{
	! kernels_of_headers | among "$1" ||
		die "the rig does not boot '$1', it only builds modules for its headers: choose one of $(kernels | xargs)"
}

# host_kernel ARCH KERNEL: the kernel of the host of a guest with this kernel.  Another one if the
# host modules do not support it, or if KVM does not run: on PREEMPT_RT, KVM of x86 requires a
# constant TSC, which TCG lacks.  The cloud flavour of arm64 has no cpufreq.
host_kernel()
{
	case $1-$2 in
	*-5.10)		echo 6.12 ;;
	x86_64-*-rt|arm64-*-cloud)
			kernel_base "$2" ;;
	*)		echo "$2" ;;
	esac
}

# baseline ARCH KERNEL: the file with the instruction counts of earlier runs.  newest is another
# kernel on another day, so its baseline has the name of the release.
baseline()
{
	local kernel=$2

	if [ "$kernel" = newest ]; then
		kernel=$(cat "$BUILD/kernel/$1-newest/release")
		kernel=${kernel%-*}
	fi
	echo "$TOP/selftests/bench/baseline/$1-$kernel.json"
}

# Checks the free space before the work: on a full disk each tool reports its own error, or
# leaves a truncated file.
need_room()
{
	local dir=$1 mib=$2 free

	mkdir -p "$dir" || die "cannot make $dir"
	free=$(df -Pm "$dir" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$mib" ] ||
		die "$dir has $free MiB free, $mib MiB are required: free some space, or set BUILD or XDG_CACHE_HOME to another file system"
}

# locked FILE COMMAND...: run a command while holding a lock
locked()
{
	local file=$1

	shift
	mkdir -p "${file%/*}"
	(
		flock 9
		"$@"
	) 9> "$file"
}

# build_dir DIR COMMAND...: fill a folder in one step.  The command gets the name of a
# temporary folder; a folder with the final name is complete.
build_dir()
{
	[ -d "$1" ] || locked "$1.lock" build_dir_locked "$@"
}

build_dir_locked()
{
	local dir=$1

	shift
	[ ! -d "$dir" ] || return 0
	rm -rf "$dir.part"
	mkdir -p "$dir.part"
	"$@" "$dir.part"
	mv "$dir.part" "$dir"
}

# built ARCH KERNEL: build programs and modules
built()
{
	"$RIG/rig" prepare --arch "$1" --kernel "$2"
	make -s --no-print-directory -j "$(nproc)" -C "$TOP" modules tools ARCH="$1" KERNEL="$2"
}

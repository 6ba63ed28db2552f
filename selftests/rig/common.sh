# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every part of the rig agrees on: places, architectures, how to fail.

RIG=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$RIG/../.." && pwd)
BUILD=${BUILD:-$TOP/build}
CACHE=${PVGUEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pvguest}

# Debian's name of an architecture, the GNU triplet, and the QEMU binary and package
declare -A DEB_ARCH=(	[x86_64]=amd64			[arm64]=arm64 )
declare -A GNU_TRIPLET=(	[x86_64]=x86_64-linux-gnu	[arm64]=aarch64-linux-gnu )
declare -A QEMU=(	[x86_64]=qemu-system-x86_64	[arm64]=qemu-system-aarch64 )
declare -A QEMU_DEB=(	[x86_64]=qemu-system-x86	[arm64]=qemu-system-arm )

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
		command -v "$tool" >/dev/null ||
			die "$tool is missing; 'make packages' installs what is needed"
	done
}

need_arch()
{
	[ -n "${DEB_ARCH[$1]:-}" ] || die "architecture '$1': choose x86_64 or arm64"
}

# Kernels that kernel.sh builds: fragments that are of no architecture
kernels_of_ours()
{
	local file name

	for file in "$RIG"/kernel/*.config; do
		name=${file##*/}
		name=${name%.config}
		[ "$name" = base ] || [ -n "${DEB_ARCH[$name]:-}" ] || echo "$name"
	done
}

need_kernel()
{
	case $1 in
	6.1|6.12) return 0 ;;
	esac
	kernels_of_ours | grep -xF "$1" > /dev/null ||
		die "kernel '$1': choose 6.1, 6.12 or one that is built: $(kernels_of_ours | xargs)"
}

# Room is checked before the work, since tools that meet a full disk each say so in
# their own way, or leave a short file behind.
need_room()
{
	local dir=$1 mib=$2 free

	mkdir -p "$dir" || die "cannot make $dir"
	free=$(df -Pm "$dir" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$mib" ] ||
		die "$dir has $free MiB free and $mib are needed: make room, or point BUILD or XDG_CACHE_HOME elsewhere"
}

# boot_judged NAME OPTION...: of 'rig boot', for who judges it by its status.
# Emulated machines were seen to stand still, very rarely, before the guest
# had run its first program.  What says nothing until its time-out is booted once more,
# and its state is kept; what stands still twice has failed.
boot_judged()
{
	local name=$1 status=0

	shift
	"$RIG/rig" boot --name "$name" --quiet "$@" || status=$?
	[ $status = 3 ] || return $status
	rm -rf "$BUILD/rig/$name-stood-still"
	mv "$BUILD/rig/$name" "$BUILD/rig/$name-stood-still"
	say "$name: booting once more; what it was at is in $BUILD/rig/$name-stood-still"
	"$RIG/rig" boot --name "$name" --quiet "$@"
}

# Makes a folder in one step: what stands under its own name is complete.
build_dir()
{
	local dir=$1

	shift
	[ -d "$dir" ] && return
	rm -rf "$dir.part"
	mkdir -p "$dir.part"
	"$@" "$dir.part"
	mv "$dir.part" "$dir"
}

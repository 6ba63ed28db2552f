# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Other detectors, to be asked on the machine that we are asked on: Debian's own, with the
# libraries that they load, as one more part of an image.

PEERS_PACKAGES='systemd util-linux virt-what dmidecode'

# virt-what is a script. Its shell and tools are busybox', its helpers are below.
PEERS_PROGRAMS='usr/bin/systemd-detect-virt usr/bin/lscpu usr/sbin/dmidecode
	usr/libexec/virt-what-cpuid-helper'
PEERS_SCRIPTS='usr/sbin/virt-what'

peers_tree_fill()
{
	local debs

	# shellcheck disable=SC2086
	debs=$(fetch_closure "${DEB_ARCH[$1]}" $PEERS_PACKAGES) || exit
	tree_extract "$2" "$debs"
}

peers_tree()
{
	[ -d "$BUILD/peers/$1" ] && return
	need_room "$BUILD" 400
	say "preparing other detectors for $1"
	build_dir "$BUILD/peers/$1" peers_tree_fill "$1"
}

peers_image_fill()
{
	local arch=$1 out=$2 dir=$2/tree root=$BUILD/peers/$1 script

	# shellcheck disable=SC2086
	image_programs "$root" "${GNU_TRIPLET[$arch]}" "$dir" $PEERS_PROGRAMS
	for script in $PEERS_SCRIPTS; do
		mkdir -p "$dir/${script%/*}"
		cp -L "$root/$script" "$dir/$script"
	done
	image_cpio "$dir" "$out/peers.cpio"
	rm -rf "$dir"
}

# peers_image ARCH: makes $BUILD/image/peers-ARCH/peers.cpio
peers_image()
{
	peers_tree "$1"
	build_dir "$BUILD/image/peers-$1" peers_image_fill "$1"
}

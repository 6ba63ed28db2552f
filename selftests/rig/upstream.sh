# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the kernel's own driver of the device, CONFIG_CPUFREQ_VIRT, which Debian's kernels do not
# have: drivers/cpufreq/virtual-cpufreq.c of Debian's source of the same version, unmodified.

UPSTREAM=virtual-cpufreq

# upstream_source KERNEL RELEASE FILE: extract the driver from linux-source
upstream_source()
{
	local version name deb

	version=$(grep -oE '^[0-9]+\.[0-9]+' <<< "$2")
	name=linux-source-$version
	deb=$(fetch_packages "$(tree_kernel_index "$(dpkg --print-architecture)" "$1")" "$name") || exit
	say "unpacking one file of $name"
	dpkg-deb --fsys-tarfile "$deb" | tar -x -O "./usr/src/$name.tar.xz" |
		tar -x -J -O "$name/drivers/cpufreq/$UPSTREAM.c" > "$3" ||
		die "$name has no drivers/cpufreq/$UPSTREAM.c: choose a kernel of 6.13 or later"
}

# upstream_fill ARCH KERNEL RELEASE DIR: build the module in DIR
upstream_fill()
{
	local arch=$1 kernel=$2 release=$3 dir=$4 cross=''

	[ "$(uname -m)" = "${GNU_TRIPLET[$arch]%%-*}" ] || cross=${GNU_TRIPLET[$arch]}-
	upstream_source "$kernel" "$release" "$dir/$UPSTREAM.c"
	echo "obj-m := $UPSTREAM.o" > "$dir/Kbuild"
	env -u MAKEFLAGS -u MAKELEVEL "$RIG/inside" "$kernel" make -s \
		-C "$(tree_kernel_name "$arch" "$kernel")/usr/src/linux-headers-$release" \
		M="$dir" CROSS_COMPILE="$cross" modules > "$BUILD/upstream.log" 2>&1 ||
		die "cannot build $UPSTREAM for Linux $release: see $BUILD/upstream.log"
}

# upstream_image ARCH KERNEL DIR: build, and copy the module to DIR/lib/modules/upstream
upstream_image()
{
	local release out

	release=$(cat "$(tree_kernel_name "$1" "$2")/release")
	out=$BUILD/upstream/$release
	build_dir "$out" upstream_fill "$1" "$2" "$release"
	mkdir -p "$3/lib/modules/upstream"
	cp "$out/$UPSTREAM.ko" "$3/lib/modules/upstream/"
}

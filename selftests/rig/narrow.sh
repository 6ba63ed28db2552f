# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the modules with a version fence that excludes all kernels, for the tests of the fence.
# Every supported kernel is too new for the guest modules and too old for the host modules.

# narrow_build ARCH KERNEL DIR: build into DIR/modules
narrow_build()
{
	local arch=$1 kernel=$2 dir=$3

	mkdir -p "$dir"
	sed -E 's/^(Guest-Newest:[[:space:]]*).*/\15.11/; s/^(Host-Oldest:[[:space:]]*).*/\199.0/
		s/^(Host-Newest:[[:space:]]*).*/\199.9/' "$TOP/META" > "$dir/META"
	# The test modules have no fence.
	make -s --no-print-directory -j "$(nproc)" -C "$TOP" modules ARCH="$arch" KERNEL="$kernel" \
		MODULES="$dir/modules" MIRROR="$dir/src" \
		KBUILD_EXTRA="PV_META=$dir/META CONFIG_PV_SELFTESTS=" >&2 ||
		die "cannot build the modules with another version fence: see the messages above"
}

# narrow_image ARCH KERNEL DIR: build, and copy the modules to DIR/lib/modules/narrow
narrow_image()
{
	local out=$BUILD/$1-$2/narrow

	locked "$out.lock" narrow_build "$1" "$2" "$out"
	mkdir -p "$3/lib/modules/narrow"
	cp "$out/modules/"*.ko "$3/lib/modules/narrow/"
}

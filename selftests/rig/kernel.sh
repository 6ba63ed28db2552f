# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Kernels that Debian has no package of: built from the source of its 6.12 by fragments
# of selftests/rig/kernel.  They lie in the cache, under a hash of their configuration,
# and look like an extracted package.
#
#   uclamp   CONFIG_UCLAMP_TASK
#   debug    the same; KASAN, UBSAN, lockdep, DEBUG_ATOMIC_SLEEP, kmemleak

declare -A KERNEL_ARCH=(	[x86_64]=x86	[arm64]=arm64 )
declare -A KERNEL_TARGET=(	[x86_64]=bzImage	[arm64]=Image )

# In MiB: a source tree, and what is built of it
KERNEL_ROOM=5000

kernel_fragments()
{
	cat "$RIG/kernel/base.config" "$RIG/kernel/$1.config" "$RIG/kernel/$2.config"
}

# What is built otherwise is another kernel.
kernel_key()
{
	{
		kernel_fragments "$1" "$2"
		declare -f kernel_make kernel_configure kernel_install
	} | sha256sum | cut -c 1-12
}

# kernel_make ARCH WORD...: the kernel's make, in its own folder
kernel_make()
{
	local arch=$1 cross=''

	shift
	[ "$(uname -m)" = "${GNU_TRIPLET[$arch]%%-*}" ] || cross=${GNU_TRIPLET[$arch]}-
	env -u MAKEFLAGS -u MAKELEVEL make -C "$BUILD/linux-source" O="$KERNEL_OBJ" \
		ARCH="${KERNEL_ARCH[$arch]}" CROSS_COMPILE="$cross" \
		LOCALVERSION="-pvguest-$KERNEL_NAME" KBUILD_BUILD_USER=pvguest \
		KBUILD_BUILD_HOST=pvguest KBUILD_BUILD_TIMESTAMP=2026-01-01 "$@" >> "$KERNEL_LOG" 2>&1 ||
		die "cannot build Linux for $arch ($KERNEL_NAME): see $KERNEL_LOG"
}

# What was asked for has to be there: kconfig drops silently what depends on more.
kernel_configure()
{
	local arch=$1 name=$2 lost

	mkdir -p "$KERNEL_OBJ"
	kernel_fragments "$arch" "$name" > "$KERNEL_OBJ/fragments"
	kernel_make "$arch" KCONFIG_ALLCONFIG="$KERNEL_OBJ/fragments" allnoconfig
	lost=$(grep '^CONFIG_' "$KERNEL_OBJ/fragments" | grep -Fvxf "$KERNEL_OBJ/.config") || :
	[ -z "$lost" ] || die "Linux for $arch ($name) cannot have: $(echo "$lost" | tr '\n' ' ')"
}

# Headers as a package would bring them.  Its script would build the programs that belong
# to them for the machine that is built for: they have to run here.
kernel_install()
{
	local arch=$1 dir=$2 release

	release=$(cat "$KERNEL_OBJ/include/config/kernel.release")
	mkdir -p "$dir/boot" "$dir/usr/src"
	cp "$KERNEL_OBJ/arch/${KERNEL_ARCH[$arch]}/boot/${KERNEL_TARGET[$arch]}" "$dir/boot/vmlinuz-$release"
	cp "$KERNEL_OBJ/.config" "$dir/boot/config-$release"
	ln -s "boot/vmlinuz-$release" "$dir/vmlinuz"
	kernel_make "$arch" INSTALL_MOD_PATH="$dir" INSTALL_MOD_STRIP=1 modules_install
	rm -f "$dir/lib/modules/$release/build" "$dir/lib/modules/$release/source"
	# shellcheck disable=SC2016
	kernel_make "$arch" run-command \
		KBUILD_RUN_COMMAND='CC=$$HOSTCC $$srctree/scripts/package/install-extmod-build '"$dir/usr/src/linux-headers-$release"
	# Modules' own BTF is written on top of it; the rest of the file is 100 times as much.
	# shellcheck disable=SC2016
	kernel_make "$arch" run-command \
		KBUILD_RUN_COMMAND='$$OBJCOPY -j .BTF vmlinux '"$dir/usr/src/linux-headers-$release/vmlinux"
	printf '%s\n' "$release" > "$dir/release"
}

kernel_fill()
{
	local arch=$1 name=$2 dir=$3
	# modules_install wants depmod.
	local PATH=$PATH:/sbin:/usr/sbin

	"$RIG/packages" kernel
	need_room "$BUILD" $KERNEL_ROOM
	need_room "$CACHE" 500
	build_dir "$BUILD/linux-source" tree_unpack_source
	KERNEL_NAME=$name
	KERNEL_OBJ=$BUILD/linux-obj/$arch-$name
	KERNEL_LOG=$KERNEL_OBJ.log
	mkdir -p "$KERNEL_OBJ"
	: > "$KERNEL_LOG"
	kernel_configure "$arch" "$name"
	say "building Linux for $arch ($name), which takes 10 to 40 minutes: $KERNEL_LOG"
	kernel_make "$arch" -j "$(nproc)" "${KERNEL_TARGET[$arch]}" modules
	kernel_install "$arch" "$dir"
	rm -rf "$KERNEL_OBJ"
}

# kernel_tree ARCH NAME DIR: makes it if the cache has none, and DIR a link to it; what was
# built for another one in its place goes
kernel_tree()
{
	local arch=$1 name=$2 dir=$3 kept

	kept=$CACHE/kernel/$arch-$name-$(kernel_key "$arch" "$name")
	mkdir -p "$CACHE/kernel" "$(dirname "$dir")"
	[ "$(readlink "$dir")" != "$kept" ] || [ ! -d "$kept" ] || return 0
	build_dir "$kept" kernel_fill "$arch" "$name"
	rm -rf "$BUILD/$arch-$name" "$BUILD/image/$arch-$name"
	ln -sfn "$kept" "$dir"
}

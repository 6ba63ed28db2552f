# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds kernels for debugging, from the source of Debian's 6.12 and the fragments of
# selftests/rig/kernel.  The cache stores them under a hash of their fragments and
# build steps, in the form of an extracted package.
#
#   debug    CONFIG_UCLAMP_TASK, KASAN, UBSAN, lockdep, DEBUG_ATOMIC_SLEEP, kmemleak, fault
#            injection, KUnit

declare -A KERNEL_ARCH=(	[x86_64]=x86	[arm64]=arm64 )
declare -A KERNEL_TARGET=(	[x86_64]=bzImage	[arm64]=Image )

# Size of a source tree and its objects, in MiB
KERNEL_ROOM=5000

# kernel_fragments ARCH NAME: print the options of a kernel
kernel_fragments()
{
	cat "$RIG/kernel/base.config" "$RIG/kernel/$1.config" "$RIG/kernel/$2.config"
}

# kernel_key ARCH NAME: print a hash that changes if the fragments, including their comments, or
# the build steps change
kernel_key()
{
	{
		kernel_fragments "$1" "$2"
		declare -f kernel_make kernel_configure kernel_install
	} | sha256sum | cut -c 1-12
}

# kernel_make ARCH WORD...: run the kernel's make in its object folder
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

# kernel_configure ARCH NAME: write .config; fail if kconfig dropped an option that lacks a dependency
kernel_configure()
{
	local arch=$1 name=$2 lost

	mkdir -p "$KERNEL_OBJ"
	kernel_fragments "$arch" "$name" > "$KERNEL_OBJ/fragments"
	kernel_make "$arch" KCONFIG_ALLCONFIG="$KERNEL_OBJ/fragments" allnoconfig
	lost=$(grep '^CONFIG_' "$KERNEL_OBJ/fragments" | grep -Fvxf "$KERNEL_OBJ/.config") || :
	[ -z "$lost" ] || die "kconfig dropped options of Linux for $arch ($name), a dependency is missing: $(echo "$lost" | tr '\n' ' ')"
}

# kernel_install ARCH DIR: install kernel, modules and headers like a Debian package.  Programs
# of the headers must run on the build machine, so the kernel's script gets the native compiler.
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
	# The BTF of modules refers to the BTF of vmlinux.  The other sections of vmlinux are 100
	# times as large.
	# shellcheck disable=SC2016
	kernel_make "$arch" run-command \
		KBUILD_RUN_COMMAND='$$OBJCOPY -j .BTF vmlinux '"$dir/usr/src/linux-headers-$release/vmlinux"
	printf '%s\n' "$release" > "$dir/release"
}

# kernel_fill ARCH NAME DIR: build a kernel and install it to DIR
kernel_fill()
{
	local arch=$1 name=$2 dir=$3
	# modules_install runs depmod.
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

# kernel_tree ARCH NAME DIR: build a kernel unless the cache has it, and make DIR a link to it.
# If the link changes, remove the modules and images that were built for the previous kernel.
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

# kernel_vmlinux ARCH KERNEL: print the path of vmlinux with symbols, for gdb.  Debian's package
# is a download of 1 GB.  The rig keeps only the BTF of the kernels that it builds.
kernel_vmlinux()
{
	local arch=$1 kernel=$2 index release file debs

	[ "$(kernel_suite "$kernel")" = "$DEB_SUITE" ] ||
		die "gdb requires a Debian kernel: choose KERNEL=6.1 or 6.12"
	release=$(cat "$(tree_kernel_name "$arch" "$kernel")/release")
	file=$CACHE/vmlinux/$release
	if [ ! -f "$file" ]; then
		need_room "$CACHE" 4000
		index=$(fetch_name "${DEB_ARCH[$arch]}")
		debs=$(fetch_packages "$index" "linux-image-$release-dbg") || exit
		mkdir -p "${file%/*}"
		dpkg-deb --fsys-tarfile "$debs" |
			tar -x -O "./usr/lib/debug/boot/vmlinux-$release" > "$file.part" ||
			die "cannot extract vmlinux-$release: check for a full disk"
		mv "$file.part" "$file"
		rm "$debs"
	fi
	printf '%s\n' "$file"
}

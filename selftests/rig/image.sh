# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds initramfs images.  An image holds everything that a machine needs.  A machine has
# neither a disk nor a share, so under icount a run depends on the image alone.
#
#   l1-base   busybox, QEMU and its libraries       per architecture, made once
#   l2        busybox, modules, programs, scripts   per kernel, made when they change
#   l1        kernel, modules, programs, l2         likewise; appended to l1-base
#
# What --peers and --kselftest append is in part.sh.

image_cpio()
{
	(cd "$1" && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
		cpio --quiet -0 -o -H newc -R +0:+0 --reproducible) > "$2" ||
		die "cannot write $2: check for a full disk"
}

# image_libs ROOT TRIPLET FILE...: what these load, as paths below ROOT
image_libs()
{
	local root=$1 triplet=$2 queue found='' name path

	shift 2
	queue=$(image_needed "$@")
	while [ -n "$queue" ]; do
		name=${queue%%$'\n'*}
		queue=$(printf '%s\n' "$queue" | grep -Fvx "$name" || :)
		case $'\n'$found in
		*$'\n'"$name"$'\n'*) continue ;;
		esac
		found+=$name$'\n'
		for path in "usr/lib/$triplet" "lib/$triplet" lib lib64 usr/lib \
			    "usr/lib/$triplet/"{pulseaudio,blas,lapack,ceph,systemd}; do
			[ -e "$root/$path/$name" ] && break
		done
		[ -e "$root/$path/$name" ] || die "library $name is in no package under $root"
		printf '%s\n' "$path/$name"
		queue+=$'\n'$(image_needed "$root/$path/$name")
		queue=${queue#$'\n'}
	done
}

image_needed()
{
	objdump -p "$@" | awk '$1 == "NEEDED" { print $2 }' | sort -u
}

# image_programs ROOT TRIPLET DIR FILE...: files below ROOT with all that they load
image_programs()
{
	local root=$1 triplet=$2 dir=$3 list file

	shift 3
	list=$(cd "$root" && image_libs "$root" "$triplet" "$@") || exit
	for file in "$@" $list; do
		case $file in
		/*) continue ;;
		esac
		mkdir -p "$dir/$(dirname "$file")"
		cp -L "$root/$file" "$dir/$file"
	done
	# Each program names its loader by an absolute path.
	case $triplet in
	x86_64-*)	image_loader "$root" "$triplet" "$dir/lib64" ld-linux-x86-64.so.2 ;;
	aarch64-*)	image_loader "$root" "$triplet" "$dir/lib" ld-linux-aarch64.so.1 ;;
	esac
}

# image_loader ROOT TRIPLET DIR NAME: releases differ in where the package has it
image_loader()
{
	local root=$1 triplet=$2 dir=$3 name=$4 path

	mkdir -p "$dir"
	for path in "lib/$triplet" "usr/lib/$triplet"; do
		[ -f "$root/$path/$name" ] || continue
		cp -L "$root/$path/$name" "$dir/"
		return
	done
	die "the loader $name is in no package under $root"
}

# image_loader_link DIR: one name for the loader, whatever the architecture calls it
image_loader_link()
{
	ln -s "$(cd "$1" && echo lib*/ld-linux*)" "$1/loader"
}

image_busybox()
{
	local root=$1 dir=$2

	mkdir -p "$dir"/{bin,sbin,dev,proc,sys,run,tmp,etc,root,results,lib/modules/pv}
	cp "$root/bin/busybox" "$dir/bin/busybox"
	ln -sf busybox "$dir/bin/sh"
	printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' > "$dir/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' > "$dir/etc/group"
}

# image_ours ARCH KERNEL DIR: pvguest's programs, tests, modules and scripts
image_ours()
{
	local arch=$1 kernel=$2 dir=$3

	mkdir -p "$dir/usr/bin" "$dir/rig" "$dir/lib/modules/pv"
	cp -r "$BUILD/$arch/tools/." "$dir/usr/bin/"
	mv "$dir/usr/bin/selftests" "$dir/selftests"
	mkdir -p "$dir/usr/lib"
	[ ! -d "$dir/usr/bin/bpf" ] || mv "$dir/usr/bin/bpf" "$dir/usr/lib/pvguest"
	cp "$RIG"/machine/* "$RIG/machines" "$dir/rig/"
	cp -r "$RIG/scenario" "$dir/rig/"
	cp "$BUILD/$arch-$kernel/modules/"*.ko "$dir/lib/modules/pv/"
}

# image_modules TREE DIR: Debian's modules that the machines load, with modprobe's index
image_modules()
{
	local tree=$1 dir=$2

	mkdir -p "$dir/lib"
	cp -r "$tree/lib/modules" "$dir/lib/"
}

image_l1_base_fill()
{
	local arch=$1 dir=$2/tree out=$2 triplet=${GNU_TRIPLET[$1]}
	local root=$BUILD/root/$arch file data

	image_busybox "$root" "$dir"
	image_programs "$root" "$triplet" "$dir" "usr/bin/${QEMU[$arch]}" usr/bin/iasl \
		usr/bin/fdtoverlay usr/bin/dtc "usr/lib/$triplet/libsmartcols.so.1" \
		"usr/lib/$triplet/libjson-c.so.5" "usr/lib/$triplet/libfdt.so.1" \
		"usr/lib/$triplet/libelf.so.1" "lib/$triplet/libz.so.1"
	# Firmware for boots with -kernel
	for file in bios-256k.bin linuxboot_dma.bin linuxboot.bin kvmvapic.bin bios-microvm.bin; do
		for data in usr/share/qemu usr/share/seabios; do
			[ -f "$root/$data/$file" ] || continue
			mkdir -p "$dir/usr/share/qemu"
			cp -L "$root/$data/$file" "$dir/usr/share/qemu/"
		done
	done
	if [ -f "$root/$EFI" ]; then
		mkdir -p "$dir/${EFI%/*}"
		cp -L "$root/$EFI" "$dir/$EFI"
	fi
	image_cpio "$dir" "$out/l1-base.cpio"
	rm -rf "$dir"
}

image_l2_fill()
{
	local arch=$1 kernel=$2 dir=$3
	local sysroot=$BUILD/sysroot/$arch triplet=${GNU_TRIPLET[$1]}

	image_busybox "$sysroot" "$dir"
	image_programs "$sysroot" "$triplet" "$dir" "usr/lib/$triplet/libsmartcols.so.1" \
		"usr/lib/$triplet/libjson-c.so.5" "usr/lib/$triplet/libfdt.so.1" \
		"usr/lib/$triplet/libelf.so.1" "lib/$triplet/libz.so.1" "lib/$triplet/libc.so.6"
	image_ours "$arch" "$kernel" "$dir"
	cp "$RIG/machine/init" "$dir/init"
	mkdir -p "$dir/lib/modules"
	image_guest_modules "$arch" "$kernel" "$dir"
}

# image_guest_modules ARCH KERNEL DIR: a guest needs only the governors and the driver of its disk of
# Debian's modules.  A kernel without cpufreq has no governors.
image_guest_modules()
{
	local tree release

	tree=$(tree_kernel_name "$1" "$2")
	release=$(cat "$tree/release")
	mkdir -p "$3/lib/modules/$release"
	(cd "$tree/lib/modules/$release" &&
		find . \( -path './kernel/drivers/cpufreq/*' -o -name 'virtio_blk.ko' \
			-o -path './modules.*' \) -print0 |
		cpio --quiet -0 -p -d "$3/lib/modules/$release")
	PATH=$PATH:/sbin:/usr/sbin depmod -b "$3" "$release"
}

image_l1_fill()
{
	local arch=$1 kernel=$2 dir=$3 l2=$4 tree

	tree=$(tree_kernel_name "$arch" "$kernel")
	image_ours "$arch" "$kernel" "$dir"
	image_modules "$tree" "$dir"
	cp "$RIG/machine/init" "$dir/init"
	cp -L "$tree/vmlinuz" "$dir/rig/vmlinuz"
	cp "$l2" "$dir/rig/l2.cpio"
}

# image_make ARCH KERNEL: build/image/ARCH-KERNEL/{l1,l2}.cpio, if an input is newer
image_make()
{
	local arch=$1 kernel=$2
	local out=$BUILD/image/$arch-$kernel

	need_tool cpio objdump
	need_room "$BUILD" 800
	build_dir "$BUILD/image/$arch" image_l1_base_fill "$arch"
	mkdir -p "$out"
	if [ -f "$out/l1.cpio" ] && [ -z "$(find "$BUILD/$arch/tools" "$BUILD/$arch-$kernel/modules" \
			"$RIG/machine" "$RIG/scenario" "$RIG/machines" "$RIG/image.sh" -newer "$out/l1.cpio" -print -quit)" ]; then
		return
	fi
	say "packing images for $arch, Linux $kernel"
	rm -rf "$out/tree" "$out/l1.cpio"
	image_l2_fill "$arch" "$kernel" "$out/tree/l2"
	image_cpio "$out/tree/l2" "$out/l2.cpio"
	image_l1_fill "$arch" "$kernel" "$out/tree/l1" "$out/l2.cpio"
	image_cpio "$out/tree/l1" "$out/l1.part"
	rm -rf "$out/tree"
	mv "$out/l1.part" "$out/l1.cpio"
}

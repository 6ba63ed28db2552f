# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Extracts kernels, headers and user lands from their packages into build/.  No maintainer
# script runs and nothing is installed.

# The parts of a kernel package that a test machine can load
TREE_MODULES='arch/*/kvm virt drivers/cpufreq drivers/crypto/ccp drivers/virtio
	drivers/char/virtio_console.ko drivers/block/virtio_blk.ko lib crypto'

tree_kernel_name()
{
	printf '%s\n' "$BUILD/kernel/$1-$2"
}

# tree_extract DIR LIST: extract packages, one file per line
tree_extract()
{
	local dir=$1 deb debs

	mapfile -t debs <<< "$2"
	for deb in "${debs[@]}"; do
		dpkg-deb -x "$deb" "$dir" ||
			die "cannot extract $(basename "$deb"): check for a full disk, or delete the file so that it is downloaded again"
	done
}

# tree_kernel_index ARCH KERNEL: the index that has a kernel
tree_kernel_index()
{
	fetch_name "$1" "$(kernel_suite "$2")"
}

# tree_kernel_release ARCH KERNEL: print the release of the newest package of a kernel
tree_kernel_release()
{
	local deb=${DEB_ARCH[$1]} base index flavour regex image

	base=$(kernel_base "$2")
	flavour=$(kernel_flavour "$2")
	case $base in
	5.10|6.1)	regex="${base/./\\.}\.0-[0-9]+" ;;
	6.12)		regex="6\.12\.[0-9]+\+deb12" ;;
	trixie)		regex="6\.12\.[0-9]+\+deb13" ;;
	newest|sid)	regex="[0-9.]+\+deb[0-9]+" ;;
	esac
	regex=linux-image-$regex-${flavour:+$flavour-}$deb
	index=$(tree_kernel_index "$deb" "$2")
	fetch_index "$index" || exit
	image=$(fetch_newest "$index" "$regex") || exit
	printf '%s\n' "${image#linux-image-}"
}

tree_kernel_fill()
{
	local arch=$1 kernel=$2 release=$3 dir=$4
	local deb=${DEB_ARCH[$arch]} index native base flavour common kbuild debs
	local image=("linux-image-$release")

	index=$(tree_kernel_index "$deb" "$kernel")
	native=$(tree_kernel_index "$(dpkg --print-architecture)" "$kernel")
	flavour=$(kernel_flavour "$kernel")
	base=${release%-"${flavour:+$flavour-}$deb"}
	common=linux-headers-$base-common
	# Up to 6.12 the RT flavour has a source of its own.
	[ "$flavour" != rt ] || ! fetch_offers "$index" "$common-rt" || common+=-rt
	kbuild=linux-kbuild-$base
	case $(kernel_base "$kernel") in
	5.10|6.1)	kbuild=linux-kbuild-$(kernel_base "$kernel") ;;
	newest)		image=("linux-binary-$release" "linux-modules-$release" "linux-base-$release") ;;
	esac

	if ! kernels_of_headers | among "$kernel"; then
		debs=$(fetch_packages "$index" "${image[@]}") || exit
		tree_image "$dir" "$release" "$debs"
	fi
	debs=$(fetch_packages "$index" "linux-headers-$release" "$common") || exit
	tree_extract "$dir" "$debs"
	debs=$(fetch_packages "$native" "$kbuild") || exit
	tree_extract "$dir" "$debs"
	# Debian's headers refer to each other by absolute path.  build_dir() renames the folder
	# afterwards, so the paths use its final name.
	grep -rlI -e '/usr/src/linux-' -e '/usr/lib/linux-kbuild' \
		"$dir/usr/src/linux-headers-$release" --include=Makefile --include=.kernelvariables |
		xargs -r sed -i -E "s#(^|[[:space:]=])/usr/(src|lib)/linux-#\1${dir%.part}/usr/\2/linux-#g"
	tree_links "$dir/usr/src"
	printf '%s\n' "$release" > "$dir/release"
}

# Make absolute links of the headers (to linux-kbuild) relative to this tree
tree_links()
{
	local link to

	find "$1" -type l -lname '/usr/*' | while read -r link; do
		to=$(readlink "$link")
		ln -sfn "${1%/usr/src}$to" "$link"
		ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "${1%/usr/src}$to")" "$link"
	done
}

# tree_image DIR RELEASE FILES: extract the kernel image and the modules of TREE_MODULES; the
# packages have 400 MB.  Debian 12 has the files in /boot and /lib/modules, and 7.2 and later in
# /usr/lib/modules.
tree_image()
{
	local dir=$1 release=$2 deb debs part args=() lib=$1/usr/lib/modules/$2

	for part in $TREE_MODULES; do
		args+=("*/lib/modules/$release/kernel/$part")
	done
	mapfile -t debs <<< "$3"
	for deb in "${debs[@]}"; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$dir" --wildcards "./boot/vmlinuz-$release" "./boot/config-$release" \
				"*/lib/modules/$release/modules.*" "./usr/lib/modules/$release/vmlinuz" \
				"./usr/lib/modules/$release/config" "${args[@]}" 2> "$dir/tar.err" ||
			grep -q 'Not found in archive' "$dir/tar.err" ||
			die "cannot extract $(basename "$deb"): $(head -n 1 "$dir/tar.err")"
	done
	rm "$dir/tar.err"
	if [ -f "$lib/vmlinuz" ]; then
		mkdir -p "$dir/boot" "$dir/lib"
		mv "$lib/vmlinuz" "$dir/boot/vmlinuz-$release"
		mv "$lib/config" "$dir/boot/config-$release"
		mv "$dir/usr/lib/modules" "$dir/lib/modules"
	fi
	[ -f "$dir/boot/vmlinuz-$release" ] || die "no kernel image in the packages of $release"
	ln -s "boot/vmlinuz-$release" "$dir/vmlinuz"
	# The modules since 6.12 are compressed; busybox modprobe cannot read them.
	find "$dir/lib/modules" -name '*.ko.xz' -exec xz -d {} +
	PATH=$PATH:/sbin:/usr/sbin depmod -b "$dir" "$release"
}

# tree_kernel_newest ARCH KERNEL DIR: make DIR a link to the tree of the newest kernel.  It looks for a
# newer one once a day.  The trees have the name of their release.
tree_kernel_newest()
{
	local arch=$1 kernel=$2 dir=$3 release tree old

	[ ! -e "$dir" ] || [ -z "$(find "$dir" -maxdepth 0 -mtime 0)" ] || return 0
	release=$(tree_kernel_release "$arch" "$kernel") || {
		[ -e "$dir/release" ] || exit
		say "keeping Linux $(cat "$dir/release")"
		return
	}
	tree=$(tree_kernel_name "$arch" "${release%-*}")
	if [ ! -d "$tree" ]; then
		need_room "$BUILD" 1500
		say "preparing Linux $release, the newest of $(kernel_suite "$kernel")"
		build_dir "$tree" tree_kernel_fill "$arch" "$kernel" "$release"
		rm -rf "$BUILD/image/$arch-$kernel"
	fi
	old=$(readlink "$dir") || :
	ln -sfn "$tree" "$dir"
	tree_kernel_prune "$arch" "$kernel" "$tree" "$old"
}

# tree_kernel_prune ARCH KERNEL TREE OLD: remove the trees of a newest kernel but TREE and OLD,
# which a build may use at the time
tree_kernel_prune()
{
	local arch=$1 kernel=$2 tree flavour

	flavour=$(kernel_flavour "$kernel")
	for tree in "$BUILD/kernel/$arch"-[0-9]*; do
		if [ ! -d "$tree" ] || [ "$tree" = "$3" ] || [ "$tree" = "$4" ]; then
			continue
		fi
		case ${tree##*/} in
		*+deb*-*)	[ "${tree##*+deb*-}" = "$flavour" ] || continue ;;
		*+deb*)		[ -z "$flavour" ] || continue ;;
		*)		continue ;;
		esac
		rm -rf "$tree" "$tree.lock"
	done
}

tree_kernel_debian()
{
	local arch=$1 kernel=$2 release

	release=$(tree_kernel_release "$arch" "$kernel") || exit
	tree_kernel_fill "$arch" "$kernel" "$release" "$3"
}

tree_kernel()
{
	local dir compiler

	dir=$(tree_kernel_name "$1" "$2")
	if kernel_is_ours "$2"; then
		kernel_tree "$1" "$2" "$dir"
		return
	fi
	PATH=$PATH:/sbin:/usr/sbin need_tool depmod xz
	compiler=$(kernel_compiler "$2")
	if [ -n "$compiler" ]; then
		tree_compiler "$compiler"
	else
		# The kernel's headers name it.
		need_tool "${GNU_TRIPLET[$1]}-gcc-12"
	fi
	if [ "$(kernel_base "$2")" = newest ]; then
		locked "$dir.lock" tree_kernel_newest "$1" "$2" "$dir"
		return
	fi
	[ -d "$dir" ] && return
	need_room "$BUILD" 1500
	say "preparing Linux $2 for $1"
	build_dir "$dir" tree_kernel_debian "$1" "$2"
}

# A root file system for the build of modules: see COMPILER_SUITE.  selftests/rig/inside runs
# commands there.
tree_compiler_fill()
{
	local suite=$1 dir=$2 native arch triplet gcc debs names

	native=$(dpkg --print-architecture)
	# gcc has the version that builds the suite's kernels.  objtool and resolve_btfids need libelf.
	gcc=gcc-${COMPILER_GCC[$suite]}
	case $suite in
	bullseye)	names=(libelf1) ;;
	*)		names=(pahole) ;;
	esac
	for arch in "${!DEB_ARCH[@]}"; do
		triplet=${GNU_TRIPLET[$arch]}
		[ "${DEB_ARCH[$arch]}" = "$native" ] || names+=("$gcc-${triplet//_/-}")
	done
	debs=$(fetch_closure "$(fetch_name "$native" "$suite")" "${names[@]}" "$gcc" base-files \
		bash binutils coreutils dash dpkg findutils grep make mawk perl-base sed) || exit
	# Since trixie /bin and /lib are links, which are in base-files.
	tree_extract "$dir" "$(grep /base-files_ <<< "$debs")"
	tree_extract "$dir" "$debs"
	# Maintainer scripts make these links.
	ln -s mawk "$dir/usr/bin/awk"
	ln -sf dash "$dir/bin/sh"
}

tree_compiler()
{
	local dir=$BUILD/compiler/$1

	[ -d "$dir" ] || need_room "$BUILD" 1500
	[ -d "$dir" ] || say "preparing the compiler of $1"
	build_dir "$dir" tree_compiler_fill "$1"
}

# A root file system with the validator of bindings, for a build machine whose release lacks it
tree_schema_fill()
{
	local dir=$1 debs

	debs=$(fetch_closure "$(fetch_name "$(dpkg --print-architecture)")" dt-schema \
		device-tree-compiler bash coreutils) || exit
	tree_extract "$dir" "$debs"
}

tree_schema()
{
	[ -d "$BUILD/schema" ] || need_room "$BUILD" 500
	[ -d "$BUILD/schema" ] || say "preparing dt-schema"
	build_dir "$BUILD/schema" tree_schema_fill
}

# promtool, and an exporter with the collector of text files
tree_prometheus_fill()
{
	local debs

	debs=$(fetch_packages "$(fetch_name "$(dpkg --print-architecture)")" prometheus \
		prometheus-node-exporter) || exit
	tree_extract "$1" "$debs"
}

tree_prometheus()
{
	[ -d "$BUILD/prometheus" ] || need_room "$BUILD" 250
	[ -d "$BUILD/prometheus" ] || say "preparing the programs of Prometheus"
	build_dir "$BUILD/prometheus" tree_prometheus_fill
}

# Headers and libraries that pvguest's programs are built and run with
tree_sysroot_fill()
{
	local debs link

	debs=$(fetch_packages "$(fetch_name "${DEB_ARCH[$1]}")" libsmartcols-dev libsmartcols1 \
		libjson-c-dev libjson-c5 libfdt-dev libfdt1 libelf-dev libelf1 \
		zlib1g-dev zlib1g linux-libc-dev libc6-dev libc6 busybox-static) || exit
	tree_extract "$2" "$debs"
	# An absolute link leads to another version, that of the build machine.
	find "$2" -type l -lname '/*' | while read -r link; do
		ln -sfn "$(realpath -ms --relative-to="${link%/*}" "$2$(readlink "$link")")" "$link"
	done
}

# A folder from an older package list lacks headers, and libbpf was built without them.
tree_sysroot()
{
	[ -e "$BUILD/sysroot/$1/usr/include/features.h" ] ||
		rm -rf "$BUILD/sysroot/$1" "$BUILD/libbpf/$1"
	build_dir "$BUILD/sysroot/$1" tree_sysroot_fill "$1"
}

# The user land of L1: QEMU and the compilers of device descriptions
tree_root_fill()
{
	local debs efi=()

	[ "$1" != arm64 ] || efi=("$EFI_DEB")
	debs=$(fetch_closure "$(fetch_name "${DEB_ARCH[$1]}")" "${QEMU_DEB[$1]}" busybox-static \
		acpica-tools device-tree-compiler libsmartcols1 libjson-c5 libfdt1 libelf1 zlib1g \
		"${efi[@]}") || exit
	tree_extract "$2" "$debs"
}

# A folder from an older package list lacks the firmware, and so does the image.
tree_root()
{
	[ "$1" != arm64 ] || [ -e "$BUILD/root/$1/$EFI" ] ||
		rm -rf "$BUILD/root/$1" "$BUILD/image/$1"
	[ -d "$BUILD/root/$1" ] && return
	need_room "$BUILD" 1500
	say "preparing the user land of L1 for $1"
	build_dir "$BUILD/root/$1" tree_root_fill "$1"
}

# Xen as QEMU loads it: QEMU's multiboot loader does not decompress
tree_xen_fill()
{
	local deb=${DEB_ARCH[$1]} dir=$2 debs image

	debs=$(fetch_packages "$(fetch_name "$deb")" "xen-hypervisor-4.17-$deb") || exit
	tree_extract "$dir" "$debs"
	image=$dir/boot/xen-4.17-$deb
	case $1 in
	x86_64)	gzip -dc "$image.gz" > "$dir/xen" || die "cannot unpack $image.gz: check for a full disk" ;;
	arm64)	ln -s "boot/xen-4.17-$deb" "$dir/xen" ;;
	esac
}

tree_xen()
{
	build_dir "$BUILD/xen/$1" tree_xen_fill "$1"
}

# Files of the kernel source that pvguest uses but does not carry: kselftest headers, the
# cpufreq suite, checkpatch, libbpf, and the files that selftests/detect/linux-source.sh reads
TREE_SOURCE='tools/testing/selftests/kselftest.h
	tools/testing/selftests/kselftest_harness.h
	tools/testing/selftests/kselftest/ktap_helpers.sh
	tools/testing/selftests/cpufreq
	scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch scripts/coccinelle
	scripts/bpf_doc.py tools/lib tools/build tools/scripts tools/include tools/arch
	arch/arm64/include/uapi/asm/bpf_perf_event.h
	arch/x86/kernel/jailhouse.c arch/x86/kernel/cpu/vmware.c arch/x86/kernel/cpu/mshyperv.c
	arch/x86/include/asm/acrn.h arch/x86/include/uapi/asm/kvm_para.h
	arch/x86/include/asm/xen/hypervisor.h include/linux/hypervisor.h
	arch/arm/xen/enlighten.c arch/arm64/kernel/acpi.c include/linux/arm-smccc.h'

# tree_unpack_source DIR [PART...]: unpack linux-source-6.12, or parts of it
tree_unpack_source()
{
	local dir=$1 deb

	shift
	deb=$(fetch_packages "$(fetch_name "$(dpkg --print-architecture)")" linux-source-6.12) || exit
	say "unpacking ${*:+a few files of }linux-source-6.12"
	dpkg-deb --fsys-tarfile "$deb" | tar -x -O ./usr/src/linux-source-6.12.tar.xz |
		tar -x -J -C "$dir" --strip-components=1 --wildcards "${@/#/linux-source-6.12/}" ||
		die "cannot unpack linux-source-6.12: check for a full disk"
}

tree_source_fill()
{
	# shellcheck disable=SC2086
	tree_unpack_source "$1" $TREE_SOURCE
}

# A folder from an older list lacks files.
tree_source()
{
	local part

	need_tool xz
	for part in $TREE_SOURCE; do
		[ -e "$BUILD/source/$part" ] || rm -rf "$BUILD/source"
	done
	[ -d "$BUILD/source" ] || need_room "$BUILD" 200
	build_dir "$BUILD/source" tree_source_fill
}

# Build libbpf: Debian 12's version does not support struct_ops of modules.
tree_libbpf_fill()
{
	local arch=$1 dir=$2 triplet=${GNU_TRIPLET[$1]} cross='' file
	local sysroot=$BUILD/sysroot/$1

	[ "$triplet" = "$(gcc -dumpmachine)" ] || cross=$triplet-
	mkdir "$dir/obj"
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$BUILD/source/tools/lib/bpf" \
		OUTPUT="$dir/obj/" DESTDIR="$dir" prefix= CC="${cross}gcc" LD="${cross}ld" \
		AR="${cross}ar" EXTRA_CFLAGS="-g -O2 --sysroot=$sysroot -isystem $sysroot/usr/include/$triplet \
		-isystem $sysroot/usr/include" \
		"$dir/obj/libbpf.a" install_headers > "$dir/log" 2>&1 || {
		cp "$dir/log" "$BUILD/libbpf-$arch.log"
		die "cannot build libbpf: see $BUILD/libbpf-$arch.log"
	}
	mv "$dir/obj/libbpf.a" "$dir/"
	rm -r "$dir/obj"
	# The uapi headers must be as new as the library.
	mkdir -p "$dir/include/linux"
	for file in bpf bpf_common btf perf_event; do
		cp "$BUILD/source/tools/include/uapi/linux/$file.h" "$dir/include/linux/"
	done
}

tree_libbpf()
{
	need_tool python3
	[ -d "$BUILD/libbpf/$1" ] || say "building libbpf for $1"
	build_dir "$BUILD/libbpf/$1" tree_libbpf_fill "$1"
}

# The outer QEMU, for the build machine.  Debian 12's QEMU 7.2 panics guests of an emulated SVM at
# SYSRET and lacks the XSETBV intercept; this version has neither fault, and qemu-fix
# corrects two others.  Its libraries and its loader come along, so it runs on any release.
TREE_QEMU_SUITE=trixie

tree_qemu_fill()
{
	local dir=$1 packages=$1/packages arch file debs
	local deb triplet programs=()

	deb=$(dpkg --print-architecture)
	for arch in "${!DEB_ARCH[@]}"; do
		[ "${DEB_ARCH[$arch]}" != "$deb" ] || triplet=${GNU_TRIPLET[$arch]}
		programs+=("usr/bin/${QEMU[$arch]}")
	done
	debs=$(fetch_closure "$(fetch_name "$deb" $TREE_QEMU_SUITE)" "${QEMU_DEB[@]}") || exit
	tree_extract "$packages" "$debs"
	mkdir -p "$dir/data"
	image_programs "$packages" "$triplet" "$dir" "${programs[@]}"
	for file in "$packages"/usr/share/qemu/* "$packages"/usr/share/seabios/*; do
		[ ! -f "$file" ] || cp -L "$file" "$dir/data/"
	done
	rm -rf "$packages"
	image_loader_link "$dir"
	"$RIG/qemu-fix" "$dir/usr/bin/${QEMU[x86_64]}" 2> "$dir/fix.log" ||
		say "the outer QEMU stays as it is, and its x86 guests can stop: $(cat "$dir/fix.log")"
	cp "$RIG/qemu-fix" "$dir/fix"
}

# tree_qemu: make $BUILD/qemu; replace one that another qemu-fix has changed
tree_qemu()
{
	need_tool objdump python3
	[ ! -d "$BUILD/qemu" ] || cmp -s "$RIG/qemu-fix" "$BUILD/qemu/fix" || rm -rf "$BUILD/qemu"
	[ -d "$BUILD/qemu" ] || need_room "$BUILD" 1500
	[ -d "$BUILD/qemu" ] || say "preparing the outer QEMU"
	build_dir "$BUILD/qemu" tree_qemu_fill
}

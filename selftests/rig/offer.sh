# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Kernels that the build machine may not be able to prepare: those with a compiler of their own,
# see COMPILER_SUITE.  Their suite can be unreachable, or the system can refuse to enter the
# compiler.  Machines with other kernels run then.  OUT is the folder of the run.

# offered ARCH KERNEL: prepare a kernel; fails if the build machine cannot, and keeps the reason.
# A failure for Debian 12's kernels ends the run.
offered()
{
	local reason=$OUT/unavailable/$1-$2 rc=0

	if [ -z "$(kernel_compiler "$2")" ]; then
		"$RIG/rig" prepare --arch "$1" --kernel "$2" || exit
		return
	fi
	mkdir -p "$OUT/unavailable"
	{ "$RIG/rig" prepare --arch "$1" --kernel "$2" && "$RIG/inside" "$2" true; } 2> "$reason" || rc=$?
	cat "$reason" >&2
	[ $rc != 0 ] || rm "$reason"
	return $rc
}

# unavailable ARCH KERNEL...: print why one of these kernels could not be prepared
unavailable()
{
	local arch=$1 kernel reason

	shift
	for kernel; do
		reason=$OUT/unavailable/$arch-$kernel
		if [ -f "$reason" ]; then
			echo "Linux $kernel cannot be prepared: $(tail -n 1 "$reason" | sed 's/^rig: error: //')"
			return
		fi
	done
}

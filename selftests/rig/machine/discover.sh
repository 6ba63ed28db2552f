# SPDX-License-Identifier: GPL-2.0
#
# Functions for the host half of scenarios: a guest without a description of the device.  Its
# half is scenario/discover.sh.

# Addresses for the device: another one than the default, and one in the PCI window of the machine
case $(l2_arch) in
x86_64)	DISCOVER_MOVED=0xfef10000 DISCOVER_USED=0xc8000000 ;;
arm64)	DISCOVER_MOVED=0xb900000 DISCOVER_USED=0x20000000 ;;
esac

# discover_attach NAME [OPTION]...: attach the guest, which waits at NAME, and let it continue
discover_attach()
{
	local name=$1

	shift
	l2_wait "$name" || return
	[ "$name" = attach ] || pvhost detach --pid "$L2_PID" || return
	l2_attach "$@" && l2_go "$name"
}

# discover NAME [QEMU-OPTIONS]: boot a guest and attach it while it runs, at several addresses
discover()
{
	local failed=0

	rig_step "host: $1, a guest without a description"
	L2_DIR=/run/$1 L2_RESULTS=/results/$1 L2_OPTS=${2:-}
	l2_start discover "$DISCOVER_MOVED"
	discover_attach attach || return
	l2_wait requests || return
	export L2_PID
	rig_tests host-discovered || failed=1
	l2_go requests
	discover_attach moved --base "$DISCOVER_MOVED" || return
	discover_attach used --base "$DISCOVER_USED" || return
	discover_attach cpus --vcpus 1 || return
	l2_finish || failed=1
	return $failed
}

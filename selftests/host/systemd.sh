#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The units in host/systemd and the hook for libvirt under a running systemd.
# needs: systemd full

. ./lib.sh
. ./systemd-lib.sh

QEMU=$DIR/qemu-vm
OBJECT=/usr/lib/pvguest/vcpufreq.bpf.o
TABLE='table = 600000,900000,1200000'

# starts_vmm: the unit finds it by its name
starts_vmm()
{
	start_vmm
	soon comm_is "$vmm" vmm
}

# attaches COMMAND...: the command succeeds, and one VM is attached soon
attaches()
{
	attached 0 && "$@" && soon attached 1
}

# attaches_now COMMAND...: the VM is attached when the command ends
attaches_now()
{
	attached 0 && "$@" && attached 1
}

detaches_now()
{
	attached 1 && "$@" && attached 0
}

detach()
{
	pvhost detach --all && attached 0
}

new_file()
{
	conf vmm "$TABLE" "cap = 600000"
}

# reattaches: after rmmod and insmod, sync attaches the VM again
reattaches()
{
	detach && rmmod kvm_pv_bpf && unloads && systemctl start pvhost-sync.service &&
		[ "$(systemctl show -P ConditionResult pvhost-sync.service)" = no ] &&
		insmod "$KO" && insmod "${KO%/*}/kvm_pv_bpf.ko" &&
		attaches_now systemctl start pvhost-sync.service
}

rejects_absent()
{
	conf absent "$TABLE"
	! systemctl start pvhost@absent.service 2> /dev/null && state pvhost@absent.service failed &&
		rm "$CONF/absent.conf"
}

is_capped()
{
	json list | grep -q "\"cap_khz\":$1,"
}

reloads()
{
	conf vmm "$TABLE" "cap = 900000"
	systemctl reload pvhost@vmm.service && soon is_capped 900000
}

# is_restricted UNIT CAPABILITIES: the process of the unit has no other capabilities, no new
# privileges and a seccomp filter
is_restricted()
{
	local status

	status=$(cat "/proc/$(systemctl show -P MainPID "$1")/status")
	says "CapBnd:	$2" "$status" && says "NoNewPrivs:	1" "$status" &&
		says "Seccomp:	2" "$status"
}

# ends_with_vm UNIT: the unit succeeds when the VMM is killed
ends_with_vm()
{
	state "$1" active && end_vmm && soon state "$1" inactive &&
		[ "$(systemctl show -P Result "$1")" = success ]
}

# hook OPERATION SUB-OPERATION: libvirt calls the hook for the domain "pv one"
hook()
{
	echo '<domain/>' | ./libvirt-hook 'pv one' "$1" "$2" -
}

# hook_starts: the unit gets the name of the domain
hook_starts()
{
	attaches hook started begin && soon state 'pvhost@pv\x20one.service' active
}

hook_keeps()
{
	local pid

	pid=$(systemctl show -P MainPID 'pvhost@pv\x20one.service')
	hook reconnect begin && sleep 1 &&
		[ "$(systemctl show -P MainPID 'pvhost@pv\x20one.service')" = "$pid" ] && attached 1
}

hook_stops()
{
	hook stopped end && soon state 'pvhost@pv\x20one.service' inactive && soon attached 0
}

test_sync()
{
	new_file
	check "pvhost-sync.service attaches a VM" attaches_now systemctl start pvhost-sync.service
	check "pvhost-sync.service attaches the VM again when kvm_pv is loaded again" reattaches
	detach
	check "pvhost-sync.timer attaches a VM" attaches systemctl start pvhost-sync.timer
	systemctl stop pvhost-sync.timer
	detach
	systemctl start pvhost-sync.path
	check "pvhost-sync.path attaches a VM when a file changes" attaches new_file
	systemctl stop pvhost-sync.path
	detach
}

test_stay()
{
	check "pvhost@ fails without a VM of its name" rejects_absent
	check "pvhost@ has attached the VM when it is active" \
		attaches_now systemctl start pvhost@vmm.service
	# CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE and CAP_SYS_ADMIN
	check "pvhost@ has the capabilities of its unit only" \
		is_restricted pvhost@vmm.service 0000000000280004
	check "pvhost@ reads a file that has changed on reload" reloads
	check "pvhost@ detaches the VM when it is stopped" \
		detaches_now systemctl stop pvhost@vmm.service
	systemctl start pvhost@vmm.service
	check "pvhost@ ends with the VM" ends_with_vm pvhost@vmm.service
}

test_hook()
{
	cp ./vmm "$QEMU"
	$QEMU -S -name 'pv one' &
	vmm=$!
	soon comm_is $vmm qemu-vm
	conf 'pv one' "$TABLE"
	check "the hook for libvirt starts pvhost@" hook_starts
	check "the hook for libvirt keeps pvhost@ when libvirtd starts again" hook_keeps
	check "the hook for libvirt stops pvhost@" hook_stops
	end_vmm
}

test_bpf()
{
	rm "$CONF"/*.conf
	conf bpf/vmm "bpf = $OBJECT" "$TABLE"
	starts_vmm
	check "pvhost-bpf@ is active when the VM has the device" \
		systemctl start pvhost-bpf@vmm.service
	# As above, CAP_PERFMON and CAP_BPF
	check "pvhost-bpf@ has the capabilities of its unit only" \
		is_restricted pvhost-bpf@vmm.service 000000c000280004
	check "pvhost-bpf@ ends with the VM" ends_with_vm pvhost-bpf@vmm.service
}

inside()
{
	ktap_print_header
	ktap_set_plan 16
	# The timer starts after 10 to 20 seconds.
	TRIES=600
	starts_vmm
	test_sync
	test_stay
	test_hook
	test_bpf
	ktap_finished
}

case ${1-} in
inside)	inside ;;
*)	outside systemd.sh ;;
esac

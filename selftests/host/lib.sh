# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Functions for the tests of pvhost(8) with the module kvm_pv.

. ../lib.sh

KO=${KVM_PV_KO:-/lib/modules/pv/kvm_pv.ko}

# json ARG...: prints pvhost's JSON output without spaces and line ends
json()
{
	pvhost "$@" --json | tr -d ' \n'
}

# attached N: N VMs are attached
attached()
{
	[ "$(pvhost list --json | grep -c '"pid"')" = "$1" ]
}

# unloads [MODULE]: the kernel releases the last reference to a module asynchronously
unloads()
{
	soon rmmod "${1:-kvm_pv}" 2> /dev/null
}

# start_vmm: a process with a VM, as $vmm; its VM exists when its name is set
vmm=
start_vmm()
{
	./vmm &
	vmm=$!
}

end_vmm()
{
	[ -z "$vmm" ] || kill -9 "$vmm"
	wait 2> /dev/null
	vmm=
}

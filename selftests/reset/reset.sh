#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A guest restarts while its driver is bound.  The host then writes to no memory of the next
# kernel, which does not load the driver, and receives nothing from it.
# needs: reset check

. ./lib.sh

boots_and_binds()
{
	start /run/reset && boots && attach && binds "$HIGH"
}

ktap_print_header
L2_MEMORY=256M
prepare || exit 1
ktap_set_plan 12

check "the guest boots and its requests are in force" boots_and_binds
survives "sysrq-b" "$LOW" "$RIG_SMP" sent sysrq_b
survives "QMP system_reset" "$MAX" "$RIG_SMP" qmp '"system_reset"'
survives "panic=1" "$LOW" "$RIG_SMP" sent panic_restarts
check "the guest ends without error after its resets" guest_ends
check "kvm_pv unloads after the resets" soon rmmod kvm_pv
ktap_finished

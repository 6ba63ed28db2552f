#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A host that is locked down after kvm_pv was loaded: VMs can still be attached.  Lockdown ends
# with the next boot, so no test that loads a module can run after this one.
# needs: host-last full

. ./lib.sh

LOCKDOWN=/sys/kernel/security/lockdown

# lock LEVEL: lock the kernel down
lock()
{
	echo "$1" > $LOCKDOWN && grep -qF "[$1]" $LOCKDOWN
}

refuses_module()
{
	! insmod /lib/modules/pv/kvm_pv_cpufreq.ko 2> "$DIR/err" || return
	[ ! -d /sys/module/kvm_pv_cpufreq ] && logged_lockdown
}

# logged_lockdown: the kernel has logged why
logged_lockdown()
{
	since | grep -q 'Lockdown: .*unsigned module' && return
	since | sed 's/^/# /'
	return 1
}

# doctor_says TEXT: pvhost doctor about the lockdown; its table wraps texts
doctor_says()
{
	pvhost doctor --json > "$OUT" 2>&1
	grep -q "$1" "$OUT" && return
	sed 's/^/# /' "$OUT"
	return 1
}

attaches()
{
	start locked "$COUNT" "$QUERY" &&
		pvhost attach --pid "$pid" --table "$TABLE" > /dev/null &&
		make_calls locked "$pid" && pvhost detach --pid "$pid"
}

traces()
{
	start traced "$COUNT" 42 && trace calls --json --pid "$pid" && make_calls traced "$pid" && traced
}

ktap_print_header
needs_hypertrace
mkdir -p /sys/kernel/security
mount -t securityfs securityfs /sys/kernel/security 2> /dev/null
[ -w $LOCKDOWN ] || skip_all 'this kernel has no lockdown'
[ -d /sys/module/kvm_pv ] || insmod "$KO"
ktap_set_plan 9
mark

check 'The kernel accepts a lockdown of its integrity' lock integrity
check 'A kernel that is locked down refuses modules without signature' refuses_module
check 'pvhost doctor reports the lockdown' doctor_says 'modules load only with a valid signature'
check 'pvhost attaches a VM to a kvm_pv that was loaded before' attaches
check 'hypertrace counts calls while the integrity is locked down' traces
end_callers

check 'The kernel accepts a lockdown of its confidentiality' lock confidentiality
check 'pvhost attaches a VM then too' attaches
check 'hypertrace names the lockdown as the reason why it cannot trace' \
	refuses 'the kernel is locked down' hypertrace calls --duration 1
end_callers
check 'The log is clean after the lockdown' clean
ktap_finished

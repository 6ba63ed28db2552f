# SPDX-License-Identifier: GPL-2.0
#
# Functions for the host half of scenarios: a malicious guest, and another VM on the same
# host.  The guest waits at 'stress' before it begins, and at 'stress-end' afterwards.

# stress_guest ATTACH...: run the attack.  The command attaches the waiting guest, so that the
# host counts from 0.
stress_guest()
{
	local failed=0 isolation begin rc

	l2_wait stress && "$@" || return
	export L2_PID L2_CONSOLE=$L2_DIR/console L2_MARK='a malicious guest begins'
	echo "$L2_MARK" > /dev/kmsg
	mkdir -p /results/tap
	mkfifo /run/isolation
	begin=$(rig_uptime)
	/selftests/host/isolation < /run/isolation > /run/isolation.tap 2>&1 &
	isolation=$!
	exec 7> /run/isolation
	l2_go stress
	L2_WAIT=200000 l2_wait stress-end || failed=1
	rig_tests host-stress || failed=1
	exec 7>&-
	wait $isolation
	rc=$?
	cat /run/isolation.tap
	rig_tap /run/isolation.tap $rc "$begin"
	cp /run/isolation.tap /results/tap/l1-host-stress-host-isolation
	l2_go stress-end
	[ $failed = 0 ] && [ $rc = 0 ]
}

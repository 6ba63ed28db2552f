# SPDX-License-Identifier: GPL-2.0
#
# For scripts on L1: a guest that means harm (rig_tests guest-hostile), and another VM
# beside it.  The guest stands at 'hostile' before it begins, and then at 'hostile-end'.

# hostile ATTACH...: once the guest is there; the command attaches it, so that the host
# counts from 0
hostile()
{
	local failed=0 neighbour rc

	l2_wait hostile && "$@" || return
	export L2_PID L2_CONSOLE=$L2_DIR/console L2_MARK='a guest begins to do harm'
	echo "$L2_MARK" > /dev/kmsg
	mkdir -p /results/tap
	mkfifo /run/neighbour
	/selftests/host/neighbour < /run/neighbour > /run/neighbour.tap 2>&1 &
	neighbour=$!
	exec 7> /run/neighbour
	l2_go hostile
	L2_WAIT=200000 l2_wait hostile-end || failed=1
	rig_tests host-hostile || failed=1
	exec 7>&-
	wait $neighbour
	rc=$?
	cat /run/neighbour.tap
	{
		cat /run/neighbour.tap
		echo "# exit $rc"
	} > /results/tap/l1-neighbour
	l2_go hostile-end
	[ $failed = 0 ] && [ $rc = 0 ]
}

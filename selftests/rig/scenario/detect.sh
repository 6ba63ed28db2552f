# SPDX-License-Identifier: GPL-2.0
#
# Detection: asks every detector that the machine has.  On a KVM host the guests of the
# machine table run one after another; with --direct the machine itself is asked.
#
#   RIG_MACHINE   name of the row in the machine table

# A guest that exceeds this time in seconds is ended.
GUEST_SECONDS=150

# guests: rows of the table that run on this machine
guests()
{
	awk -v on="$RIG_MACHINE" '!/^#/ && $6 == on' /rig/machines
}

host()
{
	local failed=0 count=0 verdict watch name arch kernel tier budget on scenario tests expect options

	l2_kvm || return
	guests > /run/guests
	while read -r name arch kernel tier budget on scenario tests expect options; do
		rig_step "host: $name"
		L2_DIR=/run/machine L2_RESULTS=/results/$name L2_OPTS=$options
		l2_start "$scenario"
		( sleep $GUEST_SECONDS; kill "$L2_PID" ) 2>/dev/null &
		watch=$!
		verdict=pass
		l2_finish || verdict=fail
		kill $watch 2>/dev/null
		echo $verdict > "$L2_RESULTS/verdict" || return
		[ $verdict = pass ] || failed=1
		count=$((count + 1))
	done < /run/guests
	[ $count -gt 0 ] || {
		echo "the machine table has no guest of $RIG_MACHINE"
		return 1
	}
	return $failed
}

# answer NAME COMMAND...: save both streams and the exit status of a detector
answer()
{
	local name=$1

	shift
	"$@" > "/results/$name.out" 2> "/results/$name.err"
	echo $? > "/results/$name.status"
}

versions()
{
	echo "Linux $(uname -r)"
	vcpuinfo --version
	systemd-detect-virt --version | head -n 1
	echo "virt-what $(virt-what --version)"
	lscpu --version
}

# facts: what a detector can see here
facts()
{
	local file

	grep -m 1 -o -w 'hypervisor' /proc/cpuinfo
	for file in sys_vendor product_name; do
		file=/sys/class/dmi/id/$file
		[ ! -f "$file" ] || echo "dmi ${file##*/}: $(cat "$file")"
	done
	for file in compatible hypervisor/compatible; do
		file=/sys/firmware/devicetree/base/$file
		[ ! -f "$file" ] || echo "${file#/sys/firmware/devicetree/base}: $(tr '\0' ' ' < "$file")"
	done
	dmesg | sed -n 's/.*Hypervisor detected: /Linux: /p'
}

guest()
{
	local failed=0

	answer vcpuinfo vcpuinfo -J hypervisor
	answer systemd-detect-virt systemd-detect-virt --vm
	answer virt-what virt-what
	answer lscpu lscpu -J
	versions > /results/versions
	facts > /results/facts

	# With the facts that only the kernel can see
	insmod /lib/modules/pv/pv_hypervisor.ko any=1 || return
	answer module vcpuinfo -J hypervisor
	rmmod pv_hypervisor || return

	rig_tests detect || failed=1
	[ "$RIG_ROLE" != direct ] || rig_tests direct || failed=1
	return $failed
}

# judge_scenario RESULTS ARCH KERNEL NAME: compare with the expected values of the machine table
judge_scenario()
{
	"$RIG/detection" judge "$4"
}

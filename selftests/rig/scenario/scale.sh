# SPDX-License-Identifier: GPL-2.0
#
# What a VM costs while 1, 10, 100 and 500 VMs are attached.  No guest of QEMU runs.

host()
{
	local rc=0 tail

	l2_kvm || return
	# The console shows the progress.
	: > /results/bench
	tail -f /results/bench &
	tail=$!
	/selftests/bench/scale > /results/bench || rc=$?
	kill $tail
	return $rc
}

# judge_scenario RESULTS ARCH KERNEL: the rows do not grow with the number of VMs
judge_scenario()
{
	local bench=$TOP/selftests/bench ledger=$BUILD/bench/scale-$2-$3.json

	mkdir -p "$BUILD/bench"
	"$bench/ledger" "$bench/scale-rows" "$2" "$3" "$1/bench" > "$ledger" || :
	"$bench/compare" "$bench/baseline/scale-$2-$3.json" "$ledger"
}

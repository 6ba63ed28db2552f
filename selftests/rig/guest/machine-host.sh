# SPDX-License-Identifier: GPL-2.0
#
# The machines of the table that KVM on this kernel runs, one guest after another.
# RIG_ARG: names, where not all are wanted.

SECONDS_EACH=150
failed=0 count=0

# wanted NAME ARCH KERNEL ON
wanted()
{
	[ "$2" = "$(l2_arch)" ] && [ "$4" = kvm ] || return
	case $(uname -r) in
	"$3".*)	;;
	*)	return 1 ;;
	esac
	case " ${RIG_ARG:-$1} " in
	*" $1 "*) ;;
	*)	return 1 ;;
	esac
}

l2_kvm || exit
while read -r name arch kernel on truth status virtual vendor module options; do
	wanted "$name" "$arch" "$kernel" "$on" || continue
	rig_step "host: $name"
	L2_DIR=/run/machine L2_RESULTS=/results/$name L2_OPTS=$options
	l2_start machine.sh
	( sleep $SECONDS_EACH; kill "$L2_PID" ) 2>/dev/null &
	watch=$!
	verdict=pass
	l2_finish || verdict=fail
	kill $watch 2>/dev/null
	echo $verdict > "$L2_RESULTS/verdict" || exit
	[ $verdict = pass ] || failed=1
	count=$((count + 1))
done < /selftests/detect/machines
[ $count -gt 0 ] || {
	echo "no machine of the table is for KVM on $(uname -r)"
	exit 1
}
exit $failed

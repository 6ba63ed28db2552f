# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# QEMU's command line for the outer machine, and the verdict on its run.

# Hardware virtualisation counts only where the processor says so: a /dev/kvm alone may
# belong to a hypervisor that boots no stock kernel.  L1 runs KVM itself, so the
# host's KVM must nest, which QEMU does not offer on arm64.
machine_accel()
{
	local arch=$1 nested

	if [ "$arch" = x86_64 ] && [ "$(uname -m)" = x86_64 ] && [ -w /dev/kvm ] &&
	   grep -qwE 'vmx|svm' /proc/cpuinfo && [ ! -d /sys/module/kvm_pvm ]; then
		nested=$(cat /sys/module/kvm_{intel,amd}/parameters/nested 2>/dev/null)
		case $nested in
		Y|1) echo kvm; return ;;
		esac
	fi
	echo tcg
}

# CPUs of the outer machine.  Under multi-threaded TCG, x86 Linux was seen to execute an
# INT3 that another CPU had already patched away, and to panic: one CPU has no such race.
machine_smp()
{
	case $1-$2-$3 in
	*-yes|x86_64-tcg-*)	echo 1 ;;
	*)			echo 2 ;;
	esac
}

# machine_args: into ARGS, from the options of 'rig boot'
machine_args()
{
	local arch=$1 accel=$2 cpu=$3 smp=$4 icount=$5

	ARGS=("${QEMU[$arch]}" -nographic -no-reboot -nodefaults -m 4G -smp "$smp")
	case $arch in
	x86_64)
		CONSOLE=ttyS0
		ARGS+=(-M q35) ;;
	arm64)
		CONSOLE=ttyAMA0
		ARGS+=(-M "virt,gic-version=3${EL2:+,virtualization=on}") ;;
	esac
	if [ -z "$cpu" ]; then
		case $arch-$accel in
		*-kvm)		cpu=host ;;
		# QEMU's SVM has no XSETBV intercept: KVM on L1 would miss the guest's XCR0
		# and answer its CPUID leaf 0xd wrongly, which Linux warns of at boot.
		x86_64-tcg)	cpu=max,-xsave ;;
		arm64-tcg)	cpu=max,pauth-impdef=on ;;
		esac
	fi
	case $icount-$accel in
	yes-*)
		[ "$arch" != arm64 ] || cpu+=,cntfrq=1000000000
		# shellcheck disable=SC2054
		ARGS+=(-icount shift=0,sleep=off -accel "tcg,thread=single" -seed 1
			-rtc base=2026-01-01,clock=vm) ;;
	no-tcg)	ARGS+=(-accel "tcg,thread=multi") ;;
	no-kvm)	ARGS+=(-accel kvm) ;;
	esac
	ARGS+=(-cpu "$cpu")
}

# machine_verdict LOG TOKEN QEMU_STATUS: nothing but the token says that a run passed
machine_verdict()
{
	local log=$1 token=$2 status=$3 line

	line=$(tr -d '\r' < "$log" | grep -a "^rig: $token " | tail -n 1) || :
	case $line in
	*' pass')
		return 0 ;;
	*' fail'*)
		say "failed:${line#*fail} console in $log" ;;
	*)
		case $status in
		124|137) say "no result within the time-out; console in $log" ;;
		*)	 say "ended with no result (QEMU status $status): a panic? console in $log" ;;
		esac
		tail -n 15 "$log" | sed 's/^/rig:   /' >&2 ;;
	esac
	return 1
}

# SPDX-License-Identifier: GPL-2.0
#
# Functions for the host half of scenarios, on L1: the guest under it.

L2_DIR=/run/l2
L2_RESULTS=/results/l2
L2_MEMORY=${L2_MEMORY:-512M}

l2_arch()
{
	case $(uname -m) in
	x86_64)  echo x86_64 ;;
	aarch64) echo arm64 ;;
	esac
}

# l2_exec_qemu ARG...: replaces the calling shell, so that its pid becomes QEMU's.  L2_RUN is
# a command that starts QEMU.
l2_exec_qemu()
{
	# shellcheck disable=SC2086
	case $(l2_arch) in
	x86_64) exec $L2_RUN qemu-system-x86_64 -M q35 "$@" ;;
	arm64)  exec $L2_RUN qemu-system-aarch64 -M virt,gic-version=3 "$@" ;;
	esac
}

# Load KVM on L1
l2_kvm()
{
	case $(l2_arch) in
	x86_64)
		modprobe kvm || return
		if grep -qw svm /proc/cpuinfo; then
			modprobe kvm-amd
		else
			modprobe kvm-intel
		fi ;;
	esac
	[ -c /dev/kvm ] || {
		echo "no /dev/kvm on L1: nested virtualisation is not available"
		return 1
	}
}

# l2_cpus: print a device-tree overlay from L2_CPUS, which has one word per CPU: CAPACITY or
# CAPACITY:COEFFICIENT (capacity-dmips-mhz, dynamic-power-coefficient)
l2_cpus()
{
	local word nr=0

	echo '/dts-v1/; /plugin/; / {'
	for word in $L2_CPUS; do
		echo "fragment@$nr { target-path = \"/cpus/cpu@$nr\"; __overlay__ {"
		echo "capacity-dmips-mhz = <${word%:*}>;"
		case $word in
		*:*)	echo "dynamic-power-coefficient = <${word#*:}>;" ;;
		esac
		echo '}; };'
		nr=$((nr + 1))
	done
	echo '};'
}

# l2_describe N [WORDS]...: print QEMU options that describe devices for N vCPUs: kvm_pv's, or
# one per further argument, which holds the arguments of pvhost describe.  x86 adds SSDTs to
# QEMU's tables; arm64 applies overlays to QEMU's device tree.
l2_describe()
{
	local cpus=$1

	shift
	[ $# -gt 0 ] || set -- ''
	mkdir -p $L2_DIR
	case $(l2_arch) in
	x86_64)	l2_ssdts "$cpus" "$@" ;;
	arm64)	l2_overlays "$cpus" "$@" ;;
	esac
}

l2_ssdts()
{
	local cpus=$1 nr=0 words name

	shift
	for words; do
		name=$L2_DIR/device$nr
		# shellcheck disable=SC2086
		pvhost describe --vcpus "$cpus" --format asl $words > $name.asl &&
			iasl -p $name $name.asl > $L2_DIR/iasl.log 2>&1 || return
		echo "-acpitable file=$name.aml"
		nr=$((nr + 1))
	done
}

l2_overlays()
{
	local cpus=$1 nr=0 words name overlays=

	shift
	qemu-system-aarch64 -M virt,gic-version=3,dumpdtb=$L2_DIR/virt.dtb -accel kvm -cpu host \
		-smp "$cpus" -m "$L2_MEMORY" -nodefaults -nographic > $L2_DIR/dumpdtb.log 2>&1 &&
		l2_cpus | dtc -q -I dts -O dtb -o $L2_DIR/cpus.dtbo || return
	for words; do
		name=$L2_DIR/device$nr
		# shellcheck disable=SC2086
		pvhost describe --vcpus "$cpus" --format dts $words > $name.dts &&
			dtc -q -I dts -O dtb -@ -o $name.dtbo $name.dts || return
		overlays="$overlays $name.dtbo"
		nr=$((nr + 1))
	done
	# shellcheck disable=SC2086
	fdtoverlay -i $L2_DIR/virt.dtb -o $L2_DIR/guest.dtb $overlays $L2_DIR/cpus.dtbo &&
		echo "-dtb $L2_DIR/guest.dtb"
}

# l2_start SCENARIO [ARG]: boot the guest, which runs the function guest of SCENARIO with ARG
# in RIG_ARG.  L2_OPTS holds more QEMU options, L2_IMAGE another image of the guest.  The
# guest's console is $L2_DIR/console, its results arrive in $L2_RESULTS.
l2_start()
{
	local console

	mkdir -p $L2_DIR
	rm -f $L2_DIR/in $L2_DIR/console $L2_DIR/results.tgz
	mkfifo $L2_DIR/in
	: > $L2_DIR/console
	case $(l2_arch) in
	x86_64) console=ttyS0 ;;
	arm64)  console=ttyAMA0 ;;
	esac
	# The scenario and the options of this run come after the guest's image.
	cat "${L2_IMAGE:-/rig/l2.cpio}" /rig/l2-run.cpio > $L2_DIR/initrd
	L2_TOKEN=$(head -c 8 /dev/urandom | od -An -tx1 | tr -d ' \n')
	exec 8<>$L2_DIR/in
	# shellcheck disable=SC2046,SC2086
	l2_exec_qemu -accel kvm -cpu host -smp "${L2_SMP:-$RIG_SMP}" -m "$L2_MEMORY" -nodefaults \
		-nographic -no-reboot -serial stdio \
		-chardev file,id=results,path=$L2_DIR/results.tgz -device "$(l2_channel),chardev=results" \
		-kernel "${L2_KERNEL:-/rig/vmlinuz}" -initrd $L2_DIR/initrd \
		-append "console=$console quiet panic_on_warn=1 panic=-1 rig.role=l2 rig.scenario=$1 rig.arg=${2:-} \
rig.smp=${L2_SMP:-$RIG_SMP} rig.token=$L2_TOKEN $(l2_append)" \
		$L2_OPTS $(cat /rig/l2-opts 2>/dev/null) \
		<&8 > $L2_DIR/console 2>&1 8<&- &
	L2_PID=$!
	tail -f $L2_DIR/console 2>/dev/null | sed 's/^/L2| /' &
	L2_TAIL=$!
}

# l2_channel: the device of the second serial line.  PCI on microvm has no I/O ports, but
# there is an ISA bus.
l2_channel()
{
	case $L2_OPTS in
	*"-M microvm"*)	echo isa-serial,index=1 ;;
	*)		echo pci-serial ;;
	esac
}

# l2_attach [OPTION]...: attach the guest, with more options of pvhost attach.  Requests do not
# change the frequency of the host, which tests set.
l2_attach()
{
	pvhost attach --pid "$L2_PID" --vcpus "${L2_SMP:-$RIG_SMP}" --table "$RIG_TABLE" \
		--backend none "$@"
}

# l2_session SCENARIO [OPTION]...: load KVM and kvm_pv, boot a guest with a described device,
# attach it when it waits for 'attach' (l2_attach has the options), and let it continue
l2_session()
{
	local scenario=$1

	shift
	l2_kvm && pv_load kvm_pv || return
	L2_OPTS="$(l2_describe "${L2_SMP:-$RIG_SMP}") $L2_OPTS" || return
	l2_start "$scenario"
	l2_wait attach && l2_attach "$@" && l2_go attach
}

# l2_session_end: wait for the guest, then unload kvm_pv
l2_session_end()
{
	l2_finish && l2_unload kvm_pv
}

l2_append()
{
	cat /rig/l2-append 2>/dev/null
}

# l2_wait NAME: wait until the guest waits in rig_sync NAME.  The firmware may leave the line
# before it unfinished.
l2_wait()
{
	local seconds=0

	until grep -q "@sync $1" $L2_DIR/console; do
		sleep 0.2
		if ! kill -0 "$L2_PID" 2>/dev/null; then
			echo "the guest ended before '$1'"
			return 1
		fi
		seconds=$((seconds + 1))
		[ $seconds -lt "${L2_WAIT:-4500}" ] || {
			echo "the guest did not reach '$1'"
			return 1
		}
	done
}

# l2_printed FILE TEXT PID: wait until a program has printed TEXT to FILE.  If it ends before
# that, print FILE and fail.
l2_printed()
{
	until grep -q "$2" "$1"; do
		kill -0 "$3" 2>/dev/null || {
			cat "$1"
			return 1
		}
		sleep 0.2
	done
}

# l2_go NAME: let the guest continue
l2_go()
{
	echo "go-$1" >&8
}

# l2_finish: wait until the guest has powered off; fails unless it printed its token
l2_finish()
{
	wait "$L2_PID"
	l2_collect
	# The kernel can print after it.
	grep -q "^rig: $L2_TOKEN pass" $L2_RESULTS/console
}

# l2_unload MODULE: unload after the guest has ended.  The kernel can drop the last reference
# after QEMU's exit, so retry for 10 s.
l2_unload()
{
	local tries=0

	while [ $tries -lt 50 ]; do
		rmmod "$1" 2> /dev/null && return
		sleep 0.2
		tries=$((tries + 1))
	done
	rmmod "$1"
}

# l2_collect: copy the guest's results into those of the host
l2_collect()
{
	[ ! -d $L2_RESULTS ] || return
	sleep 1		# busybox' tail looks once a second
	[ -z "$L2_TAIL" ] || kill "$L2_TAIL" 2>/dev/null
	mkdir -p $L2_RESULTS
	tr -d '\r' < $L2_DIR/console > $L2_RESULTS/console
	[ ! -s $L2_DIR/results.tgz ] || tar -C $L2_RESULTS -x -z -f $L2_DIR/results.tgz
}

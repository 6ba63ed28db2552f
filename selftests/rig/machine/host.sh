# SPDX-License-Identifier: GPL-2.0
#
# For scripts on L1: the guest under it.

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

# In the place of the shell that calls it, so that its pid is QEMU's; through L2_RUN
l2_exec_qemu()
{
	# shellcheck disable=SC2086
	case $(l2_arch) in
	x86_64) exec $L2_RUN qemu-system-x86_64 -M q35 "$@" ;;
	arm64)  exec $L2_RUN qemu-system-aarch64 -M virt,gic-version=3 "$@" ;;
	esac
}

# KVM on L1
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
		echo "no /dev/kvm on L1: is nested virtualisation off?"
		return 1
	}
}

# l2_cpus: an overlay that says what L2_CPUS holds, a word for each CPU from the first:
# CAPACITY or CAPACITY:COEFFICIENT (of capacity-dmips-mhz, dynamic-power-coefficient)
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

# l2_describe N [WORDS]...: devices for N vCPUs, as options of QEMU: that of kvm_pv, or one
# for each further argument, which is what pvhost describe is given for it.  SSDTs are added
# to the tables that QEMU makes; a device tree is QEMU's own with our overlays.
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

# l2_start SCRIPT [ARG]: boots the guest, which runs SCRIPT; more options in L2_OPTS.
# The guest's console is $L2_DIR/console, its results come out at $L2_DIR/results.
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
	# Scripts of this run come behind the guest's image.
	cat /rig/l2.cpio /rig/l2-run.cpio > $L2_DIR/initrd
	L2_TOKEN=$(head -c 8 /dev/urandom | od -An -tx1 | tr -d ' \n')
	exec 8<>$L2_DIR/in
	# shellcheck disable=SC2046,SC2086
	l2_exec_qemu -accel kvm -cpu host -smp "${L2_SMP:-$RIG_SMP}" -m "$L2_MEMORY" -nodefaults \
		-nographic -no-reboot -serial stdio \
		-chardev file,id=results,path=$L2_DIR/results.tgz -device "$(l2_channel),chardev=results" \
		-kernel "${L2_KERNEL:-/rig/vmlinuz}" -initrd $L2_DIR/initrd \
		-append "console=$console quiet panic_on_warn=1 panic=-1 rig.role=l2 rig.script=$1 rig.arg=${2:-} \
rig.smp=${L2_SMP:-$RIG_SMP} rig.token=$L2_TOKEN $(l2_append)" \
		$L2_OPTS $(cat /rig/l2-opts 2>/dev/null) \
		<&8 > $L2_DIR/console 2>&1 8<&- &
	L2_PID=$!
	tail -f $L2_DIR/console 2>/dev/null | sed 's/^/L2| /' &
	L2_TAIL=$!
}

# The second serial line.  PCI on microvm has no window of I/O ports, and an ISA bus is there.
l2_channel()
{
	case $L2_OPTS in
	*"-M microvm"*)	echo isa-serial,index=1 ;;
	*)		echo pci-serial ;;
	esac
}

l2_append()
{
	cat /rig/l2-append 2>/dev/null
}

# l2_wait NAME: until the guest stands at rig_sync NAME; its firmware may not have ended
# the line before that
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
			echo "the guest did not come to '$1'"
			return 1
		}
	done
}

# l2_go NAME: lets it go on from there
l2_go()
{
	echo "go-$1" >&8
}

# l2_finish: until it has powered off; fails unless it said its token
l2_finish()
{
	wait "$L2_PID"
	l2_collect
	# The kernel may say something behind it.
	grep -q "^rig: $L2_TOKEN pass" $L2_RESULTS/console
}

# l2_unload MODULE: once the guest has ended.  The last reference to it may be given back a
# moment later, since nobody waits for the end of a VM: it is tried for 10 s.
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

# l2_collect: what the guest left, into our results
l2_collect()
{
	[ ! -d $L2_RESULTS ] || return
	sleep 1		# busybox' tail looks once a second
	[ -z "$L2_TAIL" ] || kill "$L2_TAIL" 2>/dev/null
	mkdir -p $L2_RESULTS
	tr -d '\r' < $L2_DIR/console > $L2_RESULTS/console
	[ ! -s $L2_DIR/results.tgz ] || tar -C $L2_RESULTS -x -z -f $L2_DIR/results.tgz
}

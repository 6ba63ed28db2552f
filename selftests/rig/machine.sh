# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds QEMU's command line for the outer machine and judges its run.

# Hardware virtualisation counts only if /proc/cpuinfo shows it: /dev/kvm can belong to a
# hypervisor that boots no stock kernel.  L1 runs KVM itself, so the KVM of the build
# machine must nest, which QEMU does not offer on arm64.
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

# CPUs of the outer machine.  Under multi-threaded TCG, x86 Linux can execute an INT3 that
# another CPU has already patched away, and panics.  One CPU does not have this race.
machine_smp()
{
	case $1-$2-$3 in
	*-yes|x86_64-tcg-*)	echo 1 ;;
	*)			echo 2 ;;
	esac
}

# machine_qemu ARCH: set ARGS to the outer QEMU with its own loader, libraries and firmware
machine_qemu()
{
	local dir=$BUILD/qemu

	# A PVH dom0 of Xen 4.17 halts in its first instructions on QEMU 10, with every CPU
	# model.  It boots on Debian 12's QEMU, which the user land of L1 has.
	if [ "$XEN" = pvh ]; then
		[ "$(dpkg --print-architecture)" = amd64 ] ||
			die "a PVH dom0 boots only on an amd64 build machine"
		dir=$BUILD/root/x86_64
		ARGS=(env "QEMU_MODULE_DIR=$dir/usr/lib/x86_64-linux-gnu/qemu"
			"$dir/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
			--library-path "$(machine_libraries "$dir")" "$dir/usr/bin/${QEMU[$1]}"
			-L "$dir/usr/share/qemu" -L "$dir/usr/share/seabios")
		return
	fi
	ARGS=("$dir/loader" --library-path "$(echo "$dir"/usr/lib/*)" "$dir/usr/bin/${QEMU[$1]}"
		-L "$dir/data")
}

# machine_libraries ROOT: the library path of an extracted user land
machine_libraries()
{
	find "$1/lib/x86_64-linux-gnu" "$1/usr/lib/x86_64-linux-gnu" -name '*.so.*' -printf '%h\n' |
		sort -u | paste -s -d :
}

# machine_args ARCH ACCEL CPU SMP ICOUNT: set ARGS from the options of 'rig boot'
machine_args()
{
	local arch=$1 accel=$2 cpu=$3 smp=$4 icount=$5

	machine_qemu "$arch"
	ARGS+=(-nographic -no-reboot -nodefaults -m 4G -smp "$smp")
	case $arch in
	x86_64)
		CONSOLE=ttyS0
		ARGS+=(-M q35) ;;
	arm64)
		CONSOLE=ttyAMA0
		ARGS+=(-M "virt,gic-version=3${EL2:+,virtualization=on}") ;;
	esac
	# Xen owns the serial line.
	[ -z "$XEN" ] || CONSOLE=hvc0
	# A PVH dom0 needs an IOMMU.
	[ "$XEN" != pvh ] || ARGS+=(-device "amd-iommu,intremap=on")
	if [ -z "$cpu" ]; then
		case $arch-$accel${XEN:+-xen-$XEN} in
		*-kvm)		cpu=host ;;
		# QEMU's IRET from ring 3 reads the stack as the kernel does.  With SMAP it
		# faults when a PV kernel, which runs in ring 3, returns.
		x86_64-tcg-xen-pv)	cpu=max,-smap ;;
		# The intercept of RDTSCP in QEMU 7.2 reports RDTSC, so Xen computes a wrong
		# instruction length.  Without an XSETBV intercept dom0's first process dies.
		x86_64-tcg-xen-pvh)	cpu=max,-xsave,-rdtscp ;;
		x86_64-tcg*)	cpu=max ;;
		arm64-tcg*)	cpu=max,pauth-impdef=on ;;
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

# machine_forward PORT: a second serial line of L1 leads to this TCP port.  L1 passes it to
# the gdb stub of the inner QEMU.
machine_forward()
{
	# shellcheck disable=SC2054
	ARGS+=(-chardev "socket,id=l2gdb,host=127.0.0.1,port=$1,server=on,wait=off,nodelay=on"
		-device pci-serial,chardev=l2gdb)
}

# machine_load ARCH KERNEL IMAGE WORDS: add the kernel, its initramfs and its command line
# to ARGS.  If Xen boots instead, it passes all three to dom0: on x86 as multiboot modules,
# on arm64 through the device tree.
machine_load()
{
	local arch=$1 kernel=$2 image=$3 words=$4 xen=$BUILD/xen/$1/xen

	if [ -z "$XEN" ]; then
		ARGS+=(-kernel "$kernel" -initrd "$image" -append "$words")
		return
	fi
	# A comma separates modules and properties; two commas are a literal one.
	kernel=${kernel//,/,,} image=${image//,/,,} words=${words//,/,,}
	ARGS+=(-kernel "$xen")
	case $arch in
	x86_64)
		ARGS+=(-append "console=com1 com1=115200,8n1 dom0=$XEN dom0_mem=2G,max:2G"
			-initrd "$kernel $words,$image") ;;
	arm64)
		# The device tree is at 0x48000000.
		ARGS+=(-append "console=dtuart dtuart=/pl011@9000000 dom0_mem=2G"
			-device "guest-loader,addr=0x4a000000,kernel=$kernel,bootargs=$words"
			-device "guest-loader,addr=0x50000000,initrd=$image") ;;
	esac
}

# machine_await_end DIR SECONDS SILENCE [KICK]: whether the machine ends within the time-out, and its
# console is never silent for longer than SILENCE seconds.  While it is silent, the command KICK
# runs each second.
machine_await_end()
{
	local dir=$1 end=$((SECONDS + $2)) silence=$3 kick=${4:-:} size=0 now printed=$SECONDS

	until read -r -t 1 -u 9; do
		now=$(stat -c %s "$dir/console" 2> /dev/null) || now=0
		if [ "$now" != "$size" ]; then
			size=$now printed=$SECONDS
		else
			$kick
		fi
		[ $((SECONDS - printed)) -le "$silence" ] && [ $SECONDS -lt $end ] || return 1
	done
}

# machine_kick ARCH ACCEL ICOUNT: name the command that a silent machine needs.
#
# When an emulated SVM guest starts, QEMU 10 changes the pending interrupts of the CPU without a lock.
# It can lose an interrupt that arrives at this moment.  L1 has one CPU, which then runs L2 without its
# timer until another interrupt arrives: here that of a key.  With icount, the timers run in the thread
# of the CPU, and only the key comes from another thread.  An x86 QEMU that qemu-fix has changed loses
# no interrupt there; few machines have run without the key since.
machine_kick()
{
	case $1-$2-$3 in
	x86_64-tcg-no)	echo machine_press_key ;;
	*)		echo : ;;
	esac
}

# Ends even if QEMU does not read its monitor.
machine_press_key()
{
	machine_ask 'sendkey shift' | timeout 5 cat >&7 || :
}

# machine_watch DIR SECONDS SILENCE KICK: add a monitor to ARGS.  If the machine does not end in
# time, save the state of the CPUs and end it.
machine_watch()
{
	local dir=$1 seconds=$2 silence=$3 kick=$4 ended=''

	mkfifo "$dir/monitor.in" "$dir/monitor.out" "$dir/over" || die "cannot make $dir/monitor.in"
	# shellcheck disable=SC2054
	ARGS+=(-chardev "pipe,id=monitor,path=$dir/monitor" -mon chardev=monitor,mode=control)
	# Open for reading too; otherwise open() waits for the other side.
	exec 9<> "$dir/over"
	(
		exec < /dev/null > /dev/null 2>&1
		exec 6<> "$dir/monitor.out" 7<> "$dir/monitor.in"
		# The end of the pipe does not show, because this side is open for writing too.
		sed -u '/"over": true/q' <&6 | jq -rj '.return | strings' > "$dir/state" &
		echo '{ "execute": "qmp_capabilities" }' >&7
		if machine_await_end "$dir" "$seconds" "$silence" "$kick"; then
			ended=yes
		else
			machine_questions | timeout 5 cat >&7 || :
			read -r -u 9
		fi
		echo '{ "over": true }' >&6
		wait
		[ -z "$ended" ] || rm "$dir/state"
	) &
	WATCH=$!
}

# machine_ask COMMAND: a command of the monitor for humans
machine_ask()
{
	printf '{ "execute": "human-monitor-command", "arguments": { "command-line": "%s" } }\n' "$1"
}

machine_questions()
{
	machine_ask 'info registers -a'
	machine_ask 'info lapic'
	echo '{ "execute": "quit" }'
}

machine_unwatch()
{
	echo >&9
	wait "$WATCH" || :
	exec 9>&-
	rm "$1"/monitor.in "$1"/monitor.out "$1"/over
}

# machine_verdict DIR TOKEN QEMU_STATUS: a run passed only if the console has the token
machine_verdict()
{
	local log=$1/console state=$1/state token=$2 status=$3 line

	line=$(tr -d '\r' < "$log" | grep -a "^rig: $token " | tail -n 1) || :
	case $line in
	# The kernel can print after it.
	"rig: $token pass"*)
		return 0 ;;
	"rig: $token fail"*)
		say "failed:${line#*fail} console in $log" ;;
	*)
		if [ -f "$state" ]; then
			say "no result in time; console in $log, the CPUs in $state"
		else
			say "ended with no result (QEMU status $status): a panic? console in $log"
		fi
		tail -n 15 "$log" | sed 's/^/rig:   /' >&2
		[ ! -f "$state" ] || return 3 ;;
	esac
	return 1
}

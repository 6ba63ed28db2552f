#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Arguments that pvhost(8) rejects before it opens /dev/kvm_pv, its help texts, and the
# formats of pvhost describe.  attach-options.sh has the arguments of pvhost attach.
# needs: native unit

. ../lib.sh

TABLE=600000,1200000
TMP=$(mktemp -d)
trap 'rm -rf $TMP' EXIT
case $(uname -m) in
x86_64)	 QEMU=qemu-system-x86_64 OTHER=qemu-system-aarch64 ;;
aarch64) QEMU=qemu-system-aarch64 OTHER=qemu-system-x86_64 ;;
esac
COMMANDS='attach sync run detach list stats set cap disable enable describe doctor'

# Programs with the names of QEMU, which must not be started
for program in "$QEMU" "$OTHER"; do
	printf '#!/bin/sh\necho "%s is started"\n' "$program" > "$TMP/$program"
	chmod +x "$TMP/$program"
done

lists_commands()
{
	local command

	prints "COMMAND [OPTION]..." pvhost --help || return
	for command in $COMMANDS; do
		echo "$OUTPUT" | grep -q "^  $command  *[a-z]" && continue
		ktap_print_msg "no command $command in: $OUTPUT"
		return 1
	done
}

# run TEXT OPTION... -- ARGUMENT...: pvhost run rejects OPTION or an ARGUMENT of QEMU
run()
{
	local text=$1 option options=''

	shift
	for option; do
		shift
		[ "$option" != -- ] || break
		options="$options $option"
	done
	# shellcheck disable=SC2086
	PATH=$TMP:$PATH refuses "$text" pvhost run --as-root --table $TABLE $options -- $QEMU "$@"
}

# user TEXT OPTION...: pvhost run of a valid command line rejects the user of QEMU
user()
{
	local text=$1

	shift
	PATH=$TMP:$PATH refuses "$text" env -u SUDO_UID "$@" -- "$QEMU" -accel kvm -smp 2
}

# check_root NAME TEXT COMMAND...: skips for other users, who keep their own
check_root()
{
	if [ "$(id -u)" = 0 ]; then
		check "$1" user "$2" pvhost run --table $TABLE
	else
		ktap_test_skip "$1: only for root"
	fi
}

# starts TEXT PROGRAM ARGUMENT...: pvhost run rejects PROGRAM
starts()
{
	local text=$1

	shift
	PATH=$TMP:$PATH refuses "$text" pvhost run --as-root --table $TABLE -- "$@"
}

# compiles FORMAT ARG...: the compiler of FORMAT accepts the description
compiles()
{
	local format=$1

	shift
	pvhost describe --format "$format" "$@" > "$TMP/source.$format" || return
	case $format in
	dts)	dtc -q -@ -I dts -O dtb -o "$TMP/dtb" "$TMP/source.dts" ;;
	asl)	iasl -p "$TMP/aml" "$TMP/source.asl" > "$TMP/log" ;;
	esac
}

# same_as_default OPTION...: prints the same description as without OPTION
same_as_default()
{
	pvhost describe --vcpus 2 > "$TMP/default" &&
		pvhost describe --vcpus 2 "$@" > "$TMP/with" && cmp "$TMP/default" "$TMP/with"
}

# memory_is RANGES OPTION...: the SSDT for 2 vCPUs has these ranges above 4 GiB
memory_is()
{
	local ranges=$1

	shift
	OUTPUT=$(pvhost describe --vcpus 2 --arch x86_64 --format asl "$@" | awk -F '[ \t,]+' '
		/QWordMemory/	{ getline; type = $2; getline; print type " " $2 "-" $3 }')
	# shellcheck disable=SC2086
	set -- $OUTPUT
	[ "$*" = "$ranges" ] || {
		ktap_print_msg "$*"
		return 1
	}
}

# same_output COMMAND COMMAND: both print the same
same_output()
{
	[ "$($1)" = "$($2)" ]
}

# same_error COMMAND COMMAND: both fail with the same message
same_error()
{
	# shellcheck disable=SC2086
	refuses "pvhost: " $1 && [ "$($1 2>&1)" = "$($2 2>&1)" ]
}

# selects TEXT NAME COMMAND...: a process of this name exists; the command fails with TEXT
selects()
{
	local text=$1 name=$2 pid result=0

	shift 2
	cp "$(command -v sleep)" "$TMP/$name"
	"$TMP/$name" 60 &
	pid=$!
	soon grep -q "$name" /proc/$pid/comm
	refuses "$text" "$@" || result=$?
	kill $pid
	return $result
}

# frequency TEXT KHZ: TEXT in a table that does not ascend is KHZ in the error
frequency()
{
	refuses "--table: 1 after $2: entries must ascend" pvhost attach 1 --table "$1,1"
}

case $(uname -m) in
x86_64)	 FORMAT=asl ;;
aarch64) FORMAT=dts ;;
esac

ktap_print_header
ktap_set_plan 115

check "pvhost without a command fails" refuses "missing command" pvhost
check "pvhost rejects an unknown command" refuses "unknown command \"fly\"" pvhost fly
check "pvhost list rejects an unknown option with the name of the program" \
	refuses "pvhost: list: unrecognized option '--fly'" pvhost list --fly
check "pvhost --json accepts a command after it" same_error "pvhost list --json" "pvhost --json list"
check "pvhost --json without a command fails" refuses "missing command" pvhost --json
check "pvhost help prints the text of --help" same_output "pvhost help" "pvhost --help"
check "pvhost help COMMAND prints the text of COMMAND --help" \
	same_output "pvhost help cap" "pvhost cap --help"
check "pvhost help --help prints the text of --help" same_output "pvhost help --help" "pvhost --help"
check "pvhost help rejects an unknown command" refuses 'unknown command "fly"' pvhost help fly
check "pvhost list rejects a surplus argument" refuses "unexpected argument \"fly\"" pvhost list fly
check "pvhost --help lists all commands" lists_commands
for command in $COMMANDS; do
	check "pvhost $command --help prints its usage" \
		prints "Usage: pvhost $command" pvhost "$command" --help
done

check "pvhost attach rejects a libvirt domain that does not run" \
	refuses "no domain \"no such domain\" runs" pvhost attach --libvirt "no such domain"
check "pvhost attach rejects a path as libvirt domain" refuses "no domain" \
	pvhost attach --libvirt ../x --table $TABLE

check "pvhost sync rejects --stay without a VM" refuses "--stay requires one VM" pvhost sync --stay
check "pvhost sync rejects --stay with --check" refuses "excludes --check" \
	pvhost sync --stay --check one
check "pvhost sync rejects a path as name of a VM" refuses '"../one" cannot be the name of a file' \
	pvhost sync ../one

check "pvhost stats rejects --openmetrics with --json" refuses "none of --json," \
	pvhost stats --openmetrics --json
check "pvhost stats rejects --openmetrics with --watch" refuses "none of --json," \
	pvhost stats --openmetrics --watch
check "pvhost stats rejects --watch=0" \
	refuses '--watch: invalid duration "0": expected 0.01..86400 seconds' pvhost stats --watch=0
check "pvhost stats rejects --id with --pid" refuses "--id goes with none of" \
	pvhost stats --id 1 --pid 1
check "pvhost cap without a frequency fails" refuses "missing frequency, such as 1600MHz, or none" pvhost cap --pid 1
check "pvhost cap without a VM fails" refuses "one of VM, --pid, --name, --libvirt, --id and --all" \
	pvhost cap 600000
check "pvhost cap rejects --all with --pid" \
	refuses "one of VM, --pid, --name, --libvirt, --id and --all" pvhost cap --all --pid 1 600000
check "pvhost cap rejects a surplus argument" refuses "unexpected argument" pvhost cap --pid 1 600000 kHz
check "pvhost cap rejects a frequency in letters" \
	refuses 'cap: invalid frequency "fast": expected kHz' pvhost cap --pid 1 fast
check "pvhost cap rejects a frequency of 0" \
	refuses 'cap: invalid frequency "0": expected kHz' pvhost cap --pid 1 0
check "pvhost detach without a VM fails" \
	refuses "one of VM, --pid, --name, --libvirt, --id and --all" pvhost detach
check "pvhost set without a VM fails" refuses "one of VM, --pid," pvhost set --cap 600000
check "pvhost set without a setting fails" refuses "missing setting, such as --cap" pvhost set 1
check "pvhost set rejects an unknown setting" refuses "set: unrecognized option" pvhost set 1 --fly 2
check "pvhost set rejects an unknown level of telemetry" \
	refuses "expected off, counters or events" pvhost set 1 --telemetry all
check "pvhost set rejects --all with --pid" refuses "one of VM, --pid," \
	pvhost set --all --pid 1 --telemetry off
check "pvhost set rejects two VMs" refuses 'unexpected argument "2"' pvhost set 1 2 --cap none
for command in attach detach stats "set --cap 1" doctor; do
	# shellcheck disable=SC2086
	check "pvhost $command rejects a VM that no process is named after" \
		refuses 'no VM is named "no VM has this name"' pvhost $command "no VM has this name"
done
check "pvhost attach rejects a process that does not exist before other errors" \
	refuses "process 2147483647 does not exist" pvhost attach 2147483647 --table 2,1
check "pvhost attach selects a VM by its name as operand" selects "2 after 3" vmname$$ \
	pvhost attach vmname$$ --table 3,2
check "pvhost attach rejects an operand after --pid" refuses 'unexpected argument "1"' \
	pvhost attach --pid 1 1
check "pvhost reads 1.6GHz" frequency 1.6GHz 1600000
check "pvhost reads 1600MHz" frequency 1600MHz 1600000
check "pvhost reads 1600000kHz" frequency 1600000kHz 1600000
check "pvhost reads 1.000001ghz" frequency 1.000001ghz 1000001
check "pvhost reads 800.5MHz" frequency 800.5MHz 800500
for text in 1.0000001GHz 1.5 1.5kHz GHz .5GHz 1.GHz 1Hz 0MHz +1GHz 1e3MHz 4294.967296GHz; do
	check "pvhost rejects the frequency $text" refuses "invalid frequency \"$text\"" \
		pvhost cap 1 "$text"
done
check "pvhost run without a program fails" starts "the command line of QEMU is missing"
check "pvhost run rejects a program that does not exist" starts "qemu-fly not found" \
	qemu-fly -accel kvm
check "pvhost run rejects QEMU for another architecture" starts "KVM of this host needs $QEMU" \
	"$OTHER" -accel kvm
check "pvhost run rejects QEMU without KVM" run "add -accel kvm" -- -m 64
check "pvhost run ignores -enable-kvm in the value of -append" run "add -accel kvm" -- \
	-append -enable-kvm
check "pvhost run rejects -smp in letters" \
	run '-smp: invalid number "two": expected 1..65536' -- -accel kvm -smp two
check "pvhost run rejects -smp cpus=0" \
	run '-smp: invalid number "0": expected 1..65536' -- -accel kvm -smp cpus=0
check "pvhost run counts sockets times cores of -smp" run "2 domains for 6 CPUs" \
	--perf-domains 0,1 -- -M accel=kvm -smp sockets=3,cores=2
check "pvhost run counts smp.maxcpus of -M" run "2 domains for 8 CPUs" --perf-domains 0,1 -- \
	-smp 3 -M accel=kvm,smp.maxcpus=8
check "pvhost run rejects -daemonize" run "in the background" -- -accel kvm -daemonize
check "pvhost run rejects --preconfig" run "pvhost attach" -- -accel kvm --preconfig
check "pvhost run accepts -M microvm" run "is not a multiple of" --base 0x10000004 -- -accel kvm \
	-M microvm
check "pvhost run --describe rejects -M microvm, which ignores -acpitable" \
	run "use -M q35 or -M pc" --describe -- -accel kvm -M microvm
check "pvhost run --describe rejects microvm with options" run "machine microvm: " --describe -- \
	-M microvm,accel=kvm
check "pvhost run --describe rejects -machine type=isapc" run "machine isapc: " --describe -- \
	-accel kvm -machine acpi=on,type=isapc
check "pvhost run --describe takes the last machine of a command line" run "is not a multiple of" \
	--describe --base 0x10000004 -- -M microvm -M q35 -accel kvm
check "pvhost run rejects an unaligned base" run "is not a multiple of" --base 0x10000004 -- -accel kvm

check_root "pvhost run does not start QEMU as root by default" "use --user NAME, or --as-root"
check "pvhost run rejects an unknown user" user '--user: unknown user "no such user"' \
	pvhost run --table $TABLE --user "no such user"
check "pvhost run rejects root as user" user "root is root: use --as-root" \
	pvhost run --table $TABLE --user root
check "pvhost run rejects --user with --as-root" user "exclude each other" \
	pvhost run --table $TABLE --user nobody --as-root
if [ -e /dev/kvm_pv ]; then
	ktap_test_skip "pvhost run uses the user who called sudo: /dev/kvm_pv exists"
else
	check "pvhost run uses the user who called sudo" user "kvm_pv is not loaded" \
		SUDO_UID=65534 pvhost run --table $TABLE
fi

check "pvhost describe without --vcpus fails" refuses "--vcpus" pvhost describe
check "pvhost describe rejects 0 vCPUs" \
	refuses '--vcpus: invalid number "0": expected 1..65536' pvhost describe --vcpus 0
check "pvhost describe rejects an unknown format" refuses "expected dts or asl" \
	pvhost describe --vcpus 2 --format xml
check "pvhost describe rejects an unknown architecture" refuses "expected x86_64 or arm64" \
	pvhost describe --vcpus 2 --arch riscv64
check "pvhost describe rejects the base 0" refuses "the guest rejects the address 0" \
	pvhost describe --vcpus 2 --base 0
check "pvhost describe rejects an unaligned base" refuses "is not a multiple of" \
	pvhost describe --vcpus 2 --base 0x10000004
check "pvhost describe rejects 253 vCPUs at the base of x86_64" refuses "has room for 252 CPUs" \
	pvhost describe --arch x86_64 --vcpus 253
check "pvhost describe --format dts prints an overlay" prints "/plugin/;" \
	pvhost describe --vcpus 2 --format dts
check "pvhost describe --format asl prints a definition block" prints "DefinitionBlock" \
	pvhost describe --vcpus 2 --format asl
check "pvhost describe prints the format of this architecture by default" \
	same_as_default --format "$FORMAT"
check "pvhost describe takes this architecture by default" same_as_default --arch "$(uname -m)"
check "pvhost describe --arch aarch64 is --arch arm64" \
	[ "$(pvhost describe --vcpus 2 --arch aarch64)" = "$(pvhost describe --vcpus 2 --arch arm64)" ]
check "pvhost describe prints a typed base" prints "fe000000" \
	pvhost describe --vcpus 2 --arch arm64 --base 0xfe000000
check "pvhost describe rejects an unaligned address of shared pages" \
	refuses "--shared: 0xb008000 is not a multiple of 0x10000" \
	pvhost describe --vcpus 2 --shared 0xb008000
check "pvhost describe rejects shared pages of a device in BPF" \
	refuses "--shared is not for a device in BPF" \
	pvhost describe --vcpus 2 --shared none device.bpf.o
check "pvhost describe prints both ranges in a device tree" \
	prints "reg = <0x00000000 0x0b800000 0x00000000 0x00002000>, <0x00000000 0x0b000000 0x00000000 0x00020000>;" \
	pvhost describe --vcpus 2 --arch arm64 --format dts
check "pvhost describe prints a typed address of shared pages" \
	prints "<0x00000050 0x00000000 0x00000000 0x01820000>;" \
	pvhost describe --vcpus 512 --arch arm64 --format dts --shared 0x5000000000
check "pvhost describe --shared none prints one range in a device tree" \
	prints "reg = <0x00000000 0x0b800000 0x00000000 0x00002000>;" \
	pvhost describe --vcpus 2 --arch arm64 --format dts --shared none
check "pvhost describe prints shared pages above 4 GiB as cacheable memory in ACPI" \
	memory_is "NonCacheable 0x100000000-0x100001FFF Cacheable 0x4000000000-0x400001FFFF" \
	--base 0x100000000
check "pvhost describe --shared none prints one range in ACPI" \
	memory_is "NonCacheable 0x100000000-0x100001FFF" --base 0x100000000 --shared none
check "pvhost describe prints both compatible strings in a device tree" \
	prints 'compatible = "pvguest,virtual-cpufreq", "qemu,virtual-cpufreq";' \
	pvhost describe --vcpus 2 --format dts
check "pvhost describe prints both compatible strings in ACPI" \
	prints '{ "compatible", Package () { "pvguest,virtual-cpufreq", "qemu,virtual-cpufreq" } }' \
	pvhost describe --vcpus 2 --format asl
check_with dtc "dtc accepts the overlay of pvhost describe" compiles dts --vcpus 2
check_with iasl "iasl accepts the SSDT of pvhost describe" compiles asl --vcpus 2

ktap_finished

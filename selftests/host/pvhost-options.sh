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
COMMANDS='attach run detach list stats cap save restore describe'

# Programs with the names of QEMU, which must not be started
for program in "$QEMU" "$OTHER"; do
	printf '#!/bin/sh\necho "%s is started"\n' "$program" > "$TMP/$program"
	chmod +x "$TMP/$program"
done

lists_commands()
{
	local command

	prints "Usage: pvhost COMMAND" pvhost --help || return
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
	PATH=$TMP:$PATH refuses "$text" pvhost run --table $TABLE $options -- $QEMU "$@"
}

# starts TEXT PROGRAM ARGUMENT...: pvhost run rejects PROGRAM
starts()
{
	local text=$1

	shift
	PATH=$TMP:$PATH refuses "$text" pvhost run --table $TABLE -- "$@"
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

case $(uname -m) in
x86_64)	 FORMAT=asl ;;
aarch64) FORMAT=dts ;;
esac

ktap_print_header
ktap_set_plan 59

check "pvhost without a command fails" refuses "no command is given" pvhost
check "pvhost rejects an unknown command" refuses "no command \"fly\"" pvhost fly
check "pvhost list rejects an unknown option" refuses "--help" pvhost list --fly
check "pvhost list rejects a surplus argument" refuses "what is \"fly\" for" pvhost list fly
check "pvhost --help lists all commands" lists_commands
for command in $COMMANDS; do
	check "pvhost $command --help prints its usage" \
		prints "Usage: pvhost $command" pvhost "$command" --help
done

check "pvhost attach rejects a libvirt domain that does not run" \
	refuses "no domain \"no such domain\" runs" pvhost attach --libvirt "no such domain"
check "pvhost attach rejects a path as libvirt domain" refuses "no domain" \
	pvhost attach --libvirt ../x --table $TABLE

check "pvhost stats rejects --openmetrics with --json" refuses "neither --json nor" \
	pvhost stats --openmetrics --json
check "pvhost stats rejects --openmetrics with --watch" refuses "neither --json nor" \
	pvhost stats --openmetrics --watch
check "pvhost stats rejects --watch=0" \
	refuses '--watch: invalid number "0": expected 1..86400' pvhost stats --watch=0
check "pvhost stats rejects --id with --pid" refuses "--id goes with none of" \
	pvhost stats --id 1 --pid 1
check "pvhost cap without a frequency fails" refuses "how many kHz" pvhost cap --pid 1
check "pvhost cap without a VM fails" refuses "one of --pid, --name, --libvirt, --id and --all" \
	pvhost cap 600000
check "pvhost cap rejects --all with --pid" \
	refuses "one of --pid, --name, --libvirt, --id and --all" pvhost cap --all --pid 1 600000
check "pvhost cap rejects a surplus argument" refuses "what is" pvhost cap --pid 1 600000 kHz
check "pvhost cap rejects a frequency in letters" \
	refuses 'cap: invalid number "fast": expected 1..4294967295' pvhost cap --pid 1 fast
check "pvhost cap rejects a frequency of 0" \
	refuses 'cap: invalid number "0": expected 1..4294967295' pvhost cap --pid 1 0
check "pvhost detach without a VM fails" \
	refuses "one of --pid, --name, --libvirt, --id and --all" pvhost detach
check "pvhost save without a VM fails" refuses "one of --pid, --name, --libvirt and --id" \
	pvhost save
check "pvhost save rejects two VMs" refuses "one of --pid, --name, --libvirt and --id" \
	pvhost save --pid 1 --id 1
check "pvhost save rejects a surplus argument" refuses "what is" \
	pvhost save --pid 1 "$TMP/a" "$TMP/b"
check "pvhost restore without a VM fails" refuses "one of --pid, --name and --libvirt" \
	pvhost restore "$TMP/state"
check "pvhost restore rejects a surplus argument" refuses "what is" \
	pvhost restore --pid 1 "$TMP/state" "$TMP/state"
check "pvhost restore names a file that does not exist" refuses "$TMP/no: No such file" \
	pvhost restore --pid 1 "$TMP/no"

check "pvhost run without a program fails" starts "how QEMU is started"
check "pvhost run rejects a program that does not exist" starts "there is no qemu-fly" \
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
	--domains 0,1 -- -M accel=kvm -smp sockets=3,cores=2
check "pvhost run counts smp.maxcpus of -M" run "2 domains for 8 CPUs" --domains 0,1 -- \
	-smp 3 -M accel=kvm,smp.maxcpus=8
check "pvhost run rejects -daemonize" run "in the background" -- -accel kvm -daemonize
check "pvhost run rejects --preconfig" run "pvhost attach" -- -accel kvm --preconfig
check "pvhost run rejects an unaligned base" run "no multiple of" --base 0x10000004 -- -accel kvm

check "pvhost describe without --vcpus fails" refuses "--vcpus" pvhost describe
check "pvhost describe rejects 0 vCPUs" \
	refuses '--vcpus: invalid number "0": expected 1..65536' pvhost describe --vcpus 0
check "pvhost describe rejects an unknown format" refuses "it is dts or asl" \
	pvhost describe --vcpus 2 --format xml
check "pvhost describe rejects an unknown architecture" refuses "it is x86_64 or arm64" \
	pvhost describe --vcpus 2 --arch riscv64
check "pvhost describe rejects an unaligned base" refuses "no multiple of" \
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
check_with dtc "dtc accepts the overlay of pvhost describe" compiles dts --vcpus 2
check_with iasl "iasl accepts the SSDT of pvhost describe" compiles asl --vcpus 2

ktap_finished

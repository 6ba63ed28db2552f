#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# dkms.conf: the kernels that DKMS skips, and the modules that it builds for the others.  bash
# evaluates the file as DKMS 3.0.10 and 3.2.2 do; both match the release of a kernel against
# BUILD_EXCLUSIVE_KERNEL.
# needs: native unit

. ../lib.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

cp ../dkms.conf "$tmp/"
cat > "$tmp/META" <<'END'
Name:		pvguest
Version:	0.2.0
Guest-Oldest:	5.10
Guest-Newest:	7.3
Host-Oldest:	6.1
Host-Newest:	7.2
END
# Headers with vmlinux, which has the BTF, and headers without it
mkdir "$tmp/btf" "$tmp/headers"
touch "$tmp/btf/vmlinux"
# Headers with a configuration
HOST='CONFIG_KVM CONFIG_KPROBES CONFIG_CPU_FREQ CONFIG_DYNAMIC_FTRACE_WITH_ARGS'
BPF='CONFIG_BPF_SYSCALL CONFIG_BPF_JIT CONFIG_DEBUG_INFO_BTF_MODULES'
for headers in host no-kprobes no-cpufreq no-ftrace no-bpf; do
	mkdir -p "$tmp/$headers/include/config"
	touch "$tmp/$headers/vmlinux"
done
# without FOLDER [OPTION]: a configuration of a host, without one option
without()
{
	for option in $HOST $BPF; do
		[ "$option" = "${2:-}" ] || echo "$option=y"
	done | sed 's/^CONFIG_KVM=y/CONFIG_KVM=m/' > "$tmp/$1/include/config/auto.conf"
}

without host
without no-kprobes CONFIG_KPROBES
echo CONFIG_KPROBES_ON_FTRACE=y >> "$tmp/no-kprobes/include/config/auto.conf"
without no-cpufreq CONFIG_CPU_FREQ
without no-ftrace CONFIG_DYNAMIC_FTRACE_WITH_ARGS
without no-bpf CONFIG_BPF_JIT

# side SIDE: change dkms.conf like make dkms-tree
side()
{
	sed "s/^pv_side=.*/pv_side=$1/" ../dkms.conf > "$tmp/dkms.conf"
}

# dkms RELEASE [HEADERS]: "skip", or the modules
dkms()
{
	# shellcheck disable=SC2016
	kernelver=$1 kernel_source_dir=$tmp/${2:-btf} dkms_tree=/var/lib/dkms bash -c '
		. "$1" > /dev/null
		if [[ $BUILD_EXCLUSIVE_KERNEL && ! $kernelver =~ $BUILD_EXCLUSIVE_KERNEL ]]; then
			echo skip
		else
			echo "${BUILT_MODULE_NAME[*]}"
		fi' bash "$tmp/dkms.conf"
}

# autoinstalls RELEASE: whether "dkms autoinstall -k RELEASE" installs the modules.  It evaluates
# dkms.conf in a function with a local variable, which has the release of a kernel that has the
# modules already.
autoinstalls()
{
	# shellcheck disable=SC2016
	[ "$(kernel_source_dir=$tmp/btf dkms_tree=/var/lib/dkms bash -c '
		source_file()
		{
			(. "$1" > /dev/null && echo "$AUTOINSTALL")
		}

		read_conf()
		{
			local kernelver=6.1.0-57-amd64

			source_file "$1"
		}

		kernelver=("$2")
		read_conf "$1"' bash "$tmp/dkms.conf" "$1")" = yes ]
}

# cleans: the command that DKMS runs before a build
cleans()
{
	# shellcheck disable=SC2016
	kernelver=6.12.5 kernel_source_dir=$tmp/btf dkms_tree=/var/lib/dkms bash -c '
		. "$1" > /dev/null && echo "$CLEAN"' bash "$tmp/dkms.conf"
}

# skips RELEASE...: DKMS skips all of them
skips()
{
	local release

	for release; do
		[ "$(dkms "$release")" = skip ] && continue
		ktap_print_msg "DKMS builds for $release: $(dkms "$release")"
		return 1
	done
}

# does_not COMMAND...: the command fails
does_not()
{
	! "$@"
}

GUEST='pv_hypervisor pv_hypercall vcpufreq pv_exits'

ktap_print_header
ktap_set_plan 28

check 'DKMS skips kernels that are too old' skips 4.19.0-27-amd64 5.1.0 5.9.16-amd64
check 'DKMS skips kernels that are too new' skips 7.4.0-amd64 7.4-rc1 7.30.1 8.0.1+deb14-arm64 10.1.0
check_is 'DKMS builds the guest modules for the oldest kernel' "$(dkms 5.10.0-32-amd64)" "$GUEST"
check_is 'DKMS builds the host modules since 6.1' "$(dkms 6.1.0-57-amd64)" "$GUEST kvm_pv"
check_is 'DKMS builds no host modules before 6.1' "$(dkms 6.0.12)" "$GUEST"
check_is 'DKMS builds no kvm_pv_bpf before 6.11' "$(dkms 6.9.8-amd64)" "$GUEST kvm_pv"
check_is 'DKMS builds all modules for 6.12' "$(dkms 6.12.117+deb12-amd64)" "$GUEST kvm_pv kvm_pv_bpf"
check_is 'DKMS builds all modules for 6.12 of a cloud' "$(dkms 6.12.117+deb13-cloud-arm64)" \
	"$GUEST kvm_pv kvm_pv_bpf"
check_is 'DKMS builds no kvm_pv_bpf without the BTF of the kernel' \
	"$(dkms 6.12.117+deb12-amd64 headers)" "$GUEST kvm_pv"
check_is 'DKMS builds no host modules without CONFIG_KPROBES' \
	"$(dkms 6.12.117+deb12-amd64 no-kprobes)" "$GUEST"
check_is 'DKMS builds the host modules if the kernel has their options' \
	"$(dkms 6.12.117+deb12-amd64 host)" "$GUEST kvm_pv kvm_pv_bpf"
check_is 'DKMS builds no host modules without ftrace' \
	"$(dkms 6.12.117+deb12-amd64 no-ftrace)" "$GUEST"
check_is 'DKMS builds no kvm_pv_bpf without the JIT of BPF' \
	"$(dkms 6.12.117+deb12-amd64 no-bpf)" "$GUEST kvm_pv"
check_is 'DKMS builds neither vcpufreq nor host modules without CONFIG_CPU_FREQ' \
	"$(dkms 6.12.117+deb13-cloud-arm64 no-cpufreq)" "pv_hypervisor pv_hypercall pv_exits"
check_is 'DKMS builds for the last sublevel of the newest host kernel' "$(dkms 7.2.99)" \
	"$GUEST kvm_pv kvm_pv_bpf"
check_is 'DKMS builds no host modules for a kernel that is too new for the host' \
	"$(dkms 7.3.4+deb13-amd64)" "$GUEST"
check_is 'DKMS builds for a release candidate' "$(dkms 7.3-rc1)" "$GUEST"
check 'DKMS installs the modules automatically for a tested kernel' autoinstalls 6.12.117+deb12-amd64
check 'DKMS does not install the modules automatically for an untested kernel' \
	does_not autoinstalls 7.4.0-amd64
check 'DKMS installs the modules automatically if the command names no kernel' autoinstalls ""
check_is 'DKMS 3.1.8 does not warn of a command that cleans' "$(cleans)" true

side guest
check_is 'DKMS builds no host modules of the guest package' "$(dkms 6.12.117+deb12-amd64)" "$GUEST"
check_is 'DKMS builds the guest package for the oldest kernel' "$(dkms 5.10.0-32-amd64)" "$GUEST"
side host
check_is 'DKMS builds no guest modules of the host package' "$(dkms 6.12.117+deb12-amd64)" \
	'kvm_pv kvm_pv_bpf'
check 'DKMS skips the host package for kernels that are too old or too new for the host' \
	skips 5.10.0-32-amd64 6.0.12 7.3.4+deb13-amd64
check_is 'DKMS skips the host package for a kernel without ftrace' \
	"$(dkms 6.12.117+deb12-amd64 no-ftrace)" skip
check 'DKMS installs the host package automatically for a tested kernel' autoinstalls 6.1.0-57-amd64
check 'DKMS does not install the host package automatically for a kernel of guests' \
	does_not autoinstalls 5.10.0-32-amd64

ktap_finished

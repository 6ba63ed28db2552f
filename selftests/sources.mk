# SPDX-License-Identifier: GPL-2.0
#
# The tests.  One entry per line, sorted; an empty line ends each list.  "make
# check-lists" prints every .c and .sh file that no list contains.  Test modules
# are listed in the Kbuild files.

# Programs in C: tests, and the programs that scripts start
TEST_SOURCES := \
	selftests/bench/user.c \
	selftests/bench/vmfile.c \
	selftests/bpf/alarm.c \
	selftests/bpf/kfuncs.c \
	selftests/bpf/line.c \
	selftests/bpf/replace.c \
	selftests/bpf/vms.c \
	selftests/cpufreq/burst.c \
	selftests/direct/refuse.c \
	selftests/host/current-frequency.c \
	selftests/host/device.c \
	selftests/host/dirty.c \
	selftests/host/freq-qos.c \
	selftests/host/hypercall-results.c \
	selftests/host/ioctl.c \
	selftests/host/isolation.c \
	selftests/host/killed-vm.c \
	selftests/host/lifecycle.c \
	selftests/host/note.c \
	selftests/host/record.c \
	selftests/host/share.c \
	selftests/host/state-refused.c \
	selftests/host/state.c \
	selftests/host/unprivileged.c \
	selftests/host/vmm.c \
	selftests/hypercall/batch.c \
	selftests/hypercall/compat-x86.c \
	selftests/hypercall/fuzz.c \
	selftests/hypercall/host.c \
	selftests/hypercall/ioctl.c \
	selftests/hypercall/latency.c \
	selftests/hypercall/lockdown.c \
	selftests/hypercall/nohost.c \
	selftests/hypercall/probe.c \
	selftests/hypercall/restrict.c \
	selftests/hypercall/share.c \
	selftests/hypercall/threads.c \
	selftests/hypercall/trace.c \
	selftests/hypercall/unsafe.c \
	selftests/hypertrace/caller.c \
	selftests/hypertrace/tagged.c \
	selftests/hypervisor/cpuid-x86.c \
	selftests/hypervisor/detect.c \
	selftests/hypervisor/interface.c \
	selftests/hypervisor/signature.c \
	selftests/hypervisor/smccc-arm64.c \
	selftests/vcpuinfo/calls.c \
	selftests/vcpuinfo/chart.c \
	selftests/vcpuinfo/cpulist.c \
	selftests/vcpuinfo/guest.c \
	selftests/vcpuinfo/histogram.c \
	selftests/vcpuinfo/machines.c \
	selftests/vcpuinfo/percpu.c \
	selftests/vcpuinfo/sysfs.c \

# Objects that tests load as devices in BPF, or that the kernel must reject
TEST_BPF := \
	selftests/bpf/devices/init-fails.bpf.c \
	selftests/bpf/devices/kfuncs.bpf.c \
	selftests/bpf/devices/other.bpf.c \
	selftests/bpf/refused/access.bpf.c \
	selftests/bpf/refused/bounds.bpf.c \
	selftests/bpf/refused/loop.bpf.c \
	selftests/bpf/refused/nowrite.bpf.c \
	selftests/bpf/refused/outside.bpf.c \
	selftests/bpf/refused/sleeps.bpf.c \
	selftests/bpf/refused/unknown.bpf.c \

# Shell scripts: tests, and the functions that they share
TEST_SCRIPTS := \
	selftests/bpf/again.sh \
	selftests/bpf/clock.sh \
	selftests/bpf/describe.sh \
	selftests/bpf/device.sh \
	selftests/bpf/refused.sh \
	selftests/bpf/rtc.sh \
	selftests/bpf/run.sh \
	selftests/cpufreq/bind-load.sh \
	selftests/cpufreq/bind.sh \
	selftests/cpufreq/cpupower.sh \
	selftests/cpufreq/eas.sh \
	selftests/cpufreq/endure.sh \
	selftests/cpufreq/fake-device.sh \
	selftests/cpufreq/fake.sh \
	selftests/cpufreq/hotplug-load.sh \
	selftests/cpufreq/hotplug.sh \
	selftests/cpufreq/lib.sh \
	selftests/cpufreq/load.sh \
	selftests/cpufreq/nohost.sh \
	selftests/cpufreq/policy.sh \
	selftests/cpufreq/record-fake.sh \
	selftests/cpufreq/record-hosts.sh \
	selftests/cpufreq/record.sh \
	selftests/cpufreq/reload.sh \
	selftests/cpufreq/renew.sh \
	selftests/cpufreq/requests.sh \
	selftests/cpufreq/suite.sh \
	selftests/detect/detect.sh \
	selftests/detect/module.sh \
	selftests/direct/modprobe.sh \
	selftests/host/attach-options.sh \
	selftests/host/hostile-guest.sh \
	selftests/host/hostile.sh \
	selftests/host/killed.sh \
	selftests/host/lib.sh \
	selftests/host/libvirt.sh \
	selftests/host/number-options.sh \
	selftests/host/pvhost-options.sh \
	selftests/host/pvhost.sh \
	selftests/host/qemu.sh \
	selftests/host/restore-files.sh \
	selftests/host/run-lib.sh \
	selftests/host/run.sh \
	selftests/host/save.sh \
	selftests/host/saved.sh \
	selftests/hypercall/tracers.sh \
	selftests/hypercall/unsafe.sh \
	selftests/hypertrace/calls-kvm-pv.sh \
	selftests/hypertrace/calls-select.sh \
	selftests/hypertrace/calls.sh \
	selftests/hypertrace/exits.sh \
	selftests/hypertrace/hypertrace-options.sh \
	selftests/hypertrace/lib.sh \
	selftests/hypertrace/split-unseen.sh \
	selftests/hypertrace/split.sh \
	selftests/hypervisor/host.sh \
	selftests/hypervisor/nohost.sh \
	selftests/lib.sh \
	selftests/vcpuinfo/call-guest.sh \
	selftests/vcpuinfo/call-nohost.sh \
	selftests/vcpuinfo/call-options-guest.sh \
	selftests/vcpuinfo/call.sh \
	selftests/vcpuinfo/freq-guest.sh \
	selftests/vcpuinfo/record-native.sh \
	selftests/vcpuinfo/record-private.sh \
	selftests/vcpuinfo/record-trees.sh \
	selftests/vcpuinfo/refuses.sh \
	selftests/vcpuinfo/tree.sh \
	selftests/vcpuinfo/vcpuinfo-direct.sh \
	selftests/vcpuinfo/vcpuinfo-guest.sh \
	selftests/vcpuinfo/vcpuinfo-nohost.sh \
	selftests/vcpuinfo/vcpuinfo-options.sh \
	selftests/vcpuinfo/vcpuinfo-sysroot.sh \
	selftests/vcpuinfo/version-options.sh \
	selftests/vcpuinfo/watch-sysroot.sh \

# Data that tests read; a folder stands for all of its files
TEST_DATA := \
	selftests/bench/rows \
	selftests/detect/cases \
	selftests/vcpuinfo/flat.awk \
	selftests/vcpuinfo/tree-pack \
	selftests/vcpuinfo/trees \


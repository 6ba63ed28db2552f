# SPDX-License-Identifier: GPL-2.0

VCPUINFO_SOURCES := \
	userspace/vcpuinfo/call.c \
	userspace/vcpuinfo/cpufreq.c \
	userspace/vcpuinfo/cpuid.c \
	userspace/vcpuinfo/devices.c \
	userspace/vcpuinfo/exits.c \
	userspace/vcpuinfo/fact.c \
	userspace/vcpuinfo/files.c \
	userspace/vcpuinfo/firmware.c \
	userspace/vcpuinfo/hypercalls.c \
	userspace/vcpuinfo/hypervisor-facts.c \
	userspace/vcpuinfo/hypervisor.c \
	userspace/vcpuinfo/kernel.c \
	userspace/vcpuinfo/latency.c \
	userspace/vcpuinfo/note.c \
	userspace/vcpuinfo/options-values.c \
	userspace/vcpuinfo/options.c \
	userspace/vcpuinfo/print.c \
	userspace/vcpuinfo/record.c \
	userspace/vcpuinfo/scrub-dump.c \
	userspace/vcpuinfo/scrub.c \
	userspace/vcpuinfo/section.c \
	userspace/vcpuinfo/smbios.c \
	userspace/vcpuinfo/summary.c \
	userspace/vcpuinfo/vcpuinfo.c \
	userspace/vcpuinfo/vcpus.c \
	userspace/vcpuinfo/verdict.c \
	userspace/vcpuinfo/watch.c \


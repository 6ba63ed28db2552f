# SPDX-License-Identifier: GPL-2.0
#
# libpv: what the programs and the tests share, with the detection code and the names
# of exit reasons that modules and user space have in common.  One entry per line, sorted; an
# empty line ends the list.

LIBPV_SOURCES := \
	drivers/exits/reason.c \
	drivers/hypervisor/confidential.c \
	drivers/hypervisor/cpuid.c \
	drivers/hypervisor/detect.c \
	drivers/hypervisor/discover-check.c \
	drivers/hypervisor/feature.c \
	drivers/hypervisor/hyperv.c \
	drivers/hypervisor/nesting.c \
	drivers/hypervisor/signature.c \
	drivers/hypervisor/uid.c \
	drivers/hypervisor/vendor.c \
	drivers/hypervisor/xen.c \
	userspace/libpv/arch-arm64.c \
	userspace/libpv/arch-x86.c \
	userspace/libpv/calls.c \
	userspace/libpv/cpuid-dump-make.c \
	userspace/libpv/cpuid-dump.c \
	userspace/libpv/cpulist.c \
	userspace/libpv/device.c \
	userspace/libpv/exits-sum.c \
	userspace/libpv/exits.c \
	userspace/libpv/histogram.c \
	userspace/libpv/number.c \
	userspace/libpv/output.c \
	userspace/libpv/pattern.c \
	userspace/libpv/plain-text.c \
	userspace/libpv/sysfs-text.c \
	userspace/libpv/sysfs.c \


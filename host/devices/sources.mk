# SPDX-License-Identifier: GPL-2.0
#
# Devices in BPF that pvhost loads

DEVICE_BPF := \
	host/devices/pl031.bpf.c \
	host/devices/vcpufreq.bpf.c \


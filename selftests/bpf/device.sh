#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A guest sees the same registers of the virtual cpufreq device in BPF as of the device of
# kvm_pv.
# needs: host-bpf full

PV_BPF=${PV_BPF:-/usr/lib/pvguest/vcpufreq.bpf.o} exec ../host/device

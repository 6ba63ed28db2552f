#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What a guest sees of the virtual cpufreq device in BPF: the same as of kvm_pv's
# needs: host-bpf

PV_BPF=${PV_BPF:-/usr/lib/pvguest/vcpufreq.bpf.o} exec ../host/device

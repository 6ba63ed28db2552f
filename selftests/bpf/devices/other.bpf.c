// SPDX-License-Identifier: GPL-2.0
/*
 * A device that replaces vcpufreq: each register reads its offset in a number that is not a
 * frequency.
 */
#include "host/devices/mmio.bpf.h"

#define OTHER	0xbeef0000

PV_DEVICE("cpufreq", "pvguest,other", .size = 0x1000, .flags = PV_NOTE_PER_VCPU);

SEC("struct_ops/other_read")
__u64 BPF_PROG(other_read, struct kvm_pv_mmio *mmio)
{
	return OTHER + mmio->offset;
}

SEC("struct_ops/other_write")
void BPF_PROG(other_write, struct kvm_pv_mmio *mmio)
{
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops other = {
	.read	= (void *)other_read,
	.write	= (void *)other_write,
	.name	= "other",
};

char _license[] SEC("license") = "GPL";

// SPDX-License-Identifier: GPL-2.0
/*
 * A device that trusts the guest to stay within an array.
 */
#include "host/devices/mmio.bpf.h"

static __u64 registers[16];

PV_DEVICE("refused", "pvguest,refused", .size = 0x1000,
	  .flags = PV_NOTE_PER_VCPU);

SEC("struct_ops/refused_read")
__u64 BPF_PROG(refused_read, struct kvm_pv_mmio *mmio)
{
	return registers[mmio->offset / 8];
}

SEC("struct_ops/refused_write")
void BPF_PROG(refused_write, struct kvm_pv_mmio *mmio)
{
	registers[mmio->offset / 8] = mmio->value;
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops refused = {
	.read	= (void *)refused_read,
	.write	= (void *)refused_write,
	.name	= "refused",
};

char _license[] SEC("license") = "GPL";

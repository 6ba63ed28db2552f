// SPDX-License-Identifier: GPL-2.0
/*
 * A device that may sleep where it said it does not.
 */
#include "host/devices/mmio.bpf.h"

PV_DEVICE("refused", "pvguest,refused", .size = 0x1000,
	  .flags = PV_NOTE_PER_VCPU);

SEC("struct_ops/refused_read")
__u64 BPF_PROG(refused_read, struct kvm_pv_mmio *mmio)
{
	__u32 value = 0;

	return bpf_kvm_pv_write_guest(mmio, 0, &value, sizeof(value));
}

SEC("struct_ops/refused_write")
void BPF_PROG(refused_write, struct kvm_pv_mmio *mmio)
{
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops refused = {
	.read	= (void *)refused_read,
	.write	= (void *)refused_write,
	.name	= "refused",
};

char _license[] SEC("license") = "GPL";

// SPDX-License-Identifier: GPL-2.0
/*
 * A device that takes no writes.
 */
#include "host/devices/mmio.bpf.h"

PV_DEVICE("refused", "pvguest,refused", .size = 0x1000,
	  .flags = PV_NOTE_PER_VCPU);

SEC("struct_ops/refused_read")
__u64 BPF_PROG(refused_read, struct kvm_pv_mmio *mmio)
{
	return 0;
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops refused = {
	.read	= (void *)refused_read,
	.name	= "refused",
};

char _license[] SEC("license") = "GPL";

// SPDX-License-Identifier: GPL-2.0
/*
 * A device that waits for what may never come.
 */
#include "host/devices/mmio.bpf.h"

static volatile __u32 ready;

PV_DEVICE("refused", "pvguest,refused", .size = 0x1000,
	  .flags = PV_NOTE_PER_VCPU);

SEC("struct_ops/refused_read")
__u64 BPF_PROG(refused_read, struct kvm_pv_mmio *mmio)
{
	while (!ready)
		;
	return 0;
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

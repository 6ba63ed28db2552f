// SPDX-License-Identifier: GPL-2.0
/*
 * A device that does not want to be on a bus.
 */
#include <linux/errno.h>

#include "host/devices/mmio.bpf.h"

PV_DEVICE("picky", "pvguest,picky", .size = 0x1000);

SEC("struct_ops.s/picky_init")
int BPF_PROG(picky_init, __u32 device)
{
	return -EXDEV;
}

SEC("struct_ops/picky_read")
__u64 BPF_PROG(picky_read, struct kvm_pv_mmio *mmio)
{
	return 1;
}

SEC("struct_ops/picky_write")
void BPF_PROG(picky_write, struct kvm_pv_mmio *mmio)
{
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops picky = {
	.init	= (void *)picky_init,
	.read	= (void *)picky_read,
	.write	= (void *)picky_write,
	.name	= "picky",
};

char _license[] SEC("license") = "GPL";

// SPDX-License-Identifier: GPL-2.0
/*
 * A device with an init() that fails.
 */
#include <linux/errno.h>

#include "host/devices/mmio.bpf.h"

PV_DEVICE("init-fails", "pvguest,init-fails", .size = 0x1000);

SEC("struct_ops.s/init_fails_init")
int BPF_PROG(init_fails_init, __u32 device)
{
	return -EXDEV;
}

SEC("struct_ops/init_fails_read")
__u64 BPF_PROG(init_fails_read, struct kvm_pv_mmio *mmio)
{
	return 1;
}

SEC("struct_ops/init_fails_write")
void BPF_PROG(init_fails_write, struct kvm_pv_mmio *mmio)
{
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops init_fails = {
	.init	= (void *)init_fails_init,
	.read	= (void *)init_fails_read,
	.write	= (void *)init_fails_write,
	.name	= "init_fails",
};

char _license[] SEC("license") = "GPL";

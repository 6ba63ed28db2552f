/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that is rejected: the file that includes this defines REFUSED_READ and
 * REFUSED_WRITE with a body.
 */
#ifndef _SELFTESTS_BPF_REFUSED_H
#define _SELFTESTS_BPF_REFUSED_H

#include "host/devices/mmio.bpf.h"

PV_DEVICE("refused", "pvguest,refused", .size = 0x1000,
	  .flags = PV_NOTE_PER_VCPU);

#define REFUSED_READ							\
	SEC("struct_ops/refused_read")					\
	__u64 BPF_PROG(refused_read, struct kvm_pv_mmio *mmio)

#define REFUSED_WRITE							\
	SEC("struct_ops/refused_write")					\
	void BPF_PROG(refused_write, struct kvm_pv_mmio *mmio)

__u64 refused_read(unsigned long long *ctx);
void refused_write(unsigned long long *ctx);

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops refused = {
	.read	= (void *)refused_read,
#ifndef REFUSED_NO_WRITE
	.write	= (void *)refused_write,
#endif
	.name	= "refused",
};

char _license[] SEC("license") = "GPL";

#endif /* _SELFTESTS_BPF_REFUSED_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual cpufreq device in BPF: the registers of pv/vcpufreq.h without the extension,
 * towards a guest as the device of kvm_pv.ko.
 *
 * Each CPU is a perf domain of its own, so no vCPU needs to look at what another one asked
 * for, and nothing is locked.  A guest that uses the window of one CPU by two vCPUs at once
 * gets what one of them asked for.  The low bits of an offset are in no register's number,
 * so what is not aligned is of no register.
 *
 * cur_perf is the performance that was requested.  The device does not show the frequency of the
 * host, which other VMs influence; bpf_kvm_pv_freq() returns it.
 */
#include <pv/vcpufreq.h>

#include "mmio.bpf.h"

#define MAX_CPUS	4096	/* a power of 2, and more than KVM's architectures allow */

/* A cache line for each window */
struct window {
	__u32 perf;	/* asked for last, in the table's range; before that the highest */
	__u32 sel;
	__u32 unused[14];
} windows[MAX_CPUS];

/* Set by pvhost before the program is loaded.  Entries that are not in use are 0. */
const volatile __u32 pv_nr_perf = 1;
const volatile __u32 pv_perf[PV_FREQ_PERFTBL_MAX] = { 1 };

PV_DEVICE("cpufreq", PV_FREQ_COMPATIBLE "\0" PV_FREQ_COMPATIBLE_QEMU,
	  .size = PV_FREQ_STRIDE, .flags = PV_NOTE_PER_VCPU);

static __always_inline __u32 clamped(__u32 perf)
{
	__u32 max = pv_perf[(pv_nr_perf - 1) % PV_FREQ_PERFTBL_MAX];
	/* A table of one entry stands for all numbers up to it. */
	__u32 min = pv_nr_perf == 1 ? 1 : pv_perf[0];

	return perf < min ? min : perf > max ? max : perf;
}

/* What takes the place of another device is not told, so what is 0 is that too. */
SEC("struct_ops/vcpufreq_init")
int BPF_PROG(vcpufreq_init, __u32 device)
{
	int i;

	for (i = 0; i < MAX_CPUS; i++)
		windows[i].perf = clamped(~0U);
	return 0;
}

SEC("struct_ops/vcpufreq_read")
__u64 BPF_PROG(vcpufreq_read, struct kvm_pv_mmio *mmio)
{
	__u64 offset = mmio->offset, i = offset / PV_FREQ_STRIDE % MAX_CPUS;

	if (mmio->len != sizeof(__u32))
		return 0;

	switch (offset % PV_FREQ_STRIDE) {
	case PV_FREQ_CUR_PERF:
		return windows[i].perf ?: clamped(~0U);
	case PV_FREQ_PERFTBL_LEN:
		return pv_nr_perf;
	case PV_FREQ_PERFTBL_SEL:
		return windows[i].sel;
	case PV_FREQ_PERFTBL_RD:
		if (windows[i].sel < PV_FREQ_PERFTBL_MAX)
			return pv_perf[windows[i].sel % PV_FREQ_PERFTBL_MAX];
		return 0;
	case PV_FREQ_PERF_DOMAIN:
		return i;
	default:
		return 0;
	}
}

SEC("struct_ops/vcpufreq_write")
void BPF_PROG(vcpufreq_write, struct kvm_pv_mmio *mmio)
{
	__u64 offset = mmio->offset, i = offset / PV_FREQ_STRIDE % MAX_CPUS;
	__u32 value = mmio->value;

	if (mmio->len != sizeof(__u32))
		return;

	if (offset % PV_FREQ_STRIDE == PV_FREQ_PERFTBL_SEL) {
		windows[i].sel = value;
	} else if (offset % PV_FREQ_STRIDE == PV_FREQ_SET_PERF && value) {
		windows[i].perf = clamped(value);
		bpf_kvm_pv_set_clamp(mmio, windows[i].perf, clamped(~0U));
	}
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops vcpufreq = {
	.init	= (void *)vcpufreq_init,
	.read	= (void *)vcpufreq_read,
	.write	= (void *)vcpufreq_write,
	.name	= "vcpufreq",
};

char _license[] SEC("license") = "GPL";

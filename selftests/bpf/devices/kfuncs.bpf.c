// SPDX-License-Identifier: GPL-2.0
/*
 * A device with registers that read the results of the kfuncs, see kfuncs.h.
 */
#include "host/devices/mmio.bpf.h"
#include "selftests/bpf/devices/kfuncs.h"

/* KVM's structure; only this member has the same name in all kernels. */
struct kvm_vcpu {
	int vcpu_id;
} __relocated;

static __u32 inits, clamp_max, clamp_err, gpa_lo, gpa_hi, guest_err, line_err;

PV_DEVICE("kfuncs", "pvguest,kfuncs", .size = 0x1000, .irqs = 1);

SEC("struct_ops.s/kfuncs_init")
int BPF_PROG(kfuncs_init, __u32 device)
{
	inits++;
	return 0;
}

SEC("struct_ops/kfuncs_read")
__u64 BPF_PROG(kfuncs_read, struct kvm_pv_mmio *mmio)
{
	switch (mmio->offset) {
	case KFUNCS_FREQ:
		return bpf_kvm_pv_freq(mmio);
	case KFUNCS_FREQ_MAX:
		return bpf_kvm_pv_freq_max(mmio);
	case KFUNCS_CAPACITY:
		return bpf_kvm_pv_capacity(mmio);
	case KFUNCS_VCPU_ID:
		return bpf_kvm_pv_vcpu_id(mmio);
	case KFUNCS_OWN_ID:
		return mmio->vcpu_id;
	case KFUNCS_KVM_ID:
		return mmio->vcpu->vcpu_id;
	case KFUNCS_DEVICE:
		return mmio->device;
	case KFUNCS_INITS:
		return inits;
	case KFUNCS_LEN:
		return mmio->len * 0x01010101ULL;
	case KFUNCS_WIDE:
		return 0x1122334455667788;
	case KFUNCS_CLAMP_MAX:
		return clamp_max;
	case KFUNCS_CLAMP:
		return clamp_err;
	case KFUNCS_GUEST:
		return guest_err;
	case KFUNCS_LINE:
		return line_err;
	default:
		return 0;
	}
}

static int write_guest(struct kvm_pv_mmio *mmio, __u32 value)
{
	return bpf_kvm_pv_write_guest(mmio, (__u64)gpa_hi << 32 | gpa_lo, &value, sizeof(value));
}

SEC("struct_ops.s/kfuncs_write")
void BPF_PROG(kfuncs_write, struct kvm_pv_mmio *mmio)
{
	__u32 value = mmio->value, i;

	switch (mmio->offset) {
	case KFUNCS_CLAMP_MAX:
		clamp_max = value;
		break;
	case KFUNCS_CLAMP:
		clamp_err = bpf_kvm_pv_set_clamp(mmio, value, clamp_max);
		break;
	case KFUNCS_GPA_LO:
		gpa_lo = value;
		break;
	case KFUNCS_GPA_HI:
		gpa_hi = value;
		break;
	case KFUNCS_GUEST:
		guest_err = write_guest(mmio, value);
		break;
	case KFUNCS_FILL:
		guest_err = 0;
		for (i = 0; i < KFUNCS_MAX_FILL && i < value && !guest_err; i++)
			guest_err = write_guest(mmio, i);
		break;
	case KFUNCS_LINE:
		line_err = bpf_kvm_pv_set_line(mmio->device, value);
		break;
	case KFUNCS_FOREIGN:
		line_err = bpf_kvm_pv_set_line(value, 1);
		break;
	}
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops kfuncs = {
	.init	= (void *)kfuncs_init,
	.read	= (void *)kfuncs_read,
	.write	= (void *)kfuncs_write,
	.name	= "kfuncs",
};

char _license[] SEC("license") = "GPL";

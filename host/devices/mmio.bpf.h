/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For MMIO devices in BPF: the types and kfuncs of kvm_pv_bpf.ko (host/kvm_pv_bpf/mmio.h has
 * their description), and the note that says what the device is.
 *
 * No vmlinux.h: what is named here is relocated by CO-RE, kernels differ in the rest.
 */
#ifndef _PV_MMIO_BPF_H
#define _PV_MMIO_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <pv/mmio_note.h>

#define __relocated __attribute__((preserve_access_index))

struct kvm_vcpu;

struct kvm_pv_mmio {
	struct kvm_vcpu *vcpu;
	__u64 offset;
	__u64 value;
	__u32 len;
	__u32 vcpu_id;
	__u32 device;
} __relocated;

struct kvm_pv_mmio_ops {
	int (*init)(__u32 device);
	__u64 (*read)(struct kvm_pv_mmio *mmio);
	void (*write)(struct kvm_pv_mmio *mmio);
	void (*exit)(__u32 device);
	__s32 vm_fd;
	__u32 irq;
	__u64 base;
	__u64 size;
	char name[16];
};

/* kHz that the CPU of this vCPU runs at, 0: unknown */
__u32 bpf_kvm_pv_freq(struct kvm_pv_mmio *mmio) __ksym;
/* kHz that it can run at, 0: unknown */
__u32 bpf_kvm_pv_freq_max(struct kvm_pv_mmio *mmio) __ksym;
/* its capacity, 1024: the largest of this host */
__u32 bpf_kvm_pv_capacity(struct kvm_pv_mmio *mmio) __ksym;
/* the vCPU's id, as mmio->vcpu_id */
__u32 bpf_kvm_pv_vcpu_id(struct kvm_pv_mmio *mmio) __ksym;
/*
 * Ask for perf of max for the thread of this vCPU (uclamp.min).  Takes effect soon, the last one
 * wins.  -EOPNOTSUPP on a kernel without CONFIG_UCLAMP_TASK, -EINVAL: max is 0 or less than perf.
 */
int bpf_kvm_pv_set_clamp(struct kvm_pv_mmio *mmio, __u32 perf, __u32 max) __ksym;
/*
 * Write to the guest's memory.  May sleep.  -EFAULT: the address has no memory; -EAGAIN: the
 * dirty ring of the vCPU is full.
 */
int bpf_kvm_pv_write_guest(struct kvm_pv_mmio *mmio, __u64 gpa, const void *data,
			   __u32 data__sz) __ksym;
/*
 * Set the device's line, level 0 or 1; also from timers.  Takes effect when the access is done,
 * from a timer soon; the last one wins.  -ENOENT: no such device, -ENXIO: it has no line,
 * -EOPNOTSUPP: KVM has no interrupt controller there.
 */
int bpf_kvm_pv_set_line(__u32 device, __u32 level) __ksym;

/* PV_DEVICE("rtc", "arm,pl031\0arm,primecell", .size = 0x1000, .irqs = 1); */
#define PV_DEVICE(NAME, COMPATIBLE, ...)						\
	const struct pv_note pv_note SEC(PV_NOTE_SECTION) = {				\
		.namesz = sizeof(PV_NOTE_NAME),						\
		.descsz = sizeof(struct pv_note_mmio),					\
		.type = PV_NOTE_MMIO,							\
		.name = PV_NOTE_NAME,							\
		.mmio = {								\
			.version = PV_NOTE_VERSION,					\
			.name = NAME,							\
			.compatible = COMPATIBLE,					\
			__VA_ARGS__							\
		},									\
	}

#endif /* _PV_MMIO_BPF_H */

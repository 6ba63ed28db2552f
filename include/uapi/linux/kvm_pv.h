/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/kvm_pv: attach the host's half of pvguest to a running VM.
 *
 * Structures grow as those of linux/pv_hypercall.h do: size first, unknown rest
 * zero.  The file can be opened by CAP_SYS_ADMIN of the initial user namespace
 * only (else EPERM).
 */
#ifndef _UAPI_LINUX_KVM_PV_H
#define _UAPI_LINUX_KVM_PV_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KVM_PV_IOC		0xBD

/* struct kvm_pv_attach.flags and struct kvm_pv_vm.flags */
#define KVM_PV_EXPOSE_TID	(1U << 0)	/* guest may see host thread ids */

#define KVM_PV_MAX_PERF		64		/* entries of a table */

/* struct kvm_pv_attach.backend and struct kvm_pv_vm.backend */
#define KVM_PV_RECORD		0	/* requests are recorded, and no more */
#define KVM_PV_UCLAMP		1	/* uclamp.min of the vCPUs' threads */
#define KVM_PV_FREQ_QOS		2	/* minimum of the policy of the CPU that a thread is
					 * pinned to
					 */

#define KVM_PV_MAX_MARGIN	100		/* per cent */

/**
 * struct kvm_pv_attach - put a vCPUFreq device on a VM's MMIO bus, and answer its
 *                        hypercalls
 * @size: in: sizeof(struct kvm_pv_attach)
 * @flags: in: KVM_PV_EXPOSE_TID
 * @vm_fd: in: the VM, a file descriptor as KVM_CREATE_VM returns it
 * @nr_cpus: in: windows of the device, 1 .. KVM_MAX_VCPUS
 * @base: in: guest-physical address of the first window, page aligned
 * @nr_perf: in: entries of @perf, 1 .. KVM_PV_MAX_PERF
 * @id: out: handle for the other calls
 * @perf: in: address of @nr_perf __u32, ascending, none 0 (kHz by convention)
 * @domains: in: address of @nr_cpus __u32, the perf domain of each window, or 0:
 *           each window is a domain of its own
 * @backend: in: KVM_PV_RECORD, ..., how this host applies requests
 * @margin: in: per cent that the host's governor adds to a clamp, which gets that much
 *          less; up to KVM_PV_MAX_MARGIN with KVM_PV_UCLAMP, else 0
 * @states: in: address of @nr_cpus struct kvm_pv_state, the registers of each window, as
 *          KVM_PV_SAVE told them; 0: of a guest that has done nothing yet
 * @state_size: in: sizeof(struct kvm_pv_state), which grows as well; 0 without @states
 * @ceiling: in: as that of struct kvm_pv_cap
 * @generation: in: of @ceiling, as KVM_PV_SAVE told it
 * @reserved: 0
 *
 * The registers are there before the guest can see the device.  A record that cannot be
 * put back is off, and is counted as dropped with its reason; all else of @states is
 * taken as a whole, or refused.
 *
 * Errors: EBADF (@vm_fd is no open file), EINVAL (not a VM, or a value out of range),
 * EEXIST (the VM is attached already), EBUSY (the range overlaps guest memory or
 * another device in the kernel), ENOSPC (the bus is full), EOPNOTSUPP (this host has not
 * what @backend needs: CONFIG_UCLAMP_TASK, or a cpufreq driver), ERANGE (@ceiling is not
 * in the table), ENOMEM.
 */
struct kvm_pv_attach {
	__u32 size;
	__u32 flags;
	__s32 vm_fd;
	__u32 nr_cpus;
	__u64 base;
	__u32 nr_perf;
	__u32 id;
	__u64 perf;
	__u64 domains;
	__u32 backend;
	__u32 margin;
	__u64 states;
	__u32 state_size;
	__u32 ceiling;
	__u32 generation;
	__u32 reserved;
};

/**
 * struct kvm_pv_detach - undo KVM_PV_ATTACH
 * @size: in: sizeof(struct kvm_pv_detach)
 * @flags: in: 0
 * @id: in: handle; -ENOENT where it names no VM (any more)
 * @reserved: 0
 */
struct kvm_pv_detach {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 reserved;
};

/**
 * struct kvm_pv_vm - one attached VM
 * @id: handle
 * @flags: KVM_PV_EXPOSE_TID
 * @pid: process that created the VM, in the caller's pid namespace, 0 if not there
 * @nr_cpus: windows
 * @base: guest-physical address of the first window
 * @nr_perf: entries of the table
 * @ceiling: KVM_PV_CAP, 0: none
 * @perf: the table
 * @hypercalls: hypercalls of ours that were answered
 * @backend: KVM_PV_RECORD, ...
 * @margin: per cent
 */
struct kvm_pv_vm {
	__u32 id;
	__u32 flags;
	__s32 pid;
	__u32 nr_cpus;
	__u64 base;
	__u32 nr_perf;
	__u32 ceiling;
	__u32 perf[KVM_PV_MAX_PERF];
	__u64 hypercalls;
	__u32 backend;
	__u32 margin;
};

/**
 * struct kvm_pv_list - the attached VMs
 * @size: in: sizeof(struct kvm_pv_list)
 * @flags: in: 0
 * @nr: in: room at @vms; out: VMs there are, of which at most the room was filled
 * @vm_size: in: sizeof(struct kvm_pv_vm), which grows as well; 0: up to @hypercalls
 * @vms: in: address of @nr struct kvm_pv_vm
 */
struct kvm_pv_list {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 vm_size;
	__u64 vms;
};

/* struct kvm_pv_cpu.drop_reason */
#define KVM_PV_DROP_NONE	0	/* no record was dropped */
#define KVM_PV_DROP_MEMORY	1	/* the memory has gone, or is read-only */
#define KVM_PV_DROP_FAULT	2	/* the VMM does not let us have the page */
#define KVM_PV_DROP_MOVED	3	/* its vCPU switched on that of another window */
#define KVM_PV_DROP_VCPU	4	/* put back: the VM has no such vCPU */
#define KVM_PV_DROP_HOST	5	/* put back: this host has no records */

/* struct kvm_pv_cpu.fail_reason */
#define KVM_PV_FAIL_NONE	0	/* nothing failed */
#define KVM_PV_FAIL_PIN		1	/* the thread may run on CPUs of more than one policy */
#define KVM_PV_FAIL_POLICY	2	/* the CPU of the thread has no cpufreq policy */
#define KVM_PV_FAIL_REFUSED	3	/* the kernel refuses, as a clamp above uclamp.max */

/**
 * struct kvm_pv_cpu - one window of a device, see pv/vcpufreq.h for its record
 * @reads: 32-bit reads that the device answered
 * @requests: writes of set_perf that were taken
 * @refused: accesses of a wrong width or alignment, writes to read-only registers,
 *           requests of 0, records at a bad address
 * @request: last value that the domain's CPUs asked for, 0: none yet
 * @perf: what @request comes to, after clamping to the table and to the ceiling.  The
 *        guest is told what its CPU runs at instead, where this host knows that
 * @domain: perf domain; @request, @perf, @tid, @vcpu_id, @applied, @failed and
 *          @fail_reason are those of the domain
 * @tid: thread of the last request, in the initial pid namespace, 0: none yet
 * @vcpu_id: KVM's id of the vCPU of the last request; U32_MAX: none yet
 * @record: 1: the record is on, 0: it is off
 * @lazy: requests that were taken from the record
 * @writes: times that the host's half of the record was written
 * @dropped: times that a record that was on could not be kept
 * @drop_reason: KVM_PV_DROP_*, why the last one could not
 * @fail_reason: KVM_PV_FAIL_*, why a request could not be applied the last time
 * @applied: times that a request was applied to a thread
 * @failed: times that one could not be
 */
struct kvm_pv_cpu {
	__u64 reads;
	__u64 requests;
	__u64 refused;
	__u32 request;
	__u32 perf;
	__u32 domain;
	__s32 tid;
	__u32 vcpu_id;
	__u32 record;
	__u64 lazy;
	__u64 writes;
	__u64 dropped;
	__u32 drop_reason;
	__u32 fail_reason;
	__u64 applied;
	__u64 failed;
};

/**
 * struct kvm_pv_stats - what one VM did
 * @size: in: sizeof(struct kvm_pv_stats)
 * @flags: in: 0
 * @id: in: handle; -ENOENT where it names no VM (any more)
 * @nr: in: room at @cpus; out: windows of the VM
 * @cpus: in: address of @nr struct kvm_pv_cpu
 * @cpu_size: in: sizeof(struct kvm_pv_cpu), which grows as well
 * @reserved: 0
 */
struct kvm_pv_stats {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 nr;
	__u64 cpus;
	__u32 cpu_size;
	__u32 reserved;
};

/**
 * struct kvm_pv_cap - what a guest gets at most, whatever it asks for
 * @size: in: sizeof(struct kvm_pv_cap)
 * @flags: in: 0
 * @id: in: handle; -ENOENT where it names no VM (any more)
 * @ceiling: in: in units of the table, from its first entry (with one entry only: from
 *           1) to its last, else -ERANGE; 0: no ceiling
 *
 * CPUs of the guest that have a record are told at once, or when they run next.
 */
struct kvm_pv_cap {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 ceiling;
};

#define KVM_PV_NO_VCPU		(~0U)

/**
 * struct kvm_pv_state - registers of one window, see pv/vcpufreq.h
 * @record: record_hi and record_lo; aligned as records are if the record is on
 * @sel: perftbl_sel
 * @request: last value that the domain's CPUs asked for, 0: none yet
 * @vcpu_id: KVM's id of the vCPU that asked last; KVM_PV_NO_VCPU: none yet
 * @record_vcpu_id: KVM's id of the vCPU whose record this is, each of one window at
 *                  most; KVM_PV_NO_VCPU: the record is off
 *
 * @request and @vcpu_id are those of the domain: the same in all of its windows.
 */
struct kvm_pv_state {
	__u64 record;
	__u32 sel;
	__u32 request;
	__u32 vcpu_id;
	__u32 record_vcpu_id;
};

/**
 * struct kvm_pv_save - what KVM_PV_ATTACH needs to go on with a VM
 * @size: in: sizeof(struct kvm_pv_save)
 * @flags: in: 0
 * @id: in: handle; -ENOENT where it names no VM (any more)
 * @nr: in: room at @states; out: windows of the VM
 * @states: out: address of @nr struct kvm_pv_state
 * @state_size: in: sizeof(struct kvm_pv_state), which grows as well
 * @ceiling: out: KVM_PV_CAP, 0: none
 * @generation: out: of the ceiling, as records tell it
 * @reserved: 0
 *
 * The rest of it is what KVM_PV_LIST and KVM_PV_STATS tell.  Of a guest that runs, each
 * domain is as of one moment; EINTR where a signal comes while the guest switches a
 * record.
 */
struct kvm_pv_save {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 nr;
	__u64 states;
	__u32 state_size;
	__u32 ceiling;
	__u32 generation;
	__u32 reserved;
};

#define KVM_PV_ATTACH	_IOWR(KVM_PV_IOC, 0x10, struct kvm_pv_attach)
#define KVM_PV_DETACH	_IOWR(KVM_PV_IOC, 0x11, struct kvm_pv_detach)
#define KVM_PV_LIST	_IOWR(KVM_PV_IOC, 0x12, struct kvm_pv_list)
#define KVM_PV_STATS	_IOWR(KVM_PV_IOC, 0x13, struct kvm_pv_stats)
#define KVM_PV_CAP	_IOWR(KVM_PV_IOC, 0x14, struct kvm_pv_cap)
#define KVM_PV_SAVE	_IOWR(KVM_PV_IOC, 0x15, struct kvm_pv_save)

#endif /* _UAPI_LINUX_KVM_PV_H */

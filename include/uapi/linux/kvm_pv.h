/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/kvm_pv: attach the host side of pvguest to a running VM.
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
#define KVM_PV_HYPERCALLS	(1U << 1)	/* the host answers hypercalls of the guest */
#define KVM_PV_EXPOSE_FREQ	(1U << 2)	/* guest sees the frequency of the host's CPU */
#define KVM_PV_EXPOSE_EXITS	(1U << 3)	/* VCPU_INFO reports the number of exits */

#define KVM_PV_MAX_PERF		64		/* entries of a table */

/* struct kvm_pv_attach.backend and struct kvm_pv_vm.backend */
#define KVM_PV_RECORD		0	/* requests are recorded only */
#define KVM_PV_UCLAMP		1	/* uclamp.min of the vCPUs' threads */
#define KVM_PV_FREQ_QOS		2	/* minimum of the policy of the CPU that a thread is
					 * pinned to, while the thread runs; requires a cap
					 */

/* struct kvm_pv_attach.telemetry, struct kvm_pv_vm.telemetry, struct kvm_pv_telemetry.level */
#define KVM_PV_TELEMETRY_OFF		0
#define KVM_PV_TELEMETRY_COUNTERS	1	/* the guest sees counters of its exits */
#define KVM_PV_TELEMETRY_EVENTS		2	/* and events of the exits that it selects */

#define KVM_PV_MAX_MARGIN	100		/* per cent */

/**
 * struct kvm_pv_attach - add a virtual cpufreq device to a VM
 * @size: in: sizeof(struct kvm_pv_attach)
 * @flags: in: KVM_PV_EXPOSE_TID, KVM_PV_HYPERCALLS, KVM_PV_EXPOSE_FREQ, KVM_PV_EXPOSE_EXITS
 * @vm_fd: in: the VM, a file descriptor as KVM_CREATE_VM returns it
 * @nr_cpus: in: windows of the device, 1 .. KVM_MAX_VCPUS
 * @base: in: guest-physical address of the first window, page aligned
 * @nr_perf: in: entries of @perf, 1 .. KVM_PV_MAX_PERF
 * @id: out: handle for the other calls
 * @perf: in: address of @nr_perf __u32, ascending, none 0 (kHz by convention)
 * @domains: in: address of @nr_cpus __u32, the perf domain of each window, or 0:
 *           each window is a domain of its own
 * @backend: in: KVM_PV_RECORD, ..., how this host applies requests
 * @margin: in: per cent that the host's governor adds to a clamp; the clamp is lower by that.
 *          Up to KVM_PV_MAX_MARGIN with KVM_PV_UCLAMP, else 0
 * @shared: in: guest-physical address of the shared pages, a multiple of 64 KiB, see
 *          pv/shared.h; 0: none, and the guest uses the registers only
 * @shared_size: out: their size
 * @cap: in: as that of struct kvm_pv_cap
 * @hypercalls: out: 0: the host answers hypercalls; EOPNOTSUPP: @flags is without
 *              KVM_PV_HYPERCALLS, or this kernel cannot hook KVM's handler of hypercalls; EBUSY:
 *              a live patch has replaced the handler; or another error of ftrace.  0 too while
 *              the module is disabled, see below
 * @max_rate: in: requests are applied at most so often per second, 0: as the module parameter
 *            max_rate, which limits all VMs
 * @telemetry: in: KVM_PV_TELEMETRY_OFF, ..., what the guest sees of its exits, see pv/exits.h;
 *             requires @shared
 * @reserved: in: 0
 *
 * A flag KVM_PV_EXPOSE_* shows information of the host to the guest, see
 * Documentation/security.rst.
 *
 * The kernel hooks KVM's handler of hypercalls as long as a VM is attached with
 * KVM_PV_HYPERCALLS.  A VM without hypercalls works as one with them, but its guest finds the
 * device only by a description.
 *
 * While the module parameter enabled is N, an attached VM is inert: requests and caps are stored,
 * and in effect when the parameter is Y.
 *
 * The host allocates the shared pages and adds them to the VM as a memory slot with the highest
 * id that is free.
 *
 * Errors:
 *   EBADF          @vm_fd is not an open file
 *   EINVAL         not a VM, or a value is invalid, or @cap is 0 with KVM_PV_FREQ_QOS
 *   EEXIST         the VM is attached
 *   EBUSY          the windows overlap guest memory or another device in the kernel
 *   EADDRINUSE     the shared pages overlap guest memory or a device in the kernel
 *   EADDRNOTAVAIL  this host or this VM cannot have shared pages at @shared: the address is
 *                  beyond the guest's address space, the VM is protected, or the kernel lacks
 *                  ftrace
 *   EAGAIN         the kernel cannot create a thread
 *   EOVERFLOW      the windows are beyond the guest's address space
 *   ENOSPC         the bus has no room
 *   EOPNOTSUPP     this host lacks what @backend needs: CONFIG_UCLAMP_TASK, or a cpufreq driver; or
 *                  KVM does not report what @telemetry needs
 *   ERANGE         @cap is not in the table
 *   ESRCH          the process of the VM has ended, so it cannot have shared pages
 *   EINTR          a fatal signal; what has been done is undone in the background
 *   ENOMEM         no memory, or the memory cgroup of the VM is full
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
	__u64 shared;
	__u32 shared_size;
	__u32 cap;
	__u32 hypercalls;
	__u32 max_rate;
	__u32 telemetry;
	__u32 reserved;
};

/**
 * struct kvm_pv_detach - undo KVM_PV_ATTACH
 * @size: in: sizeof(struct kvm_pv_detach)
 * @flags: in: 0
 * @id: in: handle; -ENOENT if no attached VM has it
 * @reserved: 0
 *
 * The device answers no access after the call has begun.  The call then waits until no vCPU
 * uses the device, and -EINTR means that a signal has ended only the wait: the VM is detached
 * in the background.
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
 * @flags: KVM_PV_EXPOSE_TID, KVM_PV_EXPOSE_FREQ, KVM_PV_EXPOSE_EXITS, KVM_PV_HYPERCALLS: the host
 *         answers hypercalls
 * @pid: process that created the VM, in the caller's pid namespace, 0 if not there
 * @nr_cpus: windows
 * @base: guest-physical address of the first window
 * @nr_perf: entries of the table
 * @cap: KVM_PV_CAP, 0: none
 * @perf: the table
 * @hypercalls: number of hypercalls that the host has answered
 * @backend: KVM_PV_RECORD, ...
 * @margin: per cent
 * @shared: guest-physical address of the shared pages, 0: none
 * @shared_size: their size
 * @max_rate: as that of struct kvm_pv_attach
 * @telemetry: KVM_PV_TELEMETRY_OFF, ..., at present
 */
struct kvm_pv_vm {
	__u32 id;
	__u32 flags;
	__s32 pid;
	__u32 nr_cpus;
	__u64 base;
	__u32 nr_perf;
	__u32 cap;
	__u32 perf[KVM_PV_MAX_PERF];
	__u64 hypercalls;
	__u32 backend;
	__u32 margin;
	__u64 shared;
	__u64 shared_size;
	__u32 max_rate;
	__u32 telemetry;
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

/* struct kvm_pv_cpu.fail_reason */
#define KVM_PV_FAIL_NONE	0	/* nothing failed */
#define KVM_PV_FAIL_PIN		1	/* the thread may run on CPUs of more than one policy */
#define KVM_PV_FAIL_POLICY	2	/* the CPU of the thread has no cpufreq policy */
#define KVM_PV_FAIL_REFUSED	3	/* the kernel refuses, as a clamp above uclamp.max */

/**
 * struct kvm_pv_cpu - one window of a device
 * @reads: valid reads
 * @requests: valid writes of set_perf
 * @refused: accesses of a wrong width or alignment, writes to read-only registers, requests
 *           of 0
 * @request: last request of the domain's CPUs, 0: none yet
 * @perf: performance that @request results in, limited to the table and the cap.  The guest
 *        gets it as cur_perf.  With KVM_PV_EXPOSE_FREQ it gets the current frequency of the
 *        host's CPU instead, if this host knows it
 * @domain: perf domain; @request, @perf, @tid, @vcpu_id, @applied, @failed, @suppressed and
 *          @fail_reason are those of the domain
 * @tid: thread of the last request, in the initial pid namespace, 0: none yet
 * @vcpu_id: KVM's id of the vCPU of the last request; U32_MAX: none yet
 * @record: 1: a vCPU uses the record in the shared pages, 0: none does
 * @deferred: requests that were taken from the record
 * @fail_reason: KVM_PV_FAIL_*, of the last failure to apply a request
 * @reserved: 0
 * @applied: number of times that a request was applied to a thread
 * @failed: number of times that this failed
 * @suppressed: requests that another one replaced before they were applied
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
	__u64 deferred;
	__u32 fail_reason;
	__u32 reserved;
	__u64 applied;
	__u64 failed;
	__u64 suppressed;
};

/**
 * struct kvm_pv_stats - what one VM did
 * @size: in: sizeof(struct kvm_pv_stats)
 * @flags: in: 0
 * @id: in: handle; -ENOENT if no attached VM has it
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
 * struct kvm_pv_cap - limit the performance of a guest, independent of its requests
 * @size: in: sizeof(struct kvm_pv_cap)
 * @flags: in: 0
 * @id: in: handle; -ENOENT if no attached VM has it
 * @cap: in: in units of the table, from its first entry (with one entry only: from 1) to its
 *       last, else -ERANGE; 0: no cap, -EINVAL with KVM_PV_FREQ_QOS
 *
 * The call writes the cap to the shared pages, where the guest finds it within a second.
 */
struct kvm_pv_cap {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 cap;
};

/**
 * struct kvm_pv_telemetry - change what a guest sees of its exits
 * @size: in: sizeof(struct kvm_pv_telemetry)
 * @flags: in: 0
 * @id: in: handle; -ENOENT if no attached VM has it
 * @level: in: KVM_PV_TELEMETRY_OFF, ...; -EOPNOTSUPP: the VM was attached with
 *         KVM_PV_TELEMETRY_OFF, or the kernel does not report what is needed
 *
 * Counters keep their values while the level is KVM_PV_TELEMETRY_OFF.
 */
struct kvm_pv_telemetry {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 level;
};

#define KVM_PV_ATTACH	_IOWR(KVM_PV_IOC, 0x10, struct kvm_pv_attach)
#define KVM_PV_DETACH	_IOWR(KVM_PV_IOC, 0x11, struct kvm_pv_detach)
#define KVM_PV_LIST	_IOWR(KVM_PV_IOC, 0x12, struct kvm_pv_list)
#define KVM_PV_STATS	_IOWR(KVM_PV_IOC, 0x13, struct kvm_pv_stats)
#define KVM_PV_CAP	_IOWR(KVM_PV_IOC, 0x14, struct kvm_pv_cap)
#define KVM_PV_TELEMETRY	_IOWR(KVM_PV_IOC, 0x15, struct kvm_pv_telemetry)

#endif /* _UAPI_LINUX_KVM_PV_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls of /dev/pv_hypercall.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"

/**
 * pv_device_open - open the device
 *
 * Return: a file descriptor for pv_device_close(), or a negative errno: -ENOENT
 * without the module pv_hypercall, -EACCES or -EPERM without CAP_SYS_ADMIN.
 */
int pv_device_open(void)
{
	int fd = open(PV_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/**
 * pv_device_close - undo pv_device_open()
 * @fd: its result, which can be an error
 */
void pv_device_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

/**
 * pv_device_query - query the host side
 * @fd: device
 * @q: out: the answer
 *
 * Return: 0 or a negative errno.
 */
int pv_device_query(int fd, struct pv_hypercall_query *q)
{
	memset(q, 0, sizeof(*q));
	q->size = sizeof(*q);
	return ioctl(fd, PV_HYPERCALL_QUERY, q) ? -errno : 0;
}

/**
 * pv_device_vcpu_info - state of a vCPU as the host reports it
 * @fd: device
 * @cpu: number of the CPU in this guest
 * @info: out: the answer; @info->out_flags lists the valid members
 *
 * Return: 0 or a negative errno.  If the hypervisor rejects the call, the result is 0 and
 * @info->status has the reason.
 */
int pv_device_vcpu_info(int fd, unsigned int cpu, struct pv_hypercall_vcpu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->cpu = cpu;
	return ioctl(fd, PV_HYPERCALL_VCPU_INFO, info) ? -errno : 0;
}

/**
 * pv_device_call - make one call by its number
 * @fd: device
 * @call: number and arguments; out: result
 *
 * Return: 0 or a negative errno: -EPERM if the driver does not allow the call.
 */
int pv_device_call(int fd, struct pv_hypercall_call *call)
{
	call->size = sizeof(*call);
	call->flags = 0;
	return ioctl(fd, PV_HYPERCALL_CALL, call) ? -errno : 0;
}

/**
 * pv_device_probe - properties of a call that the driver knows
 * @fd: device
 * @nr: number of the call
 * @flags: PV_HYPERCALL_NEXT: the first known call from @nr on
 * @probe: out: the answer
 *
 * Return: 0 or a negative errno: -ENOENT if the driver does not know the call, -ENOTTY if the
 * driver lacks the ioctl.
 */
int pv_device_probe(int fd, __u64 nr, __u32 flags, struct pv_hypercall_probe *probe)
{
	memset(probe, 0, sizeof(*probe));
	probe->size = sizeof(*probe);
	probe->flags = flags;
	probe->nr = nr;
	return ioctl(fd, PV_HYPERCALL_PROBE, probe) ? -errno : 0;
}

/**
 * pv_device_latency - measure a call
 * @fd: device
 * @l: the run; out: its results
 *
 * Return: 0 or a negative errno.
 */
int pv_device_latency(int fd, struct pv_hypercall_latency *l)
{
	l->size = sizeof(*l);
	return ioctl(fd, PV_HYPERCALL_LATENCY, l) ? -errno : 0;
}

/**
 * pv_device_tagged - measure each call of a run, with tags for a tracer on the host
 * @fd: device
 * @t: the run; out: its results
 *
 * Return: 0 or a negative errno: -EPERM if the call cannot have a tag.
 */
int pv_device_tagged(int fd, struct pv_hypercall_tagged *t)
{
	t->size = sizeof(*t);
	return ioctl(fd, PV_HYPERCALL_TAGGED, t) ? -errno : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall: its ioctls, the calls that the driver knows, and the latency of a call in
 * nanoseconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "libpv.h"

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

/* More than any driver knows; limits the number of ioctls. */
#define MAX_CALLS	4096

static int add_call(struct pv_probe *probe, const struct pv_hypercall_probe *call)
{
	struct pv_hypercall_probe *calls;

	if (probe->nr == MAX_CALLS)
		return -EOVERFLOW;
	calls = reallocarray(probe->calls, probe->nr + 1, sizeof(*calls));
	if (!calls)
		return -ENOMEM;
	probe->calls = calls;
	calls[probe->nr] = *call;
	calls[probe->nr++].name[PV_HYPERCALL_NAME_LEN - 1] = '\0';
	return 0;
}

/**
 * pv_probe_read - probe all calls that the driver knows
 * @fd: device, see pv_device_open()
 * @probe: out: for pv_probe_free(), also if this fails
 *
 * Return: 0 or a negative errno: -ENOTTY if the driver lacks the ioctl.
 */
int pv_probe_read(int fd, struct pv_probe *probe)
{
	struct pv_hypercall_probe call;
	__u64 from = 0;
	int err;

	*probe = (struct pv_probe){};
	for (;;) {
		err = pv_device_probe(fd, from, PV_HYPERCALL_NEXT, &call);
		if (err == -ENOENT)
			return 0;
		if (!err)
			err = add_call(probe, &call);
		if (err)
			return err;
		if (call.found < from)
			return -EPROTO;
		from = call.found + 1;
		if (!from)
			return 0;
	}
}

/**
 * pv_probe_free - undo pv_probe_read()
 * @probe: its result
 */
void pv_probe_free(struct pv_probe *probe)
{
	free(probe->calls);
	*probe = (struct pv_probe){};
}

/**
 * pv_probe_find - the probe of one call
 * @probe: all probes
 * @nr: number of the call
 *
 * Return: the probe, or NULL if the driver does not know the call.
 */
const struct pv_hypercall_probe *pv_probe_find(const struct pv_probe *probe, __u64 nr)
{
	size_t i;

	for (i = 0; i < probe->nr; i++)
		if (probe->calls[i].found == nr)
			return &probe->calls[i];
	return NULL;
}

/**
 * pv_latency_ns - convert ticks to time
 * @ticks: any
 * @khz: frequency of the counter, not 0
 *
 * Return: nanoseconds, to the nearest.
 */
__u64 pv_latency_ns(__u64 ticks, __u32 khz)
{
	/* In two parts, since the product of large ticks can overflow */
	return ticks / khz * 1000000 + (ticks % khz * 1000000 + khz / 2) / khz;
}

/* The end of a bucket can be above the longest sample, so limit the result. */
static __u64 percentile(const struct pv_hypercall_latency *l, const __u32 *counts,
			unsigned int permille)
{
	__u64 ticks = l->max;

	pv_histogram_percentile(counts, permille, &ticks);
	if (ticks < l->min)
		ticks = l->min;
	if (ticks > l->max)
		ticks = l->max;
	return pv_latency_ns(ticks, l->counter_khz);
}

/**
 * pv_latency_take - convert a run to nanoseconds
 * @latency: @counts: histogram of the driver; out: all other members
 * @l: results of the driver
 *
 * Return: 0, or -ENODATA if the run has no samples.
 */
int pv_latency_take(struct pv_latency *latency, const struct pv_hypercall_latency *l)
{
	const __u32 *counts = latency->counts;

	if (!l->done || !l->counter_khz || !pv_histogram_total(counts))
		return -ENODATA;

	latency->samples = l->done;
	latency->khz = l->counter_khz;
	latency->status = l->status;
	latency->min = pv_latency_ns(l->min, l->counter_khz);
	latency->p50 = percentile(l, counts, 500);
	latency->p90 = percentile(l, counts, 900);
	latency->p99 = percentile(l, counts, 990);
	latency->p99_9 = percentile(l, counts, 999);
	latency->max = pv_latency_ns(l->max, l->counter_khz);
	/* The mean of ticks would be rounded to a tick. */
	latency->mean = pv_latency_ns(l->sum, l->counter_khz) / l->done;
	return 0;
}

/**
 * pv_latency_run - measure a call
 * @fd: device, see pv_device_open()
 * @l: call, CPU, samples and warm-up; out: results
 * @latency: out: results in nanoseconds
 *
 * Return: 0 or a negative errno: those of struct pv_hypercall_latency, and -ENODATA if the run
 * has no samples.
 */
int pv_latency_run(int fd, struct pv_hypercall_latency *l, struct pv_latency *latency)
{
	int err;

	memset(latency, 0, sizeof(*latency));
	l->buckets = (uintptr_t)latency->counts;
	err = pv_device_latency(fd, l);
	return err ? err : pv_latency_take(latency, l);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID and exits for --record: of every CPU of this machine, or of a recorded machine.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/* Let the calling thread run on @cpu only. */
static bool move_to(int cpu)
{
	size_t size = CPU_ALLOC_SIZE(PV_CPULIST_MAX);
	cpu_set_t *set = CPU_ALLOC(PV_CPULIST_MAX);
	bool moved;

	if (!set)
		return false;
	CPU_ZERO_S(size, set);
	CPU_SET_S(cpu, size, set);
	moved = !sched_setaffinity(0, size, set);
	CPU_FREE(set);
	return moved;
}

/* The CPUs that this thread may run on; the caller frees @set. */
static cpu_set_t *allowed_cpus(size_t size)
{
	cpu_set_t *set = CPU_ALLOC(PV_CPULIST_MAX);

	if (!set)
		return NULL;
	CPU_ZERO_S(size, set);
	if (sched_getaffinity(0, size, set) < 0) {
		CPU_FREE(set);
		return NULL;
	}
	return set;
}

/* Returns false if this architecture has no CPUID. */
static bool print_cpu(struct pv_cpuid_dump *dump, unsigned int cpu, FILE *file)
{
	if (!pv_cpuid_native_dump(dump))
		return false;
	pv_cpuid_dump_print(dump, cpu, file);
	return true;
}

/* CPUs that this thread may not run on are left out. */
static int print_cpus(struct pv_cpuid_dump *dump, FILE *file)
{
	size_t size = CPU_ALLOC_SIZE(PV_CPULIST_MAX);
	cpu_set_t *allowed = allowed_cpus(size);
	bool any = false, known = true;
	int cpu;

	for (cpu = 0; allowed && known && cpu < PV_CPULIST_MAX; cpu++) {
		if (!CPU_ISSET_S(cpu, size, allowed) || !move_to(cpu))
			continue;
		known = print_cpu(dump, cpu, file);
		any = true;
	}
	if (!any)
		known = print_cpu(dump, 0, file);
	if (allowed)
		sched_setaffinity(0, size, allowed);
	CPU_FREE(allowed);
	return known ? 0 : -ENOENT;
}

static int print_xen(struct scrub *s, struct pv_cpuid_dump *dump, FILE *file)
{
	if (!kernel_is_xen(&s->sysfs) || !pv_cpuid_xen_dump(dump))
		return -ENOENT;
	pv_cpuid_dump_print(dump, 0, file);
	return 0;
}

static int print_recorded(struct scrub *s, const char *path, struct pv_cpuid_dump *dump,
			  FILE *file)
{
	static char why[128];
	int error = cpuid_load(&s->sysfs, path, dump, why, sizeof(why));

	if (error == -ENOENT)
		return error;
	if (error) {
		s->why = why + strlen(path) + strlen(": ");
		return -EPROTO;
	}
	pv_cpuid_dump_print(dump, 0, file);
	return 0;
}

static int scrub(struct scrub *s, const char *path, bool xen, char **buf, size_t *len)
{
	struct pv_cpuid_dump *dump = malloc(sizeof(*dump));
	FILE *file = open_memstream(buf, len);
	int error = -ENOMEM;

	if (dump && file && !s->sysfs.live)
		error = print_recorded(s, path, dump, file);
	else if (dump && file)
		error = xen ? print_xen(s, dump, file) : print_cpus(dump, file);
	free(dump);
	if (!file)
		return -ENOMEM;
	if (fclose(file))
		error = -errno;
	if (error)
		free(*buf);
	return error;
}

int scrub_cpuid(struct scrub *s, const char *path, char **buf, size_t *len)
{
	return scrub(s, path, false, buf, len);
}

int scrub_cpuid_xen(struct scrub *s, const char *path, char **buf, size_t *len)
{
	return scrub(s, path, true, buf, len);
}

static int take_exits(struct scrub *s, const char *path, struct pv_exits *exits)
{
	struct vcpuinfo v = { .sysfs = s->sysfs };
	int err = exits_take(&v, exits);

	/* A machine without telemetry has nothing to record. */
	if (err == -ENODATA && s->sysfs.live)
		return -ENODEV;
	if (err == -EBADMSG && !s->sysfs.live) {
		s->why = "not a recording of " PV_EXITS_PATH;
		return -EPROTO;
	}
	if (err == -EBADMSG)
		s->why = "exceeds limits";
	return err;
}

/* A recording has numbers only, and unknown members are removed. */
int scrub_exits(struct scrub *s, const char *path, char **buf, size_t *len)
{
	struct pv_exits exits;
	int err = take_exits(s, path, &exits);
	FILE *file;

	if (err)
		return err;
	file = open_memstream(buf, len);
	err = file ? pv_exits_store(&exits, file) : -ENOMEM;
	pv_exits_free(&exits);
	if (!file)
		return err;
	if (fclose(file))
		err = -errno;
	if (err)
		free(*buf);
	return err;
}

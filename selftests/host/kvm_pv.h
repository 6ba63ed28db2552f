/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loading and opening kvm_pv, and its ioctls.
 */
#ifndef _SELFTESTS_HOST_KVM_PV_H
#define _SELFTESTS_HOST_KVM_PV_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm_pv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "vm.h"

#define PTR(a)	((uintptr_t)(a))

/* Returns 0, or an errno. */
static inline int pv_load_with(const char *params)
{
	const char *path = getenv("KVM_PV_KO");
	int fd, err = 0;

	fd = open(path ? path : "/lib/modules/pv/kvm_pv.ko", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST)
		err = errno;
	close(fd);

	return err;
}

/* Returns 0, or an errno. */
static inline int pv_load(void)
{
	return pv_load_with("");
}

/* Returns 0, or an errno. */
static inline int pv_unload(void)
{
	return vm_unload("kvm_pv");
}

/* Returns whether kvm_pv can be unloaded soon: a VM and its hooks end asynchronously. */
static inline bool pv_unloads(void)
{
	return vm_unloads("kvm_pv", 5000);
}

#define PV_ENABLED	"/sys/module/kvm_pv/parameters/enabled"

/* Returns 0, or an errno. */
static inline int pv_set_enabled(const char *value)
{
	int fd = open(PV_ENABLED, O_WRONLY | O_CLOEXEC);
	int err;

	vm_must(fd >= 0, PV_ENABLED);
	err = write(fd, value, strlen(value)) == strlen(value) ? 0 : errno;
	close(fd);
	return err;
}

static inline int pv_open(void)
{
	int fd, err = pv_load();

	fd = open("/dev/kvm_pv", O_RDWR | O_CLOEXEC);
	if (fd < 0 && err)
		ksft_exit_skip("kvm_pv cannot be loaded: %s\n", strerror(err));
	if (fd < 0)
		ksft_exit_fail_msg("/dev/kvm_pv: %s\n", strerror(errno));

	return fd;
}

/* Returns 0, or an errno. */
static inline int pv_attach(int pv, struct kvm_pv_attach *attach)
{
	attach->size = sizeof(*attach);
	return ioctl(pv, KVM_PV_ATTACH, attach) ? errno : 0;
}

/* Returns 0, or an errno. */
static inline int pv_detach(int pv, __u32 id)
{
	struct kvm_pv_detach detach = { .size = sizeof(detach), .id = id };

	return ioctl(pv, KVM_PV_DETACH, &detach) ? errno : 0;
}

static inline __u32 pv_nr_attached(int pv)
{
	struct kvm_pv_list list = { .size = sizeof(list) };

	if (ioctl(pv, KVM_PV_LIST, &list))
		ksft_exit_fail_msg("KVM_PV_LIST: %s\n", strerror(errno));
	return list.nr;
}

/* Returns 0, or an errno. */
static inline int pv_stats(int pv, __u32 id, struct kvm_pv_cpu *cpus, __u32 nr)
{
	struct kvm_pv_stats stats = {
		.size = sizeof(stats), .id = id, .nr = nr, .cpus = PTR(cpus),
		.cpu_size = sizeof(*cpus),
	};

	return ioctl(pv, KVM_PV_STATS, &stats) ? errno : 0;
}

/* Returns 0, or an errno. */
static inline int pv_cap(int pv, __u32 id, __u32 khz)
{
	struct kvm_pv_cap cap = { .size = sizeof(cap), .id = id, .cap = khz };

	return ioctl(pv, KVM_PV_CAP, &cap) ? errno : 0;
}

/* Returns 0, or an errno. */
static inline int pv_telemetry(int fd, __u32 id, __u32 level)
{
	struct kvm_pv_telemetry arg = { .size = sizeof(arg), .id = id, .level = level };

	return ioctl(fd, KVM_PV_TELEMETRY, &arg) ? errno : 0;
}

#endif /* _SELFTESTS_HOST_KVM_PV_H */

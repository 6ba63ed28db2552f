/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The version fence: a module loads only on kernels that META names.
 *
 * The drivers and the host modules use internals of the kernel.  On a kernel that was not tested
 * they can compile and still be wrong.
 */
#ifndef _KERNEL_FENCE_H
#define _KERNEL_FENCE_H

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/types.h>

/**
 * pv_fence() - reject a kernel outside of the tested range
 * @module: name of the module
 * @kernel: LINUX_VERSION_CODE of the kernel that the module was built for
 * @oldest: oldest tested version; its sublevel is ignored
 * @newest: newest tested version; its sublevel is ignored
 * @force: parameter of the module: accept every kernel
 *
 * The kernel's own check of the module's version magic ensures that the running kernel is the one
 * that the module was built for.
 *
 * Return: 0 or -EOPNOTSUPP
 */
static inline int pv_fence(const char *module, unsigned int kernel, unsigned int oldest,
			   unsigned int newest, bool force)
{
	unsigned int version = kernel >> 8;
	unsigned int first = oldest >> 8;
	unsigned int last = newest >> 8;

	if (version >= first && version <= last)
		return 0;
	if (force) {
		pr_warn("%s: loading with force=1 on Linux %u.%u, which is not tested: %u.%u to %u.%u are\n",
			module, version >> 8, version & 0xff, first >> 8, first & 0xff,
			last >> 8, last & 0xff);
		return 0;
	}
	pr_err("%s: Linux %u.%u is not tested, only %u.%u to %u.%u: update pvguest, or load the module with force=1\n",
	       module, version >> 8, version & 0xff, first >> 8, first & 0xff,
	       last >> 8, last & 0xff);
	return -EOPNOTSUPP;
}

#endif /* _KERNEL_FENCE_H */

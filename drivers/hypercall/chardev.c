// SPDX-License-Identifier: GPL-2.0
/*
 * The device, and what its ioctls have in common: each struct begins with its size
 * and with flags that are 0.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "pv_hypercall.h"

union pv_ioctl_arg {
	struct {
		u32 size;
		u32 flags;
	} head;
	struct pv_hypercall_query query;
	struct pv_hypercall_nop nop;
	struct pv_hypercall_vcpu_info vcpu_info;
	struct pv_hypercall_call call;
	struct pv_hypercall_latency latency;
};

/**
 * struct pv_ioctl - an ioctl
 * @cmd: number, which carries the size of the struct
 * @run: what it does; the struct is copied out where this returns 0 or -EINTR
 */
struct pv_ioctl {
	unsigned int cmd;
	int (*run)(void *arg);
};

static const struct pv_ioctl ioctls[] = {
	{ PV_HYPERCALL_QUERY, pv_ioctl_query },
	{ PV_HYPERCALL_NOP, pv_ioctl_nop },
	{ PV_HYPERCALL_VCPU_INFO, pv_ioctl_vcpu_info },
	{ PV_HYPERCALL_CALL, pv_ioctl_call },
	{ PV_HYPERCALL_LATENCY, pv_ioctl_latency },
};

/* A program that knows a longer struct has another size in its number. */
static const struct pv_ioctl *find_ioctl(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (!((ioctls[i].cmd ^ cmd) & ~IOCSIZE_MASK))
			return &ioctls[i];
	return NULL;
}

static long pv_chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct pv_ioctl *ioctl = find_ioctl(cmd);
	void __user *user = (void __user *)arg;
	union pv_ioctl_arg u = {};
	size_t known;
	u32 size;
	int err;

	if (!ioctl)
		return -ENOTTY;
	known = _IOC_SIZE(ioctl->cmd);
	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < known)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	err = copy_struct_from_user(&u, known, user, size);
	if (err)
		return err;
	if (u.head.flags)
		return -EINVAL;

	/* Another thread may have changed it since it was checked. */
	u.head.size = size;
	err = ioctl->run(&u);
	if (err && err != -EINTR)
		return err;
	if (copy_to_user(user, &u, known))
		return -EFAULT;
	return err;
}

static int pv_chardev_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = pv_chardev_open,
	.unlocked_ioctl = pv_chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pv_hypercall",
	.fops = &fops,
	.mode = 0600,
};

int pv_chardev_init(void)
{
	return misc_register(&chardev);
}

void pv_chardev_exit(void)
{
	misc_deregister(&chardev);
}

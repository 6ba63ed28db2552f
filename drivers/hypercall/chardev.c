// SPDX-License-Identifier: GPL-2.0
/*
 * The device, what its ioctls have in common (each struct begins with its size and
 * with flags) and what a file has given up.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "pv_hypercall.h"

static int pv_ioctl_restrict(struct file *file, u32 flags, void __user *user)
{
	struct pv_client *client = file->private_data;
	struct pv_hypercall_restrict r;

	if (copy_from_user(&r, user, sizeof(r)))
		return -EFAULT;
	if (r.reserved || r.allowed & ~PV_HYPERCALL_ALLOW_ALL)
		return -EINVAL;
	r.allowed &= atomic_fetch_and(r.allowed, &client->allowed);
	return copy_to_user(user, &r, sizeof(r)) ? -EFAULT : 0;
}

/**
 * struct pv_ioctl - an ioctl
 * @cmd: number, which carries the size of the struct
 * @allow: PV_HYPERCALL_ALLOW_* that it needs
 * @flags: flags of the struct that mean something to the kernel
 * @run: what it does
 */
struct pv_ioctl {
	unsigned int cmd;
	u32 allow;
	u32 flags;
	int (*run)(struct file *file, u32 flags, void __user *user);
};

#define FIRST_NR	_IOC_NR(PV_HYPERCALL_QUERY)
#define IOCTL(name, ...) \
	[_IOC_NR(PV_HYPERCALL_##name) - FIRST_NR] = { PV_HYPERCALL_##name, __VA_ARGS__ }

static const struct pv_ioctl ioctls[] = {
	IOCTL(QUERY, PV_HYPERCALL_ALLOW_QUERY, 0, pv_ioctl_query),
	IOCTL(NOP, PV_HYPERCALL_ALLOW_NOP, 0, pv_ioctl_nop),
	IOCTL(VCPU_INFO, PV_HYPERCALL_ALLOW_VCPU_INFO, 0, pv_ioctl_vcpu_info),
	IOCTL(CALL, PV_HYPERCALL_ALLOW_CALL, 0, pv_ioctl_call),
	IOCTL(LATENCY, PV_HYPERCALL_ALLOW_LATENCY, PV_HYPERCALL_TAGGED, pv_ioctl_latency),
	IOCTL(BATCH, PV_HYPERCALL_ALLOW_CALL, 0, pv_ioctl_batch),
	IOCTL(PROBE, PV_HYPERCALL_ALLOW_PROBE, PV_HYPERCALL_NEXT, pv_ioctl_probe),
	IOCTL(RESTRICT, 0, 0, pv_ioctl_restrict),
};

/* A program that knows a longer struct has another size in its number. */
static const struct pv_ioctl *find_ioctl(unsigned int cmd)
{
	unsigned int i = _IOC_NR(cmd) - FIRST_NR;

	if (i >= ARRAY_SIZE(ioctls))
		return NULL;
	i = array_index_nospec(i, ARRAY_SIZE(ioctls));
	return (ioctls[i].cmd ^ cmd) & ~IOCSIZE_MASK ? NULL : &ioctls[i];
}

struct pv_head {
	u32 size;
	u32 flags;
};

static int read_head(struct pv_head *head, const struct pv_head __user *user)
{
	if (!user_read_access_begin(user, sizeof(*user)))
		return -EFAULT;
	unsafe_get_user(head->size, &user->size, fault);
	unsafe_get_user(head->flags, &user->flags, fault);
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

/* What a newer program's struct has behind ours must be 0. */
static int check_rest(const void __user *user, size_t known, u32 size)
{
	int zero;

	if (size > PAGE_SIZE)
		return -E2BIG;
	zero = check_zeroed_user(user + known, size - known);
	if (zero < 0)
		return zero;
	return zero ? 0 : -E2BIG;
}

static long pv_chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct pv_ioctl *ioctl = find_ioctl(cmd);
	struct pv_client *client = file->private_data;
	void __user *user = (void __user *)arg;
	struct pv_head head;
	size_t known;
	int err;

	if (!ioctl)
		return -ENOTTY;
	if (ioctl->allow & ~atomic_read(&client->allowed))
		return -EACCES;
	err = read_head(&head, user);
	if (err)
		return err;
	known = _IOC_SIZE(ioctl->cmd);
	if (head.size < known)
		return -EINVAL;
	if (head.size > known) {
		err = check_rest(user, known, head.size);
		if (err)
			return err;
	}
	if (head.flags & ~ioctl->flags)
		return -EINVAL;
	return ioctl->run(file, head.flags, user);
}

static int pv_chardev_open(struct inode *inode, struct file *file)
{
	struct pv_client *client;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	if (!client)
		return -ENOMEM;
	atomic_set(&client->allowed, PV_HYPERCALL_ALLOW_ALL);
	file->private_data = client;
	return 0;
}

static int pv_chardev_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = pv_chardev_open,
	.release = pv_chardev_release,
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

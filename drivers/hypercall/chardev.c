// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall: sizes and flags of structs, dispatch of ioctls, and restrictions of files.
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

#include "../compat.h"
#include "../hypervisor/pv_hypervisor.h"
#include "pv_hypercall.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load on a kernel that this version is not tested with (default: N)");

static int pv_chardev_ioctl_restrict(struct file *file, union pv_arg *arg)
{
	struct pv_client *client = file->private_data;
	struct pv_hypercall_restrict *r = &arg->restriction;

	if (r->allow & ~PV_HYPERCALL_ALLOW_ALL)
		return -EINVAL;
	r->allowed = r->allow & atomic_fetch_and(r->allow, &client->allowed);
	return 0;
}

/**
 * struct pv_chardev_cmd - an ioctl
 * @cmd: number, which has the size of the struct that this kernel knows
 * @min: PV_HYPERCALL_*_SIZE_VER0
 * @allow: PV_HYPERCALL_ALLOW_* that it needs
 * @flags: flags that the kernel knows
 * @run: the function of the ioctl, or NULL
 * @run_user: if @run is NULL: the function of an ioctl that accesses user memory
 */
struct pv_chardev_cmd {
	unsigned int cmd;
	u32 min;
	u32 allow;
	u32 flags;
	int (*run)(struct file *file, union pv_arg *arg);
	int (*run_user)(struct file *file, void __user *user);
};

#define PV_CHARDEV_CMD(name, bits, ...)			\
	[_IOC_NR(PV_HYPERCALL_##name)] = {		\
		.cmd = PV_HYPERCALL_##name,		\
		.min = PV_HYPERCALL_##name##_SIZE_VER0,	\
		.allow = (bits), __VA_ARGS__		\
	}

/* These numbers are ABI, so no struct can become smaller. */
static_assert(sizeof(struct pv_hypercall_query) >= PV_HYPERCALL_QUERY_SIZE_VER0);
static_assert(sizeof(struct pv_hypercall_vcpu_info) >= PV_HYPERCALL_VCPU_INFO_SIZE_VER0);
static_assert(sizeof(struct pv_hypercall_probe) >= PV_HYPERCALL_PROBE_SIZE_VER0);
static_assert(sizeof(struct pv_hypercall_latency) >= PV_HYPERCALL_LATENCY_SIZE_VER0);
static_assert(sizeof(struct pv_hypercall_tagged) >= PV_HYPERCALL_TAGGED_SIZE_VER0);
static_assert(sizeof(struct pv_hypercall_restrict) >= PV_HYPERCALL_RESTRICT_SIZE_VER0);

static const struct pv_chardev_cmd pv_chardev_cmds[] = {
	PV_CHARDEV_CMD(QUERY, PV_HYPERCALL_ALLOW_QUERY, .run = pv_call_ioctl_query),
	PV_CHARDEV_CMD(NOP, PV_HYPERCALL_ALLOW_NOP, .run_user = pv_call_ioctl_nop),
	PV_CHARDEV_CMD(VCPU_INFO, PV_HYPERCALL_ALLOW_VCPU_INFO, .run = pv_vcpu_info_ioctl),
	PV_CHARDEV_CMD(CALL, PV_HYPERCALL_ALLOW_CALL, .run_user = pv_call_ioctl_call),
	PV_CHARDEV_CMD(BATCH, PV_HYPERCALL_ALLOW_CALL, .run_user = pv_batch_ioctl),
	PV_CHARDEV_CMD(PROBE, PV_HYPERCALL_ALLOW_PROBE, .run = pv_probe_ioctl,
		       .flags = PV_HYPERCALL_NEXT),
	PV_CHARDEV_CMD(LATENCY, PV_HYPERCALL_ALLOW_LATENCY, .run = pv_latency_ioctl),
	PV_CHARDEV_CMD(TAGGED, PV_HYPERCALL_ALLOW_LATENCY, .run = pv_latency_ioctl_tagged),
	PV_CHARDEV_CMD(RESTRICT, 0, .run = pv_chardev_ioctl_restrict),
};

/* A program with another version of the struct has another size in its number. */
static const struct pv_chardev_cmd *pv_chardev_find(unsigned int cmd)
{
	unsigned int i = _IOC_NR(cmd);

	if (i >= ARRAY_SIZE(pv_chardev_cmds))
		return NULL;
	i = array_index_nospec(i, ARRAY_SIZE(pv_chardev_cmds));
	return (pv_chardev_cmds[i].cmd ^ cmd) & ~IOCSIZE_MASK ? NULL : &pv_chardev_cmds[i];
}

/* The first members of each struct */
struct pv_chardev_head {
	u32 size;
	u32 flags;
};

static int pv_chardev_read_head(struct pv_chardev_head *head,
				const struct pv_chardev_head __user *user)
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

static int pv_chardev_check_trailing_zeroes(const void __user *user, size_t known, u32 size)
{
	int zero;

	if (size <= known)
		return 0;
	zero = check_zeroed_user(user + known, size - known);
	if (zero < 0)
		return zero;
	return zero ? 0 : -E2BIG;
}

/*
 * noinline, and values in place of a pointer to the head: other ioctls need neither the union on
 * the stack nor a stack canary.
 */
static noinline int pv_chardev_run(const struct pv_chardev_cmd *c, struct file *file,
				   void __user *user, u32 size, u32 flags)
{
	const size_t known = _IOC_SIZE(c->cmd);
	union pv_arg arg;
	int err, err_copy;

	err = copy_struct_from_user(&arg, known, user, size);
	if (err)
		return err;
	/* Another thread can write to the struct: use the values that were checked. */
	arg.size = size;
	arg.flags = flags;

	err = c->run(file, &arg);
	if (err && err != -EINTR)
		return err;
	err_copy = pv_compat_copy_struct_to_user(user, size, &arg, known, NULL);
	return err_copy ?: err;
}

static long pv_chardev_ioctl(struct file *file, unsigned int cmd, unsigned long uarg)
{
	const struct pv_chardev_cmd *c = pv_chardev_find(cmd);
	struct pv_client *client = file->private_data;
	void __user *user = (void __user *)uarg;
	struct pv_chardev_head head;
	int err;

	if (!c)
		return -ENOTTY;
	if (c->allow & ~atomic_read(&client->allowed))
		return -EACCES;
	err = pv_chardev_read_head(&head, user);
	if (err)
		return err;
	if (head.size < c->min)
		return -EINVAL;
	if (head.size > PAGE_SIZE)
		return -E2BIG;
	if (head.flags & ~c->flags)
		return -EINVAL;
	if (c->run)
		return pv_chardev_run(c, file, user, head.size, head.flags);

	err = pv_chardev_check_trailing_zeroes(user, _IOC_SIZE(c->cmd), head.size);
	return err ?: c->run_user(file, user);
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

static const struct file_operations pv_chardev_fops = {
	.owner = THIS_MODULE,
	.open = pv_chardev_open,
	.release = pv_chardev_release,
	.unlocked_ioctl = pv_chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice pv_chardev_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pv_hypercall",
	.fops = &pv_chardev_fops,
	.mode = 0600,
};

static int __init pv_chardev_init(void)
{
	int err = pv_compat_fence(force);

	if (err)
		return err;
	/* pv_hypervisor has logged why hypercalls do not work. */
	if (!pv_on_kvm())
		return -ENODEV;
	pv_table_init();
	return misc_register(&pv_chardev_misc);
}

static void __exit pv_chardev_exit(void)
{
	misc_deregister(&pv_chardev_misc);
}

module_init(pv_chardev_init);
module_exit(pv_chardev_exit);

MODULE_AUTHOR("pvguest maintainers");
MODULE_DESCRIPTION("Hypercalls from user space");
MODULE_LICENSE("GPL");
MODULE_VERSION(PV_VERSION);

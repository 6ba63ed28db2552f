// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kvm_pv, see linux/kvm_pv.h.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "kvm_pv.h"

union kvm_pv_arg {
	u32 size;
	struct kvm_pv_attach attach;
	struct kvm_pv_detach detach;
	struct kvm_pv_list list;
	struct kvm_pv_stats stats;
	struct kvm_pv_cap cap;
	struct kvm_pv_telemetry telemetry;
};

static int kvm_pv_ioctl_attach(union kvm_pv_arg *arg)
{
	return kvm_pv_attach(&arg->attach);
}

static void kvm_pv_undo_attach(union kvm_pv_arg *arg)
{
	kvm_pv_detach(arg->attach.id);
}

static int kvm_pv_ioctl_detach(union kvm_pv_arg *arg)
{
	if (arg->detach.flags || arg->detach.reserved)
		return -EINVAL;

	return kvm_pv_detach(arg->detach.id);
}

static int kvm_pv_ioctl_list(union kvm_pv_arg *arg)
{
	return kvm_pv_list(&arg->list);
}

static int kvm_pv_ioctl_stats(union kvm_pv_arg *arg)
{
	return kvm_pv_stats(&arg->stats);
}

static int kvm_pv_ioctl_cap(union kvm_pv_arg *arg)
{
	return kvm_pv_cap(&arg->cap);
}

static int kvm_pv_ioctl_telemetry(union kvm_pv_arg *arg)
{
	return kvm_pv_telemetry(&arg->telemetry);
}

/*
 * By number and not by size: struct kvm_pv_* may grow, and the size in the number
 * of an ioctl with it.
 */
static const struct kvm_pv_ioctl {
	u32 size;
	int (*call)(union kvm_pv_arg *arg);
	void (*undo)(union kvm_pv_arg *arg);
} kvm_pv_ioctls[] = {
	[_IOC_NR(KVM_PV_ATTACH)] = {
		.size	= sizeof(struct kvm_pv_attach),
		.call	= kvm_pv_ioctl_attach,
		.undo	= kvm_pv_undo_attach,
	},
	[_IOC_NR(KVM_PV_DETACH)] = {
		.size	= sizeof(struct kvm_pv_detach),
		.call	= kvm_pv_ioctl_detach,
	},
	[_IOC_NR(KVM_PV_LIST)] = {
		.size	= sizeof(struct kvm_pv_list),
		.call	= kvm_pv_ioctl_list,
	},
	[_IOC_NR(KVM_PV_STATS)] = {
		.size	= sizeof(struct kvm_pv_stats),
		.call	= kvm_pv_ioctl_stats,
	},
	[_IOC_NR(KVM_PV_CAP)] = {
		.size	= sizeof(struct kvm_pv_cap),
		.call	= kvm_pv_ioctl_cap,
	},
	[_IOC_NR(KVM_PV_TELEMETRY)] = {
		.size	= sizeof(struct kvm_pv_telemetry),
		.call	= kvm_pv_ioctl_telemetry,
	},
};

static long kvm_pv_ioctl(struct file *file, unsigned int cmd, unsigned long uarg)
{
	void __user *user = (void __user *)uarg;
	const struct kvm_pv_ioctl *ioctl;
	union kvm_pv_arg arg;
	u32 size;
	int err;

	if (_IOC_TYPE(cmd) != KVM_PV_IOC ||
	    _IOC_DIR(cmd) != (_IOC_READ | _IOC_WRITE) ||
	    _IOC_NR(cmd) >= ARRAY_SIZE(kvm_pv_ioctls) ||
	    !kvm_pv_ioctls[_IOC_NR(cmd)].call)
		return -ENOTTY;
	ioctl = &kvm_pv_ioctls[_IOC_NR(cmd)];

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < sizeof(size))
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;

	err = copy_struct_from_user(&arg, ioctl->size, user, size);
	if (err)
		return err;

	err = ioctl->call(&arg);
	if (err)
		return err;

	arg.size = size;
	if (copy_to_user(user, &arg, min(size, ioctl->size))) {
		if (ioctl->undo)
			ioctl->undo(&arg);
		return -EFAULT;
	}

	return 0;
}

static int kvm_pv_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

static const struct file_operations kvm_pv_fops = {
	.owner		= THIS_MODULE,
	.open		= kvm_pv_open,
	.unlocked_ioctl	= kvm_pv_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice kvm_pv_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "kvm_pv",
	.mode	= 0600,
	.fops	= &kvm_pv_fops,
};

int kvm_pv_chardev_init(void)
{
	return misc_register(&kvm_pv_misc);
}

void kvm_pv_chardev_exit(void)
{
	misc_deregister(&kvm_pv_misc);
}

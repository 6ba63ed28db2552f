// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/pv_exits, see linux/pv_exits.h.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "pv_exits.h"

union pv_chardev_arg {
	u32 size;
	struct pv_exits_info info;
	struct pv_exits_read read;
};

/* User space does not distinguish an invalid layout from a layout of no use. */
static int pv_chardev_update(void)
{
	int err = pv_area_update();

	return err == -EPROTO ? -ENODATA : err;
}

static int pv_chardev_info(union pv_chardev_arg *arg)
{
	struct pv_exits_info *info = &arg->info;
	int err;

	if (info->flags)
		return -EINVAL;

	mutex_lock(&pv_area_lock);
	pv_drain_run();
	err = pv_chardev_update();
	if (!err) {
		*info = (struct pv_exits_info){
			.level		= pv_area.level,
			.set		= pv_area.set,
			.nr_vcpus	= pv_area.nr,
			.nr_reasons	= pv_area.nr_reasons,
			.khz		= pv_area.khz,
			.epoch		= pv_area.epoch,
			.invalid	= pv_area_invalid,
			.lost		= pv_drain_lost(),
		};
	}
	mutex_unlock(&pv_area_lock);

	return err;
}

static int pv_chardev_copy(const struct pv_exits_read *read, const struct pv_exits_stat *stats,
			   u32 nr)
{
	void __user *user = u64_to_user_ptr(read->stats);
	size_t size = min_t(size_t, read->stat_size, sizeof(*stats));
	u32 i;

	for (i = 0; i < min(nr, read->nr); i++, user += read->stat_size) {
		if (copy_to_user(user, &stats[i], size) ||
		    clear_user(user + size, read->stat_size - size))
			return -EFAULT;
	}
	return 0;
}

static int pv_chardev_read_locked(struct pv_exits_read *read, struct pv_exits_stat **stats,
				  u32 *nr)
{
	int err;

	lockdep_assert_held(&pv_area_lock);

	pv_drain_run();
	err = pv_chardev_update();
	if (err)
		return err;
	if (read->vcpu >= pv_area.nr)
		return -EINVAL;
	*stats = kvcalloc(pv_area.nr_reasons, sizeof(**stats), GFP_KERNEL);
	if (!*stats)
		return -ENOMEM;

	return pv_area_read(read->vcpu, read, *stats, nr);
}

static int pv_chardev_read(union pv_chardev_arg *arg)
{
	struct pv_exits_read *read = &arg->read;
	struct pv_exits_stat *stats = NULL;
	u32 nr;
	int err;

	if (read->flags || !read->stat_size || read->stat_size % sizeof(u64) ||
	    read->stat_size > PAGE_SIZE)
		return -EINVAL;

	mutex_lock(&pv_area_lock);
	err = pv_chardev_read_locked(read, &stats, &nr);
	mutex_unlock(&pv_area_lock);
	if (!err)
		err = pv_chardev_copy(read, stats, nr);
	if (!err)
		read->nr = nr;
	kvfree(stats);
	return err;
}

/* Size of the first version, and present size of an argument */
static const struct pv_chardev_cmd {
	u32 min;
	u32 size;
	int (*run)(union pv_chardev_arg *arg);
} pv_chardev_cmds[] = {
	[_IOC_NR(PV_EXITS_INFO)] = {
		.min	= 48,
		.size	= sizeof(struct pv_exits_info),
		.run	= pv_chardev_info,
	},
	[_IOC_NR(PV_EXITS_READ)] = {
		.min	= 72,
		.size	= sizeof(struct pv_exits_read),
		.run	= pv_chardev_read,
	},
};

static long pv_chardev_ioctl(struct file *file, unsigned int cmd, unsigned long uarg)
{
	void __user *user = (void __user *)uarg;
	const struct pv_chardev_cmd *c;
	union pv_chardev_arg arg;
	u32 size;
	int err;

	if (_IOC_TYPE(cmd) != PV_EXITS_IOC || _IOC_DIR(cmd) != (_IOC_READ | _IOC_WRITE) ||
	    _IOC_NR(cmd) >= ARRAY_SIZE(pv_chardev_cmds))
		return -ENOTTY;
	c = &pv_chardev_cmds[_IOC_NR(cmd)];

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < c->min)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	err = copy_struct_from_user(&arg, c->size, user, size);
	if (err)
		return err;

	err = c->run(&arg);
	if (err)
		return err;

	arg.size = size;
	return copy_to_user(user, &arg, min(size, c->size)) ? -EFAULT : 0;
}

static int pv_chardev_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

static const struct file_operations pv_chardev_fops = {
	.owner		= THIS_MODULE,
	.open		= pv_chardev_open,
	.unlocked_ioctl	= pv_chardev_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice pv_chardev_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "pv_exits",
	.mode	= 0600,
	.fops	= &pv_chardev_fops,
};

int pv_chardev_init(void)
{
	BUILD_BUG_ON(sizeof(struct pv_exits_info) != 48);
	BUILD_BUG_ON(sizeof(struct pv_exits_read) != 72);
	BUILD_BUG_ON(PV_EXITS_STAT_BUCKETS != PV_EXITS_BUCKETS);

	return misc_register(&pv_chardev_misc);
}

void pv_chardev_exit(void)
{
	misc_deregister(&pv_chardev_misc);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Parameter enabled: the kill switch of the administrator.
 *
 * While it is off, the module hooks no function, applies no request and writes no record.  VMs stay
 * attached, and VMs can be attached: registers accept requests and answer reads, so that a guest
 * finds no error.  The last requests are applied when it is on again.
 *
 * The kernel calls kvm_pv_enable_set() before module init and after module exit too, because the
 * file in sysfs exists then.  Such a call stores the value only.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "kvm_pv.h"

static DEFINE_MUTEX(kvm_pv_enable_lock); /* protects both below, and the order of changes */
static bool kvm_pv_enable_on = true;
static bool kvm_pv_enable_ready;

static int kvm_pv_enable_change(void)
{
	lockdep_assert_held(&kvm_pv_enable_lock);

	kvm_pv_policy_enable(kvm_pv_enable_on);
	return kvm_pv_hook_enable(kvm_pv_enable_on);
}

/*
 * Writing the present value repeats the change, which registers the hook of hypercalls if that has
 * failed.  An error of that hook is the result, but all else is enabled.
 */
static int kvm_pv_enable_set(const char *text, const struct kernel_param *param)
{
	bool on = true;
	int err = text ? kstrtobool(text, &on) : 0;

	if (err)
		return err;

	mutex_lock(&kvm_pv_enable_lock);
	if (kvm_pv_enable_ready && !capable(CAP_SYS_ADMIN)) {
		err = -EPERM;
		goto unlock;
	}
	kvm_pv_enable_on = on;
	if (kvm_pv_enable_ready) {
		err = kvm_pv_enable_change();
		pr_info("%s by %s (process %d)\n", on ? "enabled" : "disabled", current->comm,
			task_tgid_nr(current));
		kvm_pv_audit_enable(on, err);
	}
unlock:
	mutex_unlock(&kvm_pv_enable_lock);
	return err;
}

static const struct kernel_param_ops kvm_pv_enable_ops = {
	.flags	= KERNEL_PARAM_OPS_FL_NOARG,
	.set	= kvm_pv_enable_set,
	.get	= param_get_bool,
};

module_param_cb(enabled, &kvm_pv_enable_ops, &kvm_pv_enable_on, 0644);
__MODULE_PARM_TYPE(enabled, "bool");
MODULE_PARM_DESC(enabled, "apply requests, write records and answer hypercalls (default: Y)");

/* No VM is attached. */
void kvm_pv_enable_init(void)
{
	mutex_lock(&kvm_pv_enable_lock);
	kvm_pv_enable_ready = true;
	if (!kvm_pv_enable_on)
		kvm_pv_enable_change();
	mutex_unlock(&kvm_pv_enable_lock);
}

/* Waits for the end of a change; none begins afterwards. */
void kvm_pv_enable_exit(void)
{
	mutex_lock(&kvm_pv_enable_lock);
	kvm_pv_enable_ready = false;
	mutex_unlock(&kvm_pv_enable_lock);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Audit records: who has attached or detached a VM, or changed its cap or its telemetry.
 *
 * The records contain numbers only, because a user or a VMM could choose a text, and numbers of the
 * initial namespaces.
 */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/uidgid.h>

#include "kvm_pv.h"

/* Returns NULL while audit is off, which the other functions accept. */
static struct audit_buffer *kvm_pv_audit_begin(void)
{
	if (audit_enabled == AUDIT_OFF)
		return NULL;
	return audit_log_start(audit_context(), GFP_KERNEL, AUDIT_KERNEL);
}

/* The task that has caused the event, and whether that was successful */
static void kvm_pv_audit_end(struct audit_buffer *record, int err)
{
	audit_log_format(record, " pid=%d uid=%u auid=%u ses=%u res=%d", task_tgid_nr(current),
			 from_kuid(&init_user_ns, current_uid()),
			 from_kuid(&init_user_ns, audit_get_loginuid(current)),
			 audit_get_sessionid(current), !err);
	audit_log_end(record);
}

static void kvm_pv_audit_vm(struct audit_buffer *record, const char *op, const struct kvm_pv *pv)
{
	audit_log_format(record, "op=kvm_pv_%s vm=%u vm_pid=%d", op, pv->id, pid_nr(pv->pid));
}

/**
 * kvm_pv_audit_attach - record an attach
 * @pv: the VM, whose id is 0 if it was never attached
 * @err: result
 */
void kvm_pv_audit_attach(const struct kvm_pv *pv, int err)
{
	struct audit_buffer *record = kvm_pv_audit_begin();

	kvm_pv_audit_vm(record, "attach", pv);
	audit_log_format(record, " cpus=%u base=%#llx backend=%u flags=%#x cap=%u level=%u",
			 pv->nr_cpus, pv->base, pv->backend->nr, pv->flags,
			 READ_ONCE(pv->model.cap), kvm_pv_exits_level(pv->exits));
	kvm_pv_audit_end(record, err);
}

/**
 * kvm_pv_audit_detach - record that a VM is being detached
 * @pv: the VM
 * @ended: by its end, and the task is the one that has released it last
 */
void kvm_pv_audit_detach(const struct kvm_pv *pv, bool ended)
{
	struct audit_buffer *record = kvm_pv_audit_begin();

	kvm_pv_audit_vm(record, ended ? "end" : "detach", pv);
	kvm_pv_audit_end(record, 0);
}

/**
 * kvm_pv_audit_cap - record a change of a cap
 * @pv: the VM
 * @cap: the cap that was requested, 0: none
 * @err: result
 */
void kvm_pv_audit_cap(const struct kvm_pv *pv, u32 cap, int err)
{
	struct audit_buffer *record = kvm_pv_audit_begin();

	kvm_pv_audit_vm(record, "cap", pv);
	audit_log_format(record, " cap=%u", cap);
	kvm_pv_audit_end(record, err);
}

/**
 * kvm_pv_audit_telemetry - record a change of the level of telemetry
 * @pv: the VM
 * @level: the level that was requested
 * @err: result
 */
void kvm_pv_audit_telemetry(const struct kvm_pv *pv, u32 level, int err)
{
	struct audit_buffer *record = kvm_pv_audit_begin();

	kvm_pv_audit_vm(record, "telemetry", pv);
	audit_log_format(record, " level=%u", level);
	kvm_pv_audit_end(record, err);
}

/**
 * kvm_pv_audit_enable - record that all VMs are enabled or disabled
 * @on: they are enabled
 * @err: result
 */
void kvm_pv_audit_enable(bool on, int err)
{
	struct audit_buffer *record = kvm_pv_audit_begin();

	audit_log_format(record, "op=kvm_pv_%s", on ? "enable" : "disable");
	kvm_pv_audit_end(record, err);
}

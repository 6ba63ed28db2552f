// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_BATCH: many calls in one go.
 *
 * They are copied in, made and copied out by chunks: between two of them signals are
 * seen, and the CPU that was asked for can go offline.  A chunk fits in a page.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "pv_hypercall.h"
#include "send.h"

#define CHUNK	(SZ_4K / sizeof(struct pv_hypercall_entry))

struct batch_chunk {
	struct pv_hypercall_entry *entries;
	unsigned int count;
	unsigned int done;
};

static long run_chunk(void *arg)
{
	const struct pv_call *admitted = NULL;
	struct batch_chunk *chunk = arg;
	struct pv_hypercall_entry *entry = chunk->entries, *end = entry + chunk->count;
	u64 last = 0;
	int err = 0;

	for (; entry < end; entry++) {
		/* Most batches repeat one call. */
		if (!admitted || entry->nr != last) {
			last = entry->nr;
			admitted = pv_call_admit(last);
			err = admitted ? 0 : -EPERM;
			if (err)
				break;
		}
		err = pv_call_check_args(admitted, entry->args);
		if (err)
			break;
		pv_send(last, entry->args, entry->result);
	}
	chunk->done = entry - chunk->entries;
	return err;
}

static int run_on(struct batch_chunk *chunk, u32 cpu)
{
	if (cpu == PV_HYPERCALL_ANY_CPU)
		return run_chunk(chunk);
	return work_on_cpu_safe(cpu, run_chunk, chunk);
}

static int run_all(struct pv_hypercall_batch *batch, struct pv_hypercall_entry *entries)
{
	struct pv_hypercall_entry __user *user = u64_to_user_ptr(batch->entries);
	struct batch_chunk chunk = { .entries = entries };
	int err, err_write;

	while (batch->done < batch->count) {
		chunk.count = min_t(u32, batch->count - batch->done, CHUNK);
		chunk.done = 0;
		err = pv_entries_read(entries, user + batch->done, chunk.count);
		if (err)
			return err;
		err = run_on(&chunk, batch->cpu);
		err_write = pv_entries_write(user + batch->done, entries, chunk.done);
		if (err_write)
			return err_write;
		batch->done += chunk.done;
		if (err)
			return err;

		if (batch->done < batch->count && signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int check(const struct pv_hypercall_batch *batch)
{
	if (!batch->count || batch->count > PV_HYPERCALL_MAX_BATCH ||
	    batch->entry_size != sizeof(struct pv_hypercall_entry))
		return -EINVAL;
	if (batch->cpu != PV_HYPERCALL_ANY_CPU && !pv_cpu_is_present(batch->cpu))
		return -ENXIO;
	return pv_call_check_lockdown();
}

int pv_ioctl_batch(struct file *file, u32 flags, void __user *user)
{
	struct pv_hypercall_batch __user *b = user;
	struct pv_hypercall_batch batch;
	struct pv_hypercall_entry *entries;
	int err;

	if (copy_from_user(&batch, user, sizeof(batch)))
		return -EFAULT;
	batch.done = 0;
	err = check(&batch);
	if (err)
		goto put_done;

	entries = kmalloc_array(min_t(u32, batch.count, CHUNK), sizeof(*entries), GFP_KERNEL);
	if (!entries) {
		err = -ENOMEM;
		goto put_done;
	}
	err = run_all(&batch, entries);
	kfree(entries);
put_done:
	return put_user(batch.done, &b->done) ?: err;
}

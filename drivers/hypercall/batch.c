// SPDX-License-Identifier: GPL-2.0
/*
 * PV_HYPERCALL_BATCH: many calls in one ioctl.
 *
 * The calls are copied and made in chunks of a page.  Between two chunks signals are handled,
 * and the requested CPU can go offline.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "entry.h"
#include "pv_hypercall.h"
#include "send.h"

#define PV_BATCH_CHUNK	(SZ_4K / sizeof(struct pv_hypercall_entry))

/* The struct has not grown, so each accepted size covers all members. */
static_assert(sizeof(struct pv_hypercall_batch) == PV_HYPERCALL_BATCH_SIZE_VER0);

struct pv_batch_chunk {
	struct pv_hypercall_entry *entries;
	unsigned int count;
	unsigned int done;
};

static long pv_batch_run_chunk(void *arg)
{
	const struct pv_call *allowed = NULL;
	struct pv_batch_chunk *chunk = arg;
	struct pv_hypercall_entry *entry = chunk->entries, *end = entry + chunk->count;
	u64 last = 0;
	int err = 0;

	for (; entry < end; entry++) {
		/* Most batches repeat one call. */
		if (!allowed || entry->nr != last) {
			last = entry->nr;
			allowed = pv_table_allowed(last);
			err = allowed ? 0 : -EPERM;
			if (err)
				break;
		}
		err = pv_send_check_args(allowed, entry->args);
		if (err)
			break;
		pv_send(last, entry->args, entry->result);
	}
	chunk->done = entry - chunk->entries;
	return err;
}

static int pv_batch_run_on(struct pv_batch_chunk *chunk, u32 cpu)
{
	if (cpu == PV_HYPERCALL_ANY_CPU)
		return pv_batch_run_chunk(chunk);
	return pv_send_on_cpu(cpu, pv_batch_run_chunk, chunk);
}

static int pv_batch_run(struct pv_hypercall_batch *batch, struct pv_hypercall_entry *entries)
{
	struct pv_hypercall_entry __user *user = u64_to_user_ptr(batch->entries);
	struct pv_batch_chunk chunk = { .entries = entries };
	int err, err_write;

	while (batch->done < batch->count) {
		chunk.count = min_t(u32, batch->count - batch->done, PV_BATCH_CHUNK);
		chunk.done = 0;
		err = pv_entry_read_all(entries, user + batch->done, chunk.count);
		if (err)
			return err;
		err = pv_batch_run_on(&chunk, batch->cpu);
		err_write = pv_entry_write_all(user + batch->done, entries, chunk.done);
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

static int pv_batch_check(struct pv_hypercall_batch *batch)
{
	if (!batch->count || batch->count > PV_HYPERCALL_MAX_BATCH ||
	    batch->entry_size != sizeof(struct pv_hypercall_entry))
		return -EINVAL;
	if (batch->cpu != PV_HYPERCALL_ANY_CPU && !pv_cpu_is_present(&batch->cpu))
		return -ENXIO;
	return pv_send_check_lockdown();
}

int pv_batch_ioctl(struct file *file, void __user *user)
{
	struct pv_hypercall_batch __user *b = user;
	struct pv_hypercall_batch batch;
	struct pv_hypercall_entry *entries;
	int err;

	/* Nothing below uses size and flags, which chardev.c has checked. */
	if (copy_from_user(&batch, user, sizeof(batch)))
		return -EFAULT;
	batch.done = 0;
	err = pv_batch_check(&batch);
	if (err)
		goto put_done;

	entries = kmalloc_array(min_t(u32, batch.count, PV_BATCH_CHUNK), sizeof(*entries),
				GFP_KERNEL);
	if (!entries) {
		err = -ENOMEM;
		goto put_done;
	}
	err = pv_batch_run(&batch, entries);
	kfree(entries);
put_done:
	return put_user(batch.done, &b->done) ?: err;
}

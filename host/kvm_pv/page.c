// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are shared with a guest, see pv/shared.h.
 *
 * This module allocates the pages, maps them into the address space of the VMM, and adds the
 * mapping to the VM as a memory slot by the VM's own KVM_SET_USER_MEMORY_REGION.  The VMM is not
 * involved.  The host accesses the pages by its own mapping: in any context, without faults, and
 * without dirty logging.  The pages are not guest RAM, so that a reset of the guest, kexec and
 * migration do not affect guest memory.
 *
 * KVM accepts the ioctl only in the address space that the VM belongs to, which
 * kthread_use_mm() provides in a work.  The VMM can make the work wait: for its mmap_lock, or in
 * KVM for a vCPU that waits for guest memory.  So there is one work per VM, and no lock is held
 * across it.
 *
 * struct kvm_userspace_memory_region must be in user memory.  It is in an extra page behind the
 * shared ones, which the VMM can write, but the guest cannot: a guest that changed it would get
 * access to the memory of the VMM.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "kvm_pv.h"

/* Slot ids that are tried from the highest one down.  A VMM uses ids from 0 up. */
#define KVM_PV_PAGE_SLOTS	8

#define KVM_PV_PAGE_PROT	(PROT_READ | PROT_WRITE)

static struct workqueue_struct *kvm_pv_page_wq;

static void kvm_pv_page_free(struct kref *ref)
{
	struct kvm_pv_page *page = container_of(ref, struct kvm_pv_page, ref);

	vfree(page->header);
	kfree(page);
}

/**
 * kvm_pv_page_put - release a reference
 * @page: the pages, or NULL
 *
 * Any context but NMI.
 */
void kvm_pv_page_put(struct kvm_pv_page *page)
{
	if (page)
		kref_put(&page->ref, kvm_pv_page_free);
}

static int kvm_pv_page_release(struct inode *inode, struct file *file)
{
	kvm_pv_page_put(file->private_data);
	return 0;
}

/* The pages, and one more that kvm_pv_page_set_slot() maps */
static u32 kvm_pv_page_alloc_size(const struct kvm_pv_page *page)
{
	return page->size + PAGE_SIZE;
}

/* A child of the VMM must not inherit the pages. */
static int kvm_pv_page_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct kvm_pv_page *page = file->private_data;
	unsigned long first = vma->vm_pgoff, nr = vma_pages(vma), i;
	char *pages = (char *)page->header;
	int err = 0;

	if (first + nr > kvm_pv_page_alloc_size(page) >> PAGE_SHIFT || first + nr < nr)
		return -EINVAL;

	kvm_pv_vma_set_flags(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	for (i = 0; i < nr && !err; i++)
		err = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE,
				     vmalloc_to_page(pages + (first + i) * PAGE_SIZE));
	return err;
}

static const struct file_operations kvm_pv_page_fops = {
	.owner		= THIS_MODULE,
	.release	= kvm_pv_page_release,
	.mmap		= kvm_pv_page_mmap,
	.llseek		= noop_llseek,
};

/* A file whose private data is the VM, which is all that KVM uses of the file of an ioctl. */
static const struct file_operations kvm_pv_page_vm_fops = {
	.owner		= THIS_MODULE,
	.llseek		= noop_llseek,
};

static struct file *kvm_pv_page_open(struct kvm_pv_page *page)
{
	struct file *file;

	kref_get(&page->ref);
	file = anon_inode_getfile("[kvm_pv]", &kvm_pv_page_fops, page, O_RDWR);
	if (IS_ERR(file))
		kvm_pv_page_put(page);
	return file;
}

/* Returns the user address or an error; current->mm is that of the VMM. */
static unsigned long kvm_pv_page_map(struct kvm_pv_page *page, u32 offset, u32 size)
{
	struct file *file = kvm_pv_page_open(page);
	unsigned long user;

	if (IS_ERR(file))
		return PTR_ERR(file);

	user = vm_mmap(file, 0, size, KVM_PV_PAGE_PROT, MAP_SHARED, offset);
	fput(file);
	return user;
}

/* Whether the VMM still has the mapping; it could have replaced it with another one. */
static bool kvm_pv_page_is_mapped(struct kvm_pv_page *page)
{
	struct vm_area_struct *vma;
	bool mapped;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, page->user);
	mapped = vma && vma->vm_file && vma->vm_file->f_op == &kvm_pv_page_fops &&
		 vma->vm_file->private_data == page && vma->vm_start == page->user &&
		 vma->vm_end == page->user + page->size;
	mmap_read_unlock(current->mm);

	return mapped;
}

static void kvm_pv_page_unmap(struct kvm_pv_page *page)
{
	if (kvm_pv_page_is_mapped(page))
		vm_munmap(page->user, page->size);
}

/* Sets or, with a size of 0, removes the slot; current->mm is that of the VMM. */
static int kvm_pv_page_set_slot(struct kvm_pv_page *page, struct kvm *kvm, u32 slot, u32 size)
{
	const struct kvm_userspace_memory_region region = {
		.slot			= slot,
		.guest_phys_addr	= page->gpa,
		.memory_size		= size,
		.userspace_addr		= page->user,
	};
	unsigned long user;
	struct file *file;
	int err = -EFAULT;

	file = anon_inode_getfile("[kvm_pv]", &kvm_pv_page_vm_fops, kvm, O_RDWR);
	if (IS_ERR(file))
		return PTR_ERR(file);

	user = kvm_pv_page_map(page, page->size, PAGE_SIZE);
	if (IS_ERR_VALUE(user)) {
		err = user;
		goto put_file;
	}

	if (!copy_to_user((void __user *)user, &region, sizeof(region)))
		err = page->ioctl(file, KVM_SET_USER_MEMORY_REGION, user);
	vm_munmap(user, PAGE_SIZE);

put_file:
	fput(file);
	return err;
}

static int kvm_pv_page_add_slot(struct kvm_pv_page *page, struct kvm *kvm)
{
	u32 slot = KVM_USER_MEM_SLOTS - 1;
	int i, err = -EINVAL;

	page->user = kvm_pv_page_map(page, 0, page->size);
	if (IS_ERR_VALUE(page->user))
		return page->user;

	/* -EINVAL: the id is in use, or the address is beyond the VM's address space */
	for (i = 0; i < KVM_PV_PAGE_SLOTS && err == -EINVAL; i++, slot--) {
		page->slot = slot;
		err = kvm_pv_page_set_slot(page, kvm, slot, page->size);
	}
	if (err)
		kvm_pv_page_unmap(page);
	return err;
}

/* Runs @func in the address space @mm of the VMM, in a kernel thread. */
static int kvm_pv_page_in_mm(struct kvm_pv_page *page, struct mm_struct *mm, struct kvm *kvm,
			     int (*func)(struct kvm_pv_page *page, struct kvm *kvm))
{
	int err;

	if (!mmget_not_zero(mm))
		return -ESRCH;

	kthread_use_mm(mm);
	err = func(page, kvm);
	kthread_unuse_mm(mm);
	mmput(mm);
	/* The files of a kernel thread close late, and each has a reference to this module. */
	flush_delayed_fput();

	return err;
}

static int kvm_pv_page_remove_slot(struct kvm_pv_page *page, struct kvm *kvm)
{
	int err = kvm_pv_page_set_slot(page, kvm, page->slot, 0);

	if (!err)
		kvm_pv_page_unmap(page);
	return err;
}

/**
 * kvm_pv_page_remove - remove the pages from a VM
 * @page: the pages, or NULL
 * @kvm: the VM, with a reference
 *
 * Called by a work, without locks.  If the VMM ends, its address space and the slot end with it.
 */
void kvm_pv_page_remove(struct kvm_pv_page *page, struct kvm *kvm)
{
	int err;

	if (!page)
		return;

	lockdep_assert_not_held(&kvm->slots_lock);
	err = kvm_pv_page_in_mm(page, kvm->mm, kvm, kvm_pv_page_remove_slot);
	if (err && err != -ESRCH)
		pr_warn("the shared pages at %#llx stay in the VM until it ends (%d)\n",
			page->gpa, err);
}

static int kvm_pv_page_end_func(struct kvm_pv_page *page, struct kvm *unused)
{
	kvm_pv_page_unmap(page);
	return 0;
}

static void kvm_pv_page_end_work(struct work_struct *work)
{
	struct kvm_pv_page *page = container_of(work, struct kvm_pv_page, end);

	kvm_pv_page_in_mm(page, page->mm, NULL, kvm_pv_page_end_func);
	mmdrop(page->mm);
	kvm_pv_page_put(page);
	/* kvm_pv_page_exit() waits for the end of the work. */
	module_put(THIS_MODULE);
}

/**
 * kvm_pv_page_end - the VM ends, and its slots with it
 * @page: the pages, or NULL
 * @kvm: the VM
 *
 * Removes the mapping from a VMM that continues, in a work, because the VMM ends its VM in any
 * context that may sleep.
 */
void kvm_pv_page_end(struct kvm_pv_page *page, struct kvm *kvm)
{
	if (!page)
		return;

	kref_get(&page->ref);
	__module_get(THIS_MODULE);
	mmgrab(kvm->mm);
	page->mm = kvm->mm;
	INIT_WORK(&page->end, kvm_pv_page_end_work);
	queue_work(kvm_pv_page_wq, &page->end);
}

/**
 * kvm_pv_page_add - add pages to a VM as a memory slot
 * @page: the pages
 * @kvm: the VM, with a reference
 *
 * Called by a work, without locks.
 *
 * Return: 0; -EADDRINUSE: the address is that of a memory slot; -EADDRNOTAVAIL: the address is
 * beyond the guest's address space, or KVM has no slot left; -ESRCH: the VMM has ended; or another
 * error.
 */
int kvm_pv_page_add(struct kvm_pv_page *page, struct kvm *kvm)
{
	int err;

	lockdep_assert_not_held(&kvm->slots_lock);
	err = kvm_pv_page_in_mm(page, kvm->mm, kvm, kvm_pv_page_add_slot);
	switch (err) {
	case -EEXIST:
		return -EADDRINUSE;
	case -EINVAL:	/* x86 */
	case -EFAULT:	/* arm64 */
		return -EADDRNOTAVAIL;
	default:
		return err;
	}
}

/**
 * kvm_pv_page_size - size of shared pages
 * @nr_cpus: number of records
 * @extra: bytes after the records
 */
u32 kvm_pv_page_size(u32 nr_cpus, u32 extra)
{
	u32 records = sizeof(struct pv_shared_header) + nr_cpus * sizeof(struct pv_freq_record);

	return ALIGN(ALIGN(records, SZ_4K) + extra, PV_SHARED_ALIGN);
}

/**
 * kvm_pv_page_alloc - allocate pages with one record per CPU
 * @file: file of the VM
 * @gpa: guest-physical address that they will have, a multiple of PV_SHARED_ALIGN
 * @nr_cpus: number of records
 * @extra: bytes after the records, for another use
 *
 * The memory cgroup of the pages is the active one.
 *
 * Return: the pages, with epoch 0, or an error.
 */
struct kvm_pv_page *kvm_pv_page_alloc(struct file *file, gpa_t gpa, u32 nr_cpus, u32 extra)
{
	struct pv_shared_header *header;
	struct kvm_pv_page *page;

	BUILD_BUG_ON(sizeof(struct pv_freq_record) != 128);
	BUILD_BUG_ON(sizeof(*header) != sizeof(struct pv_freq_record));
	BUILD_BUG_ON(PAGE_SIZE > PV_SHARED_ALIGN);

	page = kzalloc(sizeof(*page), KVM_PV_GFP);
	if (!page)
		return ERR_PTR(-ENOMEM);

	kref_init(&page->ref);
	page->ioctl = file->f_op->unlocked_ioctl;
	page->gpa = gpa;
	page->size = kvm_pv_page_size(nr_cpus, extra);
	header = __vmalloc(kvm_pv_page_alloc_size(page), KVM_PV_GFP | __GFP_ZERO);
	if (!header) {
		kfree(page);
		return ERR_PTR(-ENOMEM);
	}

	header->magic = cpu_to_le32(PV_SHARED_MAGIC);
	header->version = cpu_to_le32(PV_SHARED_VERSION);
	header->nr_records = cpu_to_le32(nr_cpus);
	header->records = cpu_to_le32(sizeof(*header));
	header->record_size = cpu_to_le32(sizeof(struct pv_freq_record));
	page->header = header;
	return page;
}

/**
 * kvm_pv_page_record - record of a guest CPU
 * @page: the pages
 * @cpu: number of the CPU, below the number of records
 */
struct pv_freq_record *kvm_pv_page_record(struct kvm_pv_page *page, u32 cpu)
{
	return (struct pv_freq_record *)(page->header + 1) + cpu;
}

/**
 * kvm_pv_page_publish - tell the guest that the host side is attached
 * @page: the pages, with the host's half of all records
 */
void kvm_pv_page_publish(struct kvm_pv_page *page)
{
	u32 epoch;

	do {
		epoch = get_random_u32();
	} while (!epoch);
	smp_wmb(); /* the records before the epoch */
	WRITE_ONCE(page->header->epoch, cpu_to_le32(epoch));
}

/**
 * kvm_pv_page_retire - tell the guest that the host side is detached
 * @page: the pages, or NULL
 */
void kvm_pv_page_retire(struct kvm_pv_page *page)
{
	if (page)
		WRITE_ONCE(page->header->epoch, 0);
}

int __init kvm_pv_page_init(void)
{
	/* A work may wait for its VMM: it must not delay those of other VMs. */
	kvm_pv_page_wq = alloc_workqueue("kvm_pv_page", WQ_UNBOUND, WQ_MAX_ACTIVE);

	return kvm_pv_page_wq ? 0 : -ENOMEM;
}

/* No VM is attached, and none can be attached. */
void kvm_pv_page_exit(void)
{
	destroy_workqueue(kvm_pv_page_wq);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds writes to the free memory of a guest.  The module allocates all free memory but a
 * reserve and fills it with a pattern.  Each read of the parameter "changed" compares the memory
 * with the pattern and logs the first words that differ.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sizes.h>

/* Words that one read of "changed" logs */
#define PV_PATTERN_LOGGED	8

/*
 * Without reclaim, the allocation of the last free page fails at once.  Only movable pages can
 * come from the area for contiguous memory, which is half of the memory of a crash kernel.
 */
#define PV_PATTERN_GFP \
	((GFP_KERNEL & ~__GFP_RECLAIM) | __GFP_MOVABLE | __GFP_NOWARN)

static unsigned int reserve = 16;
module_param(reserve, uint, 0444);
MODULE_PARM_DESC(reserve, "MiB that stay free (default: 16)");

static unsigned long kib;
module_param(kib, ulong, 0444);
MODULE_PARM_DESC(kib, "KiB that are filled");

/* Each block is linked by page->lru; its order is page_private(). */
static LIST_HEAD(pv_pattern_blocks);

static u64 pv_pattern_word(const u64 *word)
{
	return virt_to_phys((void *)word) * 0x9e3779b97f4a7c15ULL;
}

static u64 *pv_pattern_end(struct page *page)
{
	return page_address(page) + (PAGE_SIZE << page_private(page));
}

static void pv_pattern_fill(struct page *page)
{
	u64 *word;

	for (word = page_address(page); word < pv_pattern_end(page); word++)
		*word = pv_pattern_word(word);
}

static unsigned long pv_pattern_check(struct page *page, unsigned long changed)
{
	const u64 *word;
	u64 value;

	for (word = page_address(page); word < pv_pattern_end(page); word++) {
		value = READ_ONCE(*word);
		if (value == pv_pattern_word(word))
			continue;
		if (changed++ < PV_PATTERN_LOGGED)
			pr_err("%#llx is %#llx instead of %#llx\n", (u64)virt_to_phys((void *)word),
			       value, pv_pattern_word(word));
	}
	return changed;
}

static int pv_pattern_get_changed(char *buffer, const struct kernel_param *kp)
{
	unsigned long changed = 0;
	struct page *page;

	list_for_each_entry(page, &pv_pattern_blocks, lru) {
		changed = pv_pattern_check(page, changed);
		cond_resched();
	}
	return sysfs_emit(buffer, "%lu\n", changed);
}

static const struct kernel_param_ops pv_pattern_changed_ops = {
	.get = pv_pattern_get_changed,
};
module_param_cb(changed, &pv_pattern_changed_ops, NULL, 0400);
MODULE_PARM_DESC(changed, "words that differ from the pattern");

static bool pv_pattern_has_room(unsigned int order)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freeram > (1UL << order) + reserve * (SZ_1M / PAGE_SIZE);
}

static void pv_pattern_add(struct page *page, unsigned int order)
{
	set_page_private(page, order);
	list_add_tail(&page->lru, &pv_pattern_blocks);
	pv_pattern_fill(page);
	kib += (PAGE_SIZE << order) / SZ_1K;
}

static void pv_pattern_allocate(unsigned int order)
{
	struct page *page;

	while (pv_pattern_has_room(order)) {
		page = alloc_pages(PV_PATTERN_GFP, order);
		if (!page)
			return;
		pv_pattern_add(page, order);
		cond_resched();
	}
}

static int __init pv_pattern_init(void)
{
	int order;

	for (order = get_order(SZ_2M); order >= 0; order--)
		pv_pattern_allocate(order);
	return 0;
}
module_init(pv_pattern_init);

static void __exit pv_pattern_exit(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &pv_pattern_blocks, lru) {
		list_del(&page->lru);
		__free_pages(page, page_private(page));
	}
}
module_exit(pv_pattern_exit);

MODULE_DESCRIPTION("Fills free memory with a pattern, for tests");
MODULE_AUTHOR("pvguest maintainers");
MODULE_LICENSE("GPL");

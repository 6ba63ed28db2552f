// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to the device, of every width and at every address, and their expected counts on
 * the host.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <pv/vcpufreq.h>

#include "arch.h"
#include "stress.h"

/* Offsets start one page before the device, and end one page after it. */
#define STRESS_BEFORE	PAGE_SIZE

u64 stress_base;
u32 stress_windows;

static void __iomem *stress_mmio;

static const u32 stress_regs[] = {
	PV_FREQ_CUR_PERF, PV_FREQ_SET_PERF, PV_FREQ_PERFTBL_LEN, PV_FREQ_PERFTBL_SEL,
	PV_FREQ_PERFTBL_RD, PV_FREQ_PERF_DOMAIN,
};

static u32 stress_perftbl_len;
static u32 stress_perf_max;

static u64 stress_read_at(u32 at, u32 width)
{
	void __iomem *addr = stress_mmio + at;

	switch (width) {
	case 1:
		return readb(addr);
	case 2:
		return readw(addr);
	case 4:
		return readl(addr);
	default:
		return readq(addr);
	}
}

static void stress_write_at(u32 at, u32 width, u64 value)
{
	void __iomem *addr = stress_mmio + at;

	switch (width) {
	case 1:
		writeb(value, addr);
		break;
	case 2:
		writew(value, addr);
		break;
	case 4:
		writel(value, addr);
		break;
	default:
		writeq(value, addr);
	}
}

static u32 stress_end(void)
{
	return STRESS_BEFORE + stress_windows * PV_FREQ_STRIDE;
}

static bool stress_inside(u32 at)
{
	return at >= STRESS_BEFORE && at < stress_end();
}

static bool stress_well_formed(u32 at, u32 width)
{
	return width == sizeof(u32) && IS_ALIGNED(at, sizeof(u32));
}

/* The host's counter of an access that does not cross a page */
static void stress_expect(struct stress *h, u32 at, u32 width, bool write, u32 value)
{
	u32 reg = at % PV_FREQ_STRIDE;

	if (!stress_inside(at))
		return;

	if (!stress_well_formed(at, width))
		stress_count(h, STRESS_REFUSED);
	else if (!write)
		stress_count(h, STRESS_READS);
	else if (reg == PV_FREQ_SET_PERF && value)
		stress_count(h, STRESS_REQUESTS);
	else if (reg != PV_FREQ_PERFTBL_SEL)
		stress_count(h, STRESS_REFUSED);
}

static void stress_expect_all(struct stress *h, u32 at, u32 width, bool write, u64 value)
{
	u32 first = min_t(u32, width, PAGE_SIZE - at % PAGE_SIZE);

	stress_count(h, STRESS_OPS);
	if (!stress_inside(at) || !stress_inside(at + width - 1))
		stress_count(h, STRESS_OUTSIDE);

	stress_expect(h, at, first, write, value);
	if (first < width)
		stress_expect(h, at + first, width - first, write, value >> first * BITS_PER_BYTE);
}

static bool stress_right(u32 at, u32 width, u64 answer)
{
	if (!stress_well_formed(at, width))
		return !answer;

	switch (at % PV_FREQ_STRIDE) {
	case PV_FREQ_CUR_PERF:
		return answer && answer <= stress_perf_max;
	case PV_FREQ_PERFTBL_RD:
		return answer <= stress_perf_max;
	case PV_FREQ_PERFTBL_LEN:
		return answer == stress_perftbl_len;
	case PV_FREQ_PERFTBL_SEL:
	case PV_FREQ_PERF_DOMAIN:
		return true;
	default:
		return !answer;
	}
}

static u64 stress_read(struct stress *h, u32 at, u32 width)
{
	u64 answer = stress_read_at(at, width);

	stress_expect_all(h, at, width, false, 0);
	return answer;
}

static void stress_do(struct stress *h, u32 at, u32 width, bool write)
{
	u64 value = (u64)stress_u32(h) << 32 | stress_value(h), answer;

	if (write) {
		stress_expect_all(h, at, width, true, value);
		stress_write_at(at, width, value);
		return;
	}

	answer = stress_read(h, at, width);
	if (stress_inside(at) && at % PAGE_SIZE + width <= PAGE_SIZE &&
	    !stress_right(at, width, answer))
		stress_wrong(h, "read", at - STRESS_BEFORE, answer);
}

/* Anywhere in the device */
void stress_access(struct stress *h)
{
	u32 at = STRESS_BEFORE + stress_below(h, stress_windows) * PV_FREQ_STRIDE;
	u32 width = BIT(stress_below(h, 4));

	switch (stress_below(h, 8)) {
	case 0:
		at += stress_below(h, PV_FREQ_STRIDE);
		break;
	case 1:
		/* Near a register */
		at += stress_regs[stress_below(h, ARRAY_SIZE(stress_regs))] +
		      stress_below(h, 8);
		break;
	case 2:
		/* Across the end of any window but the last */
		at += PV_FREQ_STRIDE - 1 - stress_below(h, 8);
		if (at + width > stress_end())
			at = stress_end() - width;
		break;
	default:
		at += stress_regs[stress_below(h, ARRAY_SIZE(stress_regs))];
		width = sizeof(u32);
	}

	stress_do(h, stress_arch_align(at, width), width, stress_below(h, 2));
}

/*
 * Outside the device, where the VMM handles the access slowly.  On x86 the page before the
 * device may be that of MSIs: it is only read.
 */
void stress_access_outside(struct stress *h)
{
	u32 width = BIT(stress_below(h, 4));
	u32 shift = stress_below(h, 16);

	if (stress_below(h, 2))
		stress_do(h, stress_arch_align(STRESS_BEFORE - 8 + shift % 8, width), width, false);
	else
		stress_do(h, stress_arch_align(stress_end() - 8 + shift, width), width,
			  stress_below(h, 2));
}

static u32 stress_reg(struct stress *h, u32 reg)
{
	return stress_read(h, STRESS_BEFORE + reg, sizeof(u32));
}

int stress_access_init(struct stress *h)
{
	stress_mmio = ioremap(stress_base - STRESS_BEFORE, stress_end() + STRESS_BEFORE);
	if (!stress_mmio)
		return -ENOMEM;

	stress_perftbl_len = stress_reg(h, PV_FREQ_PERFTBL_LEN);
	if (!stress_perftbl_len || stress_perftbl_len > PV_FREQ_PERFTBL_MAX) {
		pr_err("no device at %#llx\n", stress_base);
		iounmap(stress_mmio);
		return -ENODEV;
	}

	stress_expect_all(h, STRESS_BEFORE + PV_FREQ_PERFTBL_SEL, sizeof(u32), true, 0);
	stress_write_at(STRESS_BEFORE + PV_FREQ_PERFTBL_SEL, sizeof(u32), stress_perftbl_len - 1);
	stress_perf_max = stress_reg(h, PV_FREQ_PERFTBL_RD);
	return 0;
}

void stress_access_exit(void)
{
	iounmap(stress_mmio);
}

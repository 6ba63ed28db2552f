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
#include "hostile.h"

/* Offsets start one page before the device, and end one page after it. */
#define HOSTILE_BEFORE	PAGE_SIZE

u64 hostile_base;
u32 hostile_windows;

static void __iomem *hostile_mmio;

static const u32 hostile_regs[] = {
	PV_FREQ_CUR_PERF, PV_FREQ_SET_PERF, PV_FREQ_PERFTBL_LEN, PV_FREQ_PERFTBL_SEL,
	PV_FREQ_PERFTBL_RD, PV_FREQ_PERF_DOMAIN, PV_FREQ_EXT_MAGIC_REG,
	PV_FREQ_EXT_VERSION_REG, PV_FREQ_EXT_FEATURES, PV_FREQ_RECORD_LO, PV_FREQ_RECORD_HI,
	PV_FREQ_RECORD_CTL,
};

/* Registers with constant contents, which are the same in all windows */
static const u32 hostile_constants[] = {
	PV_FREQ_PERFTBL_LEN, PV_FREQ_EXT_MAGIC_REG, PV_FREQ_EXT_VERSION_REG,
	PV_FREQ_EXT_FEATURES,
};

static u32 hostile_answers[ARRAY_SIZE(hostile_constants)];
static u32 hostile_perf_max;

static u64 hostile_read_at(u32 at, u32 width)
{
	void __iomem *addr = hostile_mmio + at;

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

static void hostile_write_at(u32 at, u32 width, u64 value)
{
	void __iomem *addr = hostile_mmio + at;

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

static u32 hostile_end(void)
{
	return HOSTILE_BEFORE + hostile_windows * PV_FREQ_STRIDE;
}

static bool hostile_inside(u32 at)
{
	return at >= HOSTILE_BEFORE && at < hostile_end();
}

static bool hostile_well_formed(u32 at, u32 width)
{
	return width == sizeof(u32) && IS_ALIGNED(at, sizeof(u32));
}

static bool hostile_writable(u32 reg)
{
	return reg == PV_FREQ_SET_PERF || reg == PV_FREQ_PERFTBL_SEL ||
	       (reg >= PV_FREQ_RECORD_LO && reg <= PV_FREQ_RECORD_CTL);
}

/* The host's counter of an access that does not cross a page */
static void hostile_expect(struct hostile *h, u32 at, u32 width, bool write, u32 value)
{
	u32 reg = at % PV_FREQ_STRIDE;

	if (!hostile_inside(at))
		return;

	if (!hostile_well_formed(at, width))
		hostile_count(h, HOSTILE_REFUSED);
	else if (!write)
		hostile_count(h, HOSTILE_READS);
	else if (reg == PV_FREQ_SET_PERF && value)
		hostile_count(h, HOSTILE_REQUESTS);
	else if (reg == PV_FREQ_SET_PERF || !hostile_writable(reg))
		hostile_count(h, HOSTILE_REFUSED);
}

static void hostile_expect_all(struct hostile *h, u32 at, u32 width, bool write, u64 value)
{
	u32 first = min_t(u32, width, PAGE_SIZE - at % PAGE_SIZE);

	hostile_count(h, HOSTILE_OPS);
	if (!hostile_inside(at) || !hostile_inside(at + width - 1))
		hostile_count(h, HOSTILE_OUTSIDE);

	hostile_expect(h, at, first, write, value);
	if (first < width)
		hostile_expect(h, at + first, width - first, write, value >> first * BITS_PER_BYTE);
}

static bool hostile_right(u32 at, u32 width, u64 answer)
{
	u32 reg = at % PV_FREQ_STRIDE, i;

	if (!hostile_well_formed(at, width))
		return !answer;

	for (i = 0; i < ARRAY_SIZE(hostile_constants); i++) {
		if (reg == hostile_constants[i])
			return answer == hostile_answers[i];
	}

	switch (reg) {
	case PV_FREQ_CUR_PERF:
		return answer && answer <= hostile_perf_max;
	case PV_FREQ_PERFTBL_RD:
		return answer <= hostile_perf_max;
	case PV_FREQ_PERFTBL_SEL:
	case PV_FREQ_PERF_DOMAIN:
	case PV_FREQ_RECORD_LO:
	case PV_FREQ_RECORD_HI:
		return true;
	case PV_FREQ_RECORD_CTL:
		return answer <= PV_FREQ_RECORD_ON;
	default:
		return !answer;
	}
}

static u64 hostile_read(struct hostile *h, u32 at, u32 width)
{
	u64 answer = hostile_read_at(at, width);

	hostile_expect_all(h, at, width, false, 0);
	return answer;
}

static void hostile_do(struct hostile *h, u32 at, u32 width, bool write)
{
	u64 value = (u64)hostile_u32(h) << 32 | hostile_value(h), answer;

	if (write) {
		if (at % PV_FREQ_STRIDE == PV_FREQ_RECORD_LO)
			value = hostile_safe(value);
		hostile_expect_all(h, at, width, true, value);
		hostile_write_at(at, width, value);
		return;
	}

	answer = hostile_read(h, at, width);
	if (hostile_inside(at) && at % PAGE_SIZE + width <= PAGE_SIZE &&
	    !hostile_right(at, width, answer))
		hostile_wrong(h, "read", at - HOSTILE_BEFORE, answer);
}

/* Anywhere in the device */
void hostile_access(struct hostile *h)
{
	u32 at = HOSTILE_BEFORE + hostile_below(h, hostile_windows) * PV_FREQ_STRIDE;
	u32 width = BIT(hostile_below(h, 4));

	switch (hostile_below(h, 8)) {
	case 0:
		at += hostile_below(h, PV_FREQ_STRIDE);
		break;
	case 1:
		/* Near a register */
		at += hostile_regs[hostile_below(h, ARRAY_SIZE(hostile_regs))] +
		      hostile_below(h, 8);
		break;
	case 2:
		/* Across the end of any window but the last */
		at += PV_FREQ_STRIDE - 1 - hostile_below(h, 8);
		if (at + width > hostile_end())
			at = hostile_end() - width;
		break;
	default:
		at += hostile_regs[hostile_below(h, ARRAY_SIZE(hostile_regs))];
		width = sizeof(u32);
	}

	hostile_do(h, hostile_arch_align(at, width), width, hostile_below(h, 2));
}

/*
 * Outside the device, where the VMM handles the access slowly.  On x86 the page before the
 * device may be that of MSIs: it is only read.
 */
void hostile_access_outside(struct hostile *h)
{
	u32 width = BIT(hostile_below(h, 4));
	u32 shift = hostile_below(h, 16);

	if (hostile_below(h, 2))
		hostile_do(h, hostile_arch_align(HOSTILE_BEFORE - 8 + shift % 8, width), width,
			   false);
	else
		hostile_do(h, hostile_arch_align(hostile_end() - 8 + shift, width), width,
			   hostile_below(h, 2));
}

/* record_lo gets values of hostile_safe() or hostile_address() only. */
void hostile_write(struct hostile *h, u32 window, u32 reg, u32 value)
{
	u32 at = HOSTILE_BEFORE + window * PV_FREQ_STRIDE + reg;

	hostile_expect_all(h, at, sizeof(u32), true, value);
	hostile_write_at(at, sizeof(u32), value);
}

static u32 hostile_reg(struct hostile *h, u32 reg)
{
	return hostile_read(h, HOSTILE_BEFORE + reg, sizeof(u32));
}

int hostile_access_init(struct hostile *h)
{
	u32 len, i;

	hostile_mmio = ioremap(hostile_base - HOSTILE_BEFORE,
			       hostile_end() + HOSTILE_BEFORE);
	if (!hostile_mmio)
		return -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(hostile_constants); i++)
		hostile_answers[i] = hostile_reg(h, hostile_constants[i]);
	len = hostile_reg(h, PV_FREQ_PERFTBL_LEN);
	if (!len || len > PV_FREQ_PERFTBL_MAX) {
		pr_err("no device at %#llx\n", hostile_base);
		iounmap(hostile_mmio);
		return -ENODEV;
	}

	hostile_write(h, 0, PV_FREQ_PERFTBL_SEL, len - 1);
	hostile_perf_max = hostile_reg(h, PV_FREQ_PERFTBL_RD);
	return 0;
}

void hostile_access_exit(void)
{
	iounmap(hostile_mmio);
}

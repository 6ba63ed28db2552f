// SPDX-License-Identifier: GPL-2.0
/*
 * A real-time clock in BPF: ARM's PrimeCell PL031 (DDI 0224), as the kernel's rtc-pl031
 * drives it.
 *
 * The clock counts seconds since 1970 in 32 bits, from the host's wall clock on.  What BPF
 * has of that is TAI, which is ahead of UTC by the leap seconds that the host's kernel was
 * told of: 0 unless its NTP daemon said otherwise by adjtimex(2), 37 s then.  pvhost says
 * how many.
 *
 * A guest that sets its clock or alarm by two vCPUs at once gets the alarm of one of them.
 */
#include <linux/time.h>

#include "mmio.bpf.h"

#define PL031_DR	0x00	/* the time */
#define PL031_MR	0x04	/* alarm: when the time is that */
#define PL031_LR	0x08	/* sets the time */
#define PL031_CR	0x0c	/* bit 0: counts; it cannot be stopped */
#define PL031_IMSC	0x10	/* bit 0: the alarm raises the line */
#define PL031_RIS	0x14	/* bit 0: the alarm was there */
#define PL031_MIS	0x18	/* bit 0: and the line is up */
#define PL031_ICR	0x1c	/* writing bit 0 ends the alarm */
#define PL031_ID	0xfe0	/* 8 registers of a byte */

#define PL031_BIT	1

#define NSEC_PER_SEC	1000000000ULL
/* A host whose clock is set is noticed so soon. */
#define RECHECK_NS	(60 * NSEC_PER_SEC)
#define MAX_TRIES	16

struct alarm {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct alarm);
} alarms SEC(".maps");

/*
 * Part 031 of designer ARM, revision 1; PrimeCell.  Not static: libbpf places the global
 * variables of a section, and leaves the static ones where the compiler has not placed them.
 */
const __u8 id[] = { 0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

const volatile __s32 pv_tai_offset;

/* Nor these, which the compiler would make as small as their values, but not their types. */
__u32 device, offset, mr, lr, imsc, ris;
/* Seconds to the alarm when it was looked at last, 0: it is new, or was there */
__s32 left;

PV_DEVICE("rtc", "arm,pl031\0arm,primecell", .size = 0x1000, .irqs = 1);

static __always_inline __u32 time_at(__u64 tai)
{
	return tai / NSEC_PER_SEC - pv_tai_offset + offset;
}

static __always_inline __u32 now(void)
{
	return time_at(bpf_ktime_get_tai_ns());
}

/*
 * Of two that set the line at once the last one wins, who need not be the one that changed
 * the alarm last.  So each looks again.
 */
static __always_inline void set_line(void)
{
	int i;

	for (i = 0; i < MAX_TRIES; i++) {
		__u32 level = ris & imsc;

		bpf_kvm_pv_set_line(device, level);
		barrier();
		if (level == (ris & imsc))
			break;
	}
}

/*
 * The alarm is looked at again when it may be there.  The clock goes past it where the timer
 * is late, the host was suspended or its clock was set: then it was ahead, by less than half
 * the clock's range, when it was looked at last.
 */
static __always_inline void look(struct alarm *alarm)
{
	__u64 tai = bpf_ktime_get_tai_ns();
	__s32 seconds = mr - time_at(tai), before = left;
	__u64 ns = (__u32)seconds * NSEC_PER_SEC - tai % NSEC_PER_SEC;

	left = seconds;
	if (!seconds || (before > 0 && seconds < 0)) {
		left = 0;
		ris = PL031_BIT;
		set_line();
		return;
	}
	bpf_timer_start(&alarm->timer, ns < RECHECK_NS ? ns : RECHECK_NS, 0);
}

static int expired(void *map, __u32 *key, struct alarm *alarm)
{
	look(alarm);
	return 0;
}

/* No init() is called of a device that takes the place of another one, so each time: */
static __always_inline void arm(void)
{
	struct alarm *alarm;
	__u32 key = 0;

	alarm = bpf_map_lookup_elem(&alarms, &key);
	if (!alarm)
		return;

	bpf_timer_init(&alarm->timer, &alarms, CLOCK_BOOTTIME);
	bpf_timer_set_callback(&alarm->timer, expired);
	left = 0;
	look(alarm);
}

SEC("struct_ops/pl031_read")
__u64 BPF_PROG(pl031_read, struct kvm_pv_mmio *mmio)
{
	__u64 reg = mmio->offset;

	if (mmio->len != sizeof(__u32))
		return 0;

	switch (reg) {
	case PL031_DR:
		return now();
	case PL031_MR:
		return mr;
	case PL031_LR:
		return lr;
	case PL031_CR:
		return PL031_BIT;
	case PL031_IMSC:
		return imsc;
	case PL031_RIS:
		return ris;
	case PL031_MIS:
		return ris & imsc;
	default:
		if (reg < PL031_ID || reg % sizeof(__u32))
			return 0;
		return id[(reg - PL031_ID) / sizeof(__u32) % sizeof(id)];
	}
}

SEC("struct_ops/pl031_write")
void BPF_PROG(pl031_write, struct kvm_pv_mmio *mmio)
{
	__u32 value = mmio->value;

	if (mmio->len != sizeof(__u32))
		return;

	device = mmio->device;
	switch (mmio->offset) {
	case PL031_MR:
		mr = value;
		arm();
		break;
	case PL031_LR:
		lr = value;
		offset += value - now();
		arm();
		break;
	case PL031_IMSC:
		imsc = value & PL031_BIT;
		set_line();
		break;
	case PL031_ICR:
		if (value & PL031_BIT)
			ris = 0;
		set_line();
		break;
	}
}

SEC(".struct_ops.link")
struct kvm_pv_mmio_ops pl031 = {
	.read	= (void *)pl031_read,
	.write	= (void *)pl031_write,
	.name	= "pl031",
};

char _license[] SEC("license") = "GPL";

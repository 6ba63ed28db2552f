// SPDX-License-Identifier: GPL-2.0
/*
 * Seed of the fuzz target "note": an object with the note of a device.
 */
#include "host/devices/mmio.bpf.h"

char _license[] SEC("license") = "GPL";

PV_DEVICE("rtc", "arm,pl031\0arm,primecell", .size = 0x1000, .flags = FLAGS, .irqs = IRQS);

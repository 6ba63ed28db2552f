// SPDX-License-Identifier: GPL-2.0
/*
 * The object that the fuzzer starts from: a note and what stands around it.
 */
#include "host/devices/mmio.bpf.h"

char _license[] SEC("license") = "GPL";

PV_DEVICE("rtc", "arm,pl031\0arm,primecell", .size = 0x1000, .flags = FLAGS, .irqs = IRQS);

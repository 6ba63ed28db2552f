// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: vcpuinfo on recorded machines.  The input defines the files: a line
 * "==> PATH <==", the contents of the file, and a line end, for each of them.
 */
#include <linux/types.h>

#include "machine.h"

/* The Makefile defines this name as the one that libFuzzer calls. */
int fuzz_one(const __u8 *data, size_t size)
{
	machine_load((const char *)data, size);
	machine_check();
	return 0;
}

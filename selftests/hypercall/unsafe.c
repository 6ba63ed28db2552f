// SPDX-License-Identifier: GPL-2.0
/*
 * For unsafe.sh: 'unsafe on' succeeds if any number is allowed with any arguments, 'unsafe off'
 * if only the table is allowed.  The numbers are unassigned, so the calls have no effect.  A
 * tagged run of an assigned number that is not allowed fails in both cases.
 */
#include <stdlib.h>

#include "device.h"

#if defined(__aarch64__)
#define UNKNOWN_NR	0xc600fefeULL
#else
#define UNKNOWN_NR	0x50567efeULL
#endif

static void expect(int fd, const char *what, int is, int expected)
{
	if (is == expected)
		return;
	printf("# %s: %s, not %s\n", what, strerror(is), strerror(expected));
	exit(1);
}

int main(int argc, char **argv)
{
	const int refused = argc == 2 && !strcmp(argv[1], "on") ? 0 : EPERM;
	struct pv_hypercall_call call = {
		.size = sizeof(call), .nr = UNKNOWN_NR, .args = { 1, 2, 3, 4 },
	};
	struct pv_hypercall_entry entry = { .nr = UNKNOWN_NR, .args = { 1, 2, 3, 4 } };
	struct pv_hypercall_latency latency = {
		.size = sizeof(latency), .nr = UNKNOWN_NR, .samples = 1,
	};
	struct pv_hypercall_times times[1];
	struct pv_hypercall_tagged tagged = {
		.size = sizeof(tagged), .nr = FORBIDDEN, .samples = 1, .times = (uintptr_t)times,
	};
	struct pv_hypercall_probe probe = { .size = sizeof(probe), .nr = FORBIDDEN };
	DECLARE_BATCH(batch, &entry, 1);
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		perror("# " DEVICE);
		return 1;
	}
	expect(fd, "call", try_ioctl(fd, PV_HYPERCALL_CALL, &call), refused);
	expect(fd, "batch", try_ioctl(fd, PV_HYPERCALL_BATCH, &batch), refused);
	expect(fd, "latency", try_ioctl(fd, PV_HYPERCALL_LATENCY, &latency), refused);
	if (!refused && ((__s64)call.result[0] != NOT_SUPPORTED ||
			 (__s64)entry.result[0] != NOT_SUPPORTED))
		expect(fd, "result", 0, EPROTO);

	/* A probe does not make the call in either case. */
	expect(fd, "probe", try_ioctl(fd, PV_HYPERCALL_PROBE, &probe), 0);
	if (probe.out_flags != (refused ? 0 : PV_HYPERCALL_ALLOWED) || probe.status)
		expect(fd, "result of the probe", 0, EPROTO);

	expect(fd, "tagged", try_ioctl(fd, PV_HYPERCALL_TAGGED, &tagged), EPERM);

	call.nr = 1ULL << 32;
	expect(fd, "number above 32 bits", try_ioctl(fd, PV_HYPERCALL_CALL, &call), EPERM);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * For unsafe.sh: 'unsafe on' succeeds where any number is admitted with any arguments,
 * 'unsafe off' where it is not.  The numbers are nobody's: nothing is done by them.  Of
 * somebody's number a tag must not be an argument in either case.
 */
#include <stdlib.h>

#include "device.h"

#if defined(__aarch64__)
#define NOBODYS		0xc600fefeULL
#else
#define NOBODYS		0x50567efeULL
#endif

static void expect(int fd, const char *what, int is, int wanted)
{
	if (is == wanted)
		return;
	printf("# %s: %s, not %s\n", what, strerror(is), strerror(wanted));
	exit(1);
}

int main(int argc, char **argv)
{
	const int refused = argc == 2 && !strcmp(argv[1], "on") ? 0 : EPERM;
	struct pv_hypercall_call call = {
		.size = sizeof(call), .nr = NOBODYS, .args = { 1, 2, 3, 4 },
	};
	struct pv_hypercall_entry entry = { .nr = NOBODYS, .args = { 1, 2, 3, 4 } };
	struct pv_hypercall_latency latency = {
		.size = sizeof(latency), .nr = NOBODYS, .samples = 1,
	};
	struct pv_hypercall_times times[1];
	struct pv_hypercall_latency tagged = {
		.size = sizeof(tagged), .flags = PV_HYPERCALL_TAGGED, .nr = FORBIDDEN, .samples = 1,
		.sum = (__u64)PV_TAG << 32, .buckets = (uintptr_t)times,
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
		expect(fd, "answer", 0, EPROTO);

	/* Probing does not call it even now. */
	expect(fd, "probe", try_ioctl(fd, PV_HYPERCALL_PROBE, &probe), 0);
	if (probe.flags != (refused ? 0 : PV_HYPERCALL_ADMITTED) || probe.status)
		expect(fd, "probe's answer", 0, EPROTO);

	expect(fd, "tagged", try_ioctl(fd, PV_HYPERCALL_LATENCY, &tagged), EPERM);

	call.nr = 1ULL << 32;
	expect(fd, "number above 32 bits", try_ioctl(fd, PV_HYPERCALL_CALL, &call), EPERM);
	return 0;
}

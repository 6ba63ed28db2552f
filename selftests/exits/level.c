// SPDX-License-Identifier: GPL-2.0
/*
 * level ID off|counters|events: sets what the guest of an attached VM sees of its exits.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/kvm_pv.h>

#include "userspace/libpv/compiler.h"

static const char * const levels[] = {
	[KVM_PV_TELEMETRY_OFF]		= "off",
	[KVM_PV_TELEMETRY_COUNTERS]	= "counters",
	[KVM_PV_TELEMETRY_EVENTS]	= "events",
};

int main(int argc, char **argv)
{
	struct kvm_pv_telemetry telemetry = { .size = sizeof(telemetry) };
	int fd;

	if (argc != 3)
		errx(1, "usage: level ID off|counters|events");
	telemetry.id = strtoul(argv[1], NULL, 10);
	while (telemetry.level < ARRAY_SIZE(levels) && strcmp(argv[2], levels[telemetry.level]))
		telemetry.level++;
	fd = open("/dev/kvm_pv", O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, KVM_PV_TELEMETRY, &telemetry))
		err(1, "%s", argv[2]);
	return 0;
}

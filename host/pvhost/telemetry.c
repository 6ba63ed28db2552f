// SPDX-License-Identifier: GPL-2.0
/*
 * Levels of telemetry.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "pvhost.h"

static const char * const levels[] = {
	[KVM_PV_TELEMETRY_OFF]		= "off",
	[KVM_PV_TELEMETRY_COUNTERS]	= "counters",
	[KVM_PV_TELEMETRY_EVENTS]	= "events",
};

/**
 * pvhost_telemetry - parse a level
 * @what: option, for the message
 * @text: as typed
 */
__u32 pvhost_telemetry(const char *what, const char *text)
{
	__u32 i;

	for (i = 0; i < ARRAY_SIZE(levels); i++) {
		if (!strcmp(levels[i], text))
			return i;
	}

	errx(EXIT_FAILURE, "%s: unknown level \"%s\": expected off, counters or events", what,
	     text);
}

/**
 * pvhost_telemetry_name - name of a level
 * @level: KVM_PV_TELEMETRY_OFF, ...
 *
 * Returns NULL for a level of a kvm_pv that is newer than this pvhost.
 */
const char *pvhost_telemetry_name(__u32 level)
{
	return level < ARRAY_SIZE(levels) ? levels[level] : NULL;
}

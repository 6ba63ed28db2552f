// SPDX-License-Identifier: GPL-2.0
/*
 * Option --timestamp: the time of day of a report.
 */
#include <stdio.h>

#include "hypertrace.h"

/**
 * timestamp_print - print a time in the local time zone, as 23:59:59
 * @time: seconds since the epoch
 */
void timestamp_print(time_t time)
{
	struct tm tm;

	if (localtime_r(&time, &tm))
		printf("%02d:%02d:%02d\n", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

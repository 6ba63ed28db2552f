// SPDX-License-Identifier: GPL-2.0
/*
 * The time of day of hypertrace --timestamp.
 *
 * needs: native unit
 */
#include "host/hypertrace/clock.c"
#include "kselftest.h"

/* In the place of arch-x86.c and arch-arm64.c */
__u64 clock_counter(void)
{
	return 0;
}

static const struct {
	const char *name;
	const char *zone;
	time_t time;
	const char *expected;
} times[] = {
	{ "start of a day", "UTC0", 0, "00:00:00\n" },
	{ "end of a day", "UTC0", 86399, "23:59:59\n" },
	{ "one digit in each place", "UTC0", 3723, "01:02:03\n" },
	{ "time zone east of Greenwich", "EAST-05:30", 0, "05:30:00\n" },
	{ "after the 32 bits of a time", "UTC0", 4294967296 + 5, "06:28:21\n" },
};

/* What clock_print() writes to standard output */
static void read_output(time_t time, char *text, size_t size)
{
	FILE *old = stdout;

	memset(text, 0, size);
	stdout = fmemopen(text, size, "w");
	if (stdout) {
		clock_print(time);
		fclose(stdout);
	}
	stdout = old;
}

int main(void)
{
	char text[32];
	size_t i;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(times));
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		setenv("TZ", times[i].zone, 1);
		tzset();
		read_output(times[i].time, text, sizeof(text));
		if (strcmp(text, times[i].expected))
			ksft_print_msg("\"%s\", expected \"%s\"\n", text, times[i].expected);
		ksft_test_result(!strcmp(text, times[i].expected), "%s\n", times[i].name);
	}
	ksft_finished();
}

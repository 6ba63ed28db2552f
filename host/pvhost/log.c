// SPDX-License-Identifier: GPL-2.0
/*
 * What libbpf says, which is kept until something has failed: then it is the verifier's
 * last lines that tell why, or libbpf's own.
 */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "bpf.h"

#define VERIFIER_LINES	20
#define LIBBPF_LINES	5

/* libbpf puts these around what the verifier said of a program. */
#define LOG_BEGIN	"-- BEGIN PROG LOAD LOG --\n"
#define LOG_END		"-- END PROG LOAD LOG --"

static char *text;
static size_t text_len;

static void append(const char *more, size_t len)
{
	text = realloc(text, text_len + len + 1);
	if (!text)
		err(EXIT_FAILURE, "libbpf");

	memcpy(text + text_len, more, len + 1);
	text_len += len;
}

static int collect(enum libbpf_print_level level, const char *format, va_list args)
{
	char *line;
	int len;

	if (level == LIBBPF_DEBUG)
		return 0;

	len = vasprintf(&line, format, args);
	if (len < 0)
		err(EXIT_FAILURE, "libbpf");
	append(line, len);
	free(line);
	return len;
}

/**
 * pvhost_log_start - forget what was said before
 */
void pvhost_log_start(void)
{
	libbpf_set_print(collect);
	free(text);
	text = NULL;
	text_len = 0;
	append("", 0);
}

/* The last lines before @end, which may have a line end before it */
static void print_lines(const char *begin, const char *end, unsigned int nr)
{
	const char *start;

	while (end > begin && end[-1] == '\n')
		end--;
	for (start = end; start > begin; start--) {
		if (start[-1] == '\n' && !--nr)
			break;
	}

	while (start < end) {
		size_t len = strcspn(start, "\n");

		if (len > end - start)
			len = end - start;
		fprintf(stderr, "  %.*s\n", (int)len, start);
		start += len + 1;
	}
}

/**
 * pvhost_log_print - something has failed
 * @path: the device's file
 * @what: it is that cannot be done
 * @error: errno
 */
void pvhost_log_print(const char *path, const char *what, int error)
{
	char *end = strstr(text, LOG_END);
	char *begin = strstr(text, LOG_BEGIN);

	if (begin && end && begin < end) {
		warnx("%s: the verifier rejects a program: see the end of its log above",
		      path);
		print_lines(begin + strlen(LOG_BEGIN), end, VERIFIER_LINES);
		print_lines(end + strlen(LOG_END), text + text_len, LIBBPF_LINES);
	} else {
		warnx("%s: %s: %s", path, what, text_len ? "libbpf says why" : strerror(error));
		print_lines(text, text + text_len, LIBBPF_LINES);
	}
}

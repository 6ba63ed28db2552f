// SPDX-License-Identifier: GPL-2.0
/*
 * The name of a VM: that of QEMU's option -name, or of the process of another VMM.
 *
 * The owner of a VMM chooses both, so they are made printable.
 */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pvhost.h"

#define CHUNK	4096

/**
 * pvhost_cmdline_read - read a file of a process
 * @pid: process
 * @file: its name, as "cmdline"
 * @len: out: bytes read
 *
 * Returns NULL if the file is empty or cannot be read; else the text, for free().
 */
char *pvhost_cmdline_read(pid_t pid, const char *file, size_t *len)
{
	char *path = pvhost_text(PVHOST_PROC "/%d/%s", pid, file), *text = NULL;
	FILE *in = fopen(path, "re");
	size_t got;

	free(path);
	if (!in)
		return NULL;

	*len = 0;
	do {
		text = realloc(text, *len + CHUNK + 1);
		if (!text)
			err(EXIT_FAILURE, "%s", file);
		got = fread(text + *len, 1, CHUNK, in);
		*len += got;
	} while (got);
	fclose(in);

	text[*len] = '\0';
	if (*len)
		return text;
	free(text);
	return NULL;
}

/* NAME[,KEY=VALUE]... or KEY=VALUE,...; two commas are one in a name. */
static char *parse_value(const char *value)
{
	static const char key[] = "guest=";
	const char *start = strstr(value, key);
	char *name, *out;

	if (start && (start == value || start[-1] == ','))
		value = start + strlen(key);
	else if (memchr(value, '=', strcspn(value, ",")))
		return NULL;

	name = pvhost_text("%s", value);
	for (out = name; *value && (*value != ',' || value[1] == ','); *out++ = *value++)
		value += *value == ',';
	*out = '\0';
	return name;
}

/**
 * pvhost_cmdline_name - value of QEMU's option -name
 * @words: command line, each word ends in a NUL
 * @len: its size
 *
 * Returns NULL if the command line has none; else the name, for free().
 */
char *pvhost_cmdline_name(const char *words, size_t len)
{
	const char *end = words + len, *word = words, *last = "";
	char *name = NULL;

	for (; word < end; last = word, word += strlen(word) + 1) {
		if (strcmp(last, "-name") && strcmp(last, "--name"))
			continue;
		/* As in QEMU, the last one counts. */
		free(name);
		name = parse_value(word);
	}

	return name;
}

/**
 * pvhost_cmdline_is_qemu - whether the program of a process is a QEMU
 * @pid: process
 *
 * A process can choose its command line, but not the link to its program.
 */
bool pvhost_cmdline_is_qemu(pid_t pid)
{
	char path[64], link[PATH_MAX];
	const char *program;
	ssize_t len;

	snprintf(path, sizeof(path), PVHOST_PROC "/%d/exe", pid);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		return false;
	link[len] = '\0';

	program = strrchr(link, '/');
	return program && (strstr(program, "qemu") || strstr(program, "kvm"));
}

/* Bytes of a character that is valid UTF-8 and no control character, 0: it is not. */
static size_t character(const unsigned char *s)
{
	static const struct {
		unsigned char first, last;
		size_t len;
		unsigned char min, max;	/* of the second byte */
	} rows[] = {
		{ 0x20, 0x7e, 1, 0, 0 },
		{ 0xc2, 0xc2, 2, 0xa0, 0xbf },
		{ 0xc3, 0xdf, 2, 0x80, 0xbf },
		{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
		{ 0xe1, 0xec, 3, 0x80, 0xbf },
		{ 0xed, 0xed, 3, 0x80, 0x9f },
		{ 0xee, 0xef, 3, 0x80, 0xbf },
		{ 0xf0, 0xf0, 4, 0x90, 0xbf },
		{ 0xf1, 0xf3, 4, 0x80, 0xbf },
		{ 0xf4, 0xf4, 4, 0x80, 0x8f },
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(rows) && (*s < rows[i].first || *s > rows[i].last); i++)
		;
	if (i == ARRAY_SIZE(rows))
		return 0;
	if (rows[i].len > 1 && (s[1] < rows[i].min || s[1] > rows[i].max))
		return 0;
	for (j = 2; j < rows[i].len; j++) {
		if ((s[j] & 0xc0) != 0x80)
			return 0;
	}

	return rows[i].len;
}

/* Replaces each byte that is not of a printable character by a question mark. */
static void make_printable(char *text)
{
	size_t len;

	for (; *text; text += len ? : 1) {
		len = character((unsigned char *)text);
		if (!len)
			*text = '?';
	}
}

/**
 * pvhost_cmdline_vm - name of a VM
 * @pid: its process
 *
 * Returns NULL if the process has ended; else the name in printable UTF-8, for free().
 */
char *pvhost_cmdline_vm(pid_t pid)
{
	char *words, *name = NULL;
	size_t len;

	words = pvhost_cmdline_is_qemu(pid) ? pvhost_cmdline_read(pid, "cmdline", &len) : NULL;
	if (words)
		name = pvhost_cmdline_name(words, len);
	free(words);

	if (!name) {
		name = pvhost_cmdline_read(pid, "comm", &len);
		if (name)
			name[strcspn(name, "\n")] = '\0';
	}
	if (name)
		make_printable(name);
	return name;
}

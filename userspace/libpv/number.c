// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that the user types: decimal, or hexadecimal with 0x before them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "number.h"

/**
 * pv_number_parse - read a number
 * @text: digits and nothing else; a leading 0 does not make it octal
 * @value: out: the number, where there is one
 *
 * Return: 0, -EINVAL (no number), -ERANGE (more than 64 bits).
 */
int pv_number_parse(const char *text, __u64 *value)
{
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	unsigned long long number;
	char *end;

	/* strtoull() alone takes " 1", "-1", "+1" and, with a base of 16, "0x0x1". */
	text += base == 16 ? 2 : 0;
	if (!isxdigit((unsigned char)*text) || text[1] == 'x' || text[1] == 'X')
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, base);
	if (end == text || *end)
		return -EINVAL;
	if (errno)
		return -errno;
	*value = number;
	return 0;
}

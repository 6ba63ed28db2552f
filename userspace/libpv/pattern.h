/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Patterns of text with numbers, for text that pv_plain_text() returned.
 *
 * Each character of a pattern is one of the text, and upper and lower case are the same, but
 *
 *	' '	any number of blanks and commas
 *	'_'	at least one of them
 *	'?'	the next character is optional
 *	'%l'	number of up to 8 hexadecimal digits
 *	'%8'	number of exactly 8 hexadecimal digits
 *	'%x'	as %l, with or without 0x.  If one of them begins with zeros, each of them must
 *		have 8 digits, or it is cut.
 *	'%n'	decimal number of up to 8 digits
 *	'~'	a text that ends its line after this is malformed
 *	'!'	a text that does not match after this is malformed
 *
 * After '~' and '!', the text can continue in the next line where the pattern has ' '.
 */
#ifndef _LIBPV_PATTERN_H
#define _LIBPV_PATTERN_H

#include <stdbool.h>
#include <linux/types.h>

/* Matches no text, since text has no control characters */
#define PV_PATTERN_NEVER	"\1"

enum pv_pattern {
	PV_PATTERN_NONE,
	PV_PATTERN_MALFORMED,
	PV_PATTERN_MATCH,
};

/**
 * struct pv_cursor - text that is not parsed yet
 * @p: next character
 * @end: end of the text
 * @line: line of @p
 */
struct pv_cursor {
	const char *p;
	const char *end;
	unsigned int line;
};

bool pv_is_word(char c);
bool pv_at_end_of_line(const struct pv_cursor *c);
bool pv_take(struct pv_cursor *c, const char *text);
void pv_skip_blanks(struct pv_cursor *c);
void pv_skip_digits(struct pv_cursor *c);
enum pv_pattern pv_pattern_match(struct pv_cursor *c, const char *pattern, __u32 *numbers);

#endif /* _LIBPV_PATTERN_H */

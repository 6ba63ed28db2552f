// SPDX-License-Identifier: GPL-2.0
/*
 * Patterns of text with numbers.
 *
 * The text may be malicious.  A match reads each run of blanks once and at most eight digits
 * of a number, so its time depends on the length of the words and blanks that it passes.
 */
#include <string.h>

#include "libpv.h"

#define DIGITS_MAX	8

/* What mail programs and comments put in front of a line */
#define PREFIXES	">|/*#\"+-"

/*
 * struct state - one match
 * @cursor: text that is not matched yet
 * @pattern: the current element
 * @number: the next number
 * @has_zeros: a number has 8 digits and begins with 0
 * @has_short: a number has fewer digits
 */
struct state {
	struct pv_cursor cursor;
	const char *pattern;
	__u32 *number;
	bool has_zeros;
	bool has_short;
};

static bool is_blank(char c)
{
	return c == ' ' || c == ',';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The text is ASCII. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static int digit(char c, int base)
{
	int value = base;

	if (is_digit(c))
		value = c - '0';
	else if (lower(c) >= 'a' && lower(c) <= 'f')
		value = lower(c) - 'a' + 10;
	return value < base ? value : -1;
}

/**
 * pv_is_word - can the character be part of a word?
 * @c: character
 *
 * Return: true for letters, digits and '_'.
 */
bool pv_is_word(char c)
{
	return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_';
}

/**
 * pv_at_end_of_line - does the line end here?
 * @c: cursor
 *
 * Return: true if the line or the text ends at @c.
 */
bool pv_at_end_of_line(const struct pv_cursor *c)
{
	return c->p == c->end || *c->p == '\n';
}

static bool take_char(struct pv_cursor *c, char expected)
{
	if (c->p == c->end || lower(*c->p) != lower(expected))
		return false;
	c->p++;
	return true;
}

/**
 * pv_take - move the cursor over a text
 * @c: cursor; moves only if it is at @text
 * @text: text; upper and lower case are the same
 *
 * Return: true if the cursor was at @text.
 */
bool pv_take(struct pv_cursor *c, const char *text)
{
	struct pv_cursor next = *c;

	for (; *text; text++)
		if (!take_char(&next, *text))
			return false;
	*c = next;
	return true;
}

/**
 * pv_skip_blanks - move the cursor over blanks and commas
 * @c: cursor
 */
void pv_skip_blanks(struct pv_cursor *c)
{
	while (c->p < c->end && is_blank(*c->p))
		c->p++;
}

/**
 * pv_skip_digits - move the cursor over decimal digits
 * @c: cursor
 */
void pv_skip_digits(struct pv_cursor *c)
{
	while (c->p < c->end && is_digit(*c->p))
		c->p++;
}

/* Continue in the next line that is not empty. */
static void skip_line_ends(struct pv_cursor *c)
{
	for (; c->p < c->end; c->p++) {
		if (*c->p == '\n')
			c->line++;
		else if (!is_blank(*c->p) && !strchr(PREFIXES, *c->p))
			break;
	}
}

/* A number, with @type as in a pattern */
static bool take_number(struct state *s, char type, __u32 *value)
{
	struct pv_cursor *c = &s->cursor;
	int base = type == 'n' ? 10 : 16, n;
	bool zero;

	if (type == 'x')
		pv_take(c, "0x");
	zero = c->p < c->end && *c->p == '0';
	*value = 0;
	for (n = 0; n < DIGITS_MAX && c->p < c->end && digit(*c->p, base) >= 0; n++, c->p++)
		*value = *value * base + digit(*c->p, base);
	if (c->p < c->end && pv_is_word(*c->p))
		return false;
	if (type == 'x') {
		s->has_zeros |= zero && n == DIGITS_MAX;
		s->has_short |= n < DIGITS_MAX;
	}
	return type == '8' ? n == DIGITS_MAX : n >= 1;
}

/* Matches one element of the pattern, and moves to its last character. */
static bool take_element(struct state *s, bool wraps)
{
	struct pv_cursor *c = &s->cursor;

	switch (*s->pattern) {
	case '_':
		if (c->p == c->end || !is_blank(*c->p))
			return false;
		pv_skip_blanks(c);
		return true;
	case ' ':
		pv_skip_blanks(c);
		if (wraps && pv_at_end_of_line(c))
			skip_line_ends(c);
		return true;
	case '?':
		take_char(c, *++s->pattern);
		return true;
	case '%':
		return take_number(s, *++s->pattern, s->number++);
	}
	return take_char(c, *s->pattern);
}

/**
 * pv_pattern_match - match a pattern
 * @c: cursor; moves only if the result is PV_PATTERN_MATCH
 * @pattern: pattern
 * @numbers: out: numbers of the text, one for each '%' of @pattern
 *
 * Return: PV_PATTERN_MATCH; PV_PATTERN_MALFORMED if the text differs from @pattern after '~'
 * or '!', or has a number that is cut; PV_PATTERN_NONE if it differs before.
 */
enum pv_pattern pv_pattern_match(struct pv_cursor *c, const char *pattern, __u32 *numbers)
{
	struct state s = { .cursor = *c, .pattern = pattern, .number = numbers };
	bool cut = false, malformed = false;

	for (; *s.pattern; s.pattern++) {
		if (*s.pattern == '~' || *s.pattern == '!') {
			cut = true;
			malformed = *s.pattern == '!';
			continue;
		}
		if (take_element(&s, cut))
			continue;
		if (malformed ||
		    (cut && (pv_at_end_of_line(&s.cursor) || s.cursor.line != c->line)))
			return PV_PATTERN_MALFORMED;
		return PV_PATTERN_NONE;
	}
	if (s.has_zeros && s.has_short)
		return PV_PATTERN_MALFORMED;
	*c = s.cursor;
	return PV_PATTERN_MATCH;
}

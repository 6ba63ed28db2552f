// SPDX-License-Identifier: GPL-2.0
/*
 * Text without the markup of mails, web pages and terminals.
 *
 * People copy the output of programs from mails (quoted-printable), from the source of web
 * pages (HTML entities and tags), from forums (BBCode) and from recorded terminal sessions
 * (escape sequences).  pv_plain_text() converts such text to printable ASCII with '\n' as the
 * only line end.
 *
 * The text may be malicious.  The result is not longer than the text, so one buffer is enough.
 * Every loop either consumes what it reads or has a constant limit: the time is linear.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libpv.h"

/* Longest tag, and longest name of a tag or an entity */
#define TAG_MAX			256
#define NAME_MAX_LEN		8

/* Results of ascii(): no character, and a character that is not ASCII */
#define NOTHING			'\0'
#define OTHER			'?'

/*
 * struct state - one conversion
 * @p: next byte of the text
 * @end: end of the text
 * @out: next byte of the result
 * @mail: the text is quoted-printable
 * @soft: soft line ends since the last line end.  The line end is written as many times
 *        more, so that line numbers stay correct.
 */
struct state {
	const char *p;
	const char *end;
	char *out;
	bool mail;
	size_t soft;
};

/* Entities that can occur in the output of a program */
static const struct {
	const char *name;
	unsigned int code;
} entities[] = {
	{ "NewLine", ' ' },
	{ "Tab", '\t' },
	{ "apos", '\'' },
	{ "colon", ':' },
	{ "comma", ',' },
	{ "dash", 0x2010 },
	{ "emsp", 0x2003 },
	{ "ensp", 0x2002 },
	{ "equals", '=' },
	{ "gt", '>' },
	{ "hyphen", 0x2010 },
	{ "lsqb", '[' },
	{ "lt", '<' },
	{ "nbsp", 0xa0 },
	{ "ndash", 0x2013 },
	{ "num", '#' },
	{ "quot", '"' },
	{ "rsqb", ']' },
	{ "shy", 0xad },
	{ "thinsp", 0x2009 },
	{ "times", 0xd7 },
	{ "zwnj", 0x200c },
};

/* HTML tags that do not separate words */
static const char * const inline_tags[] = {
	"a", "b", "em", "font", "i", "mark", "span", "strong", "tt", "u", "wbr", NULL
};

/* Tags of BBCode.  Other words in brackets are text. */
static const char * const bbcode_tags[] = {
	"b", "code", "color", "font", "i", "pre", "quote", "size", "spoiler", "tt", "u", NULL
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool starts(const char *p, const char *end, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(end - p) >= len && !memcmp(p, text, len);
}

/* Returns the ASCII character that looks like @code. */
static char ascii(unsigned int code)
{
	if (code >= 0x20 && code < 0x7f)
		return (char)code;
	if (code < 0x20 || code == 0xa0 || (code >= 0x2000 && code <= 0x200a) ||
	    code == 0x202f || code == 0x205f || code == 0x3000)
		return ' ';
	/* Soft hyphen, zero-width characters and byte order mark */
	if (code == 0xad || (code >= 0x200b && code <= 0x200f) || code == 0x2060 ||
	    code == 0xfeff)
		return NOTHING;
	/* Web pages show 0x10 as 0\u00d710, and hyphens as dashes. */
	if (code == 0xd7)
		return 'x';
	if ((code >= 0x2010 && code <= 0x2015) || code == 0x2212)
		return '-';
	return OTHER;
}

static void put(struct state *s, unsigned int code)
{
	char c = ascii(code);

	if (c != NOTHING)
		*s->out++ = c;
}

/* "\n", "\r\n" and "\r\r\n" are one line end; every other "\r" is one, too. */
static void take_line_end(struct state *s)
{
	size_t n = 0;

	while (s->p < s->end && *s->p == '\r') {
		s->p++;
		n++;
	}
	if (s->p < s->end && *s->p == '\n') {
		s->p++;
		n = 1;
	}
	memset(s->out, '\n', n + s->soft);
	s->out += n + s->soft;
	s->soft = 0;
}

/* Escape sequences of terminals: colors, and the title of the window */
static void take_escape(struct state *s)
{
	s->p++;
	if (starts(s->p, s->end, "[")) {
		for (s->p++; s->p < s->end && *s->p >= 0x20 && *s->p < 0x40; s->p++)
			;
		if (s->p < s->end && *s->p >= 0x40 && *s->p < 0x7f)
			s->p++;
	} else if (starts(s->p, s->end, "]")) {
		while (s->p < s->end && *s->p != '\a' && *s->p != '\033' && *s->p != '\n')
			s->p++;
		if (starts(s->p, s->end, "\a"))
			s->p++;
		else if (starts(s->p, s->end, "\033\\"))
			s->p += 2;
	}
}

/*
 * Quoted-printable has "=3D" for '=', and a '=' at the end of a line that continues.  A number
 * without 0x can follow a '=' that is not encoded, so "=3D" needs another character after it.
 */
static bool take_quoted(struct state *s)
{
	const char *p = s->p + 1;
	int code;

	if (starts(p, s->end, "\r\n") || starts(p, s->end, "\n")) {
		s->p = p + (*p == '\r' ? 2 : 1);
		s->soft++;
		return true;
	}
	if (s->end - p < 2 || hex_digit(p[0]) < 0 || hex_digit(p[1]) < 0)
		return false;
	code = hex_digit(p[0]) << 4 | hex_digit(p[1]);
	p += 2;
	if (code == '=' && p < s->end && hex_digit(*p) >= 0 && !starts(p, s->end, "0x"))
		return false;
	s->p = p;
	/* The first byte of an UTF-8 no-break space */
	if (code != 0xc2)
		put(s, code);
	return true;
}

/* &#NUMBER; and &#xNUMBER; @p is the first digit or the 'x'. */
static const char *numeric_entity(const char *p, const char *end, unsigned int *code)
{
	const char *limit;
	int base = 10, digit;

	if (p < end && (*p == 'x' || *p == 'X')) {
		base = 16;
		p++;
	}
	limit = end - p > NAME_MAX_LEN ? p + NAME_MAX_LEN : end;
	for (*code = 0; p < limit; p++) {
		digit = hex_digit(*p);
		if (digit < 0 || digit >= base)
			break;
		*code = *code * base + digit;
	}
	return p;
}

static const char *named_entity(const char *p, const char *end, unsigned int *code)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(entities); i++) {
		len = strlen(entities[i].name);
		if (starts(p, end, entities[i].name) && starts(p + len, end, ";")) {
			*code = entities[i].code;
			return p + len;
		}
	}
	return NULL;
}

/* "&amp;nbsp;" is an entity that was encoded twice. */
static void take_entity(struct state *s)
{
	const char *p = s->p + 1;
	unsigned int code;

	while (starts(p, s->end, "amp;"))
		p += strlen("amp;");
	s->p = p;
	if (starts(p, s->end, "#"))
		p = numeric_entity(p + 1, s->end, &code);
	else
		p = named_entity(p, s->end, &code);
	if (!p || !starts(p, s->end, ";")) {
		put(s, '&');
		return;
	}
	s->p = p + 1;
	put(s, code);
}

static bool listed(const char * const *names, const char *name)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

/* The end of the tag at @p, or NULL if that is not a tag of one line. */
static const char *tag_end(const char *p, const char *end, char close)
{
	const char *limit = end - p > TAG_MAX ? p + TAG_MAX : end;

	for (; p < limit && *p != '\n' && *p != '\r'; p++)
		if (*p == close)
			return p + 1;
	return NULL;
}

/* HTML tags, and BBCode tags in brackets */
static bool take_tag(struct state *s)
{
	bool html = *s->p == '<';
	const char *p = s->p + 1, *next;
	char name[NAME_MAX_LEN + 1];
	size_t n = 0;

	if (starts(p, s->end, "/"))
		p++;
	for (; p < s->end && is_letter(*p) && n < NAME_MAX_LEN; p++)
		name[n++] = *p | 0x20;
	name[n] = '\0';
	next = n ? tag_end(p, s->end, html ? '>' : ']') : NULL;
	if (!next || (!html && !listed(bbcode_tags, name)))
		return false;
	s->p = next;
	if (!listed(inline_tags, name))
		put(s, ' ');
	return true;
}

/* One character of UTF-8.  Invalid bytes are Latin-1. */
static void take_character(struct state *s)
{
	unsigned int code = (unsigned char)*s->p, n = 0, i;

	if (code >= 0xf0)
		n = 3;
	else if (code >= 0xe0)
		n = 2;
	else if (code >= 0xc0)
		n = 1;
	if ((size_t)(s->end - s->p) <= n)
		n = 0;
	for (i = 1; i <= n; i++)
		if ((s->p[i] & 0xc0) != 0x80)
			n = 0;
	if (n)
		code &= 0x3f >> n;
	for (i = 1; i <= n; i++)
		code = code << 6 | (s->p[i] & 0x3f);
	s->p += n + 1;
	put(s, code);
}

static void take(struct state *s)
{
	switch (*s->p) {
	case '\r':
	case '\n':
		take_line_end(s);
		return;
	case '\033':
		take_escape(s);
		return;
	case '&':
		take_entity(s);
		return;
	case '=':
		if (s->mail && take_quoted(s))
			return;
		break;
	case '<':
	case '[':
		if (take_tag(s))
			return;
		break;
	}
	take_character(s);
}

/**
 * pv_plain_text - remove markup from a text
 * @text: text; does not have to end in a NUL
 * @len: bytes of @text
 * @plain_len: out: bytes of the result
 *
 * Each line end of @text is one '\n' in the result, so both have the same line numbers.
 *
 * Return: the result, for free(); NULL if there is not enough memory.
 */
char *pv_plain_text(const char *text, size_t len, size_t *plain_len)
{
	struct state s = { .p = text, .end = text + len };
	char *plain = malloc(len + 1);

	if (!plain)
		return NULL;
	s.out = plain;
	s.mail = memmem(text, len, "=3D0x", strlen("=3D0x")) ||
		 memmem(text, len, "=3D ", strlen("=3D "));
	while (s.p < s.end)
		take(&s);
	*plain_len = s.out - plain;
	return plain;
}

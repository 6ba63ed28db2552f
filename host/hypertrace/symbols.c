// SPDX-License-Identifier: GPL-2.0
/*
 * Names of values in the format of a trace event.
 *
 * A format ends with the arguments of the kernel's printf.  A value with names is a table:
 *
 *   print fmt: "reason %s", (REC->isa == 1) ? __print_symbolic(REC->exit_reason & 0xffff,
 *   { 0, "EXCEPTION_NMI" }, { 12, "HLT" }) : __print_symbolic(REC->exit_reason,
 *   { 0x040 + 1, "DB excp" }, { -1, "invalid_guest_state" })
 *
 * Values are constant expressions.  The parser skips an entry with another value, or with a
 * name that is not safe to print.  It takes no names from a text with another syntax.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hypertrace.h"

#define PRINT_FMT	"print fmt:"
#define TABLE		"__print_symbolic"
#define MAX_DEPTH	16

/* Kinds of tokens; the kind of another sign is its character */
enum {
	TOKEN_END = 256,
	TOKEN_NAME,
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_EQUAL,	/* == */
	TOKEN_ARROW,	/* -> */
	TOKEN_LEFT,	/* << */
};

static const struct {
	char text[3];
	int kind;
} pairs[] = {
	{ "==", TOKEN_EQUAL },
	{ "->", TOKEN_ARROW },
	{ "<<", TOKEN_LEFT },
};

/**
 * struct scan - a position in a text
 * @next: the text behind the token
 * @kind: kind of the token
 * @text: text of the token; of a string, the text between the quotes
 * @len: length of that text
 * @isa: the value of isa that leads to this branch of a condition, 0: any
 * @isa_test: the value that the condition compares isa with, 0: no condition
 * @isa_depth: open parentheses at the condition
 * @inner: conditions within the first branch
 * @depth: open parentheses
 * @bad: a string has no end
 */
struct scan {
	const char *next;
	int kind;
	const char *text;
	size_t len;
	__u32 isa;
	__u32 isa_test;
	int isa_depth;
	int inner;
	int depth;
	bool bad;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void scan_word(struct scan *scan)
{
	scan->kind = isdigit((unsigned char)*scan->text) ? TOKEN_NUMBER : TOKEN_NAME;
	while (is_word(*scan->next))
		scan->next++;
	scan->len = scan->next - scan->text;
}

static void scan_string(struct scan *scan)
{
	const char *end = ++scan->text;

	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	scan->kind = *end ? TOKEN_STRING : TOKEN_END;
	scan->bad |= !*end;
	scan->len = end - scan->text;
	scan->next = *end ? end + 1 : end;
}

static void scan_sign(struct scan *scan)
{
	size_t i;

	scan->kind = (unsigned char)*scan->text;
	scan->next++;
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (!strncmp(scan->text, pairs[i].text, 2)) {
			scan->kind = pairs[i].kind;
			scan->next++;
		}
	}
}

static void advance(struct scan *scan)
{
	scan->next += strspn(scan->next, " \t\n");
	scan->text = scan->next;
	scan->len = 0;

	if (!*scan->text)
		scan->kind = TOKEN_END;
	else if (is_word(*scan->text))
		scan_word(scan);
	else if (*scan->text == '"')
		scan_string(scan);
	else
		scan_sign(scan);
}

static bool take(struct scan *scan, int kind)
{
	if (scan->kind != kind)
		return false;
	advance(scan);
	return true;
}

static bool is_name(const struct scan *scan, const char *name)
{
	return scan->kind == TOKEN_NAME && scan->len == strlen(name) &&
	       !memcmp(scan->text, name, scan->len);
}

/* Constant expressions, in the order of C: or, shift, sum, sign, primary */
static bool read_or(struct scan *scan, int depth, __u64 *value);

static bool read_number(struct scan *scan, __u64 *value)
{
	char *end;

	errno = 0;
	*value = strtoull(scan->text, &end, 0);
	end += strspn(end, "uUlL");
	if (errno || end != scan->text + scan->len)
		return false;
	advance(scan);
	return true;
}

static bool read_sign(struct scan *scan, int depth, __u64 *value)
{
	if (depth > MAX_DEPTH)
		return false;
	if (scan->kind == TOKEN_NUMBER)
		return read_number(scan, value);
	if (take(scan, '('))
		return read_or(scan, depth + 1, value) && take(scan, ')');
	if (!take(scan, '-') || !read_sign(scan, depth + 1, value))
		return false;
	*value = -*value;
	return true;
}

static bool read_sum(struct scan *scan, int depth, __u64 *value)
{
	__u64 other;
	bool minus;

	if (!read_sign(scan, depth, value))
		return false;
	while (scan->kind == '+' || scan->kind == '-') {
		minus = scan->kind == '-';
		advance(scan);
		if (!read_sign(scan, depth, &other))
			return false;
		*value += minus ? -other : other;
	}
	return true;
}

static bool read_shift(struct scan *scan, int depth, __u64 *value)
{
	__u64 other;

	if (!read_sum(scan, depth, value))
		return false;
	while (take(scan, TOKEN_LEFT)) {
		if (!read_sum(scan, depth, &other) || other > 63)
			return false;
		*value <<= other;
	}
	return true;
}

static bool read_or(struct scan *scan, int depth, __u64 *value)
{
	__u64 other;

	if (!read_shift(scan, depth, value))
		return false;
	while (take(scan, '|')) {
		if (!read_shift(scan, depth, &other))
			return false;
		*value |= other;
	}
	return true;
}

/* Values of 32 bits, or negative ones of 32 bits, as -1 */
static bool is_32(__u64 value)
{
	return value == (__u32)value || value == (__u64)(__s32)value;
}

/* Skips an expression to the comma behind it. */
static bool skip_expression(struct scan *scan)
{
	int depth = 0;

	for (; scan->kind != TOKEN_END; advance(scan)) {
		if (scan->kind == ',' && !depth)
			return true;
		depth += (scan->kind == '(') - (scan->kind == ')');
		if (depth < 0 || scan->kind == '{' || scan->kind == '}')
			return false;
	}
	return false;
}

/* Joins strings as a compiler does, and returns whether they are a name. */
static bool read_name(struct scan *scan, char name[SYMBOL_NAME])
{
	bool good = true;
	size_t len = 0, i;

	for (; scan->kind == TOKEN_STRING; advance(scan)) {
		for (i = 0; i < scan->len; i++) {
			if (scan->text[i] < ' ' || scan->text[i] > '~' || scan->text[i] == '\\' ||
			    len == SYMBOL_NAME - 1)
				good = false;
			else
				name[len++] = scan->text[i];
		}
	}
	name[len] = '\0';
	return good && len;
}

static void add(struct symbols *symbols, const struct symbol *symbol)
{
	if (symbols->nr < SYMBOLS_MAX)
		symbols->list[symbols->nr++] = *symbol;
}

/* { VALUE, "NAME" }, or { } */
static bool read_entry(struct scan *scan, struct symbols *symbols, struct symbol *symbol)
{
	struct scan start;
	__u64 value;
	bool good;

	if (!take(scan, '{'))
		return false;
	if (take(scan, '}'))
		return true;

	start = *scan;
	good = read_or(scan, 0, &value) && scan->kind == ',' && is_32(value);
	if (!good) {
		*scan = start;
		if (!skip_expression(scan))
			return false;
	}
	if (!take(scan, ',') || scan->kind != TOKEN_STRING)
		return false;
	good &= read_name(scan, symbol->name);
	symbol->value = value;
	if (good && *symbol->field)
		add(symbols, symbol);
	return take(scan, '}');
}

/* Reads the member of the record in an expression; empty: several, or a name that is too long */
static bool read_field(struct scan *scan, char field[SYMBOL_FIELD])
{
	bool arrow = false;
	int depth = 0;
	size_t nr = 0;

	for (; scan->kind != ',' || depth; advance(scan)) {
		if (arrow && scan->kind == TOKEN_NAME && scan->len < SYMBOL_FIELD) {
			memset(field, 0, SYMBOL_FIELD);
			memcpy(field, scan->text, scan->len);
		}
		arrow = scan->kind == TOKEN_ARROW;
		nr += arrow;
		depth += (scan->kind == '(') - (scan->kind == ')');
		if (scan->kind == TOKEN_END || depth < 0)
			return false;
	}
	if (nr != 1)
		*field = '\0';
	return true;
}

/* The arguments of the function, behind its name */
static bool read_table(struct scan *scan, struct symbols *symbols)
{
	struct symbol symbol = { .isa = scan->isa };

	if (!take(scan, '(') || !read_field(scan, symbol.field))
		return false;
	while (take(scan, ',')) {
		if (!read_entry(scan, symbols, &symbol))
			return false;
	}
	return take(scan, ')');
}

/* Follows the branches of REC->isa == 1 ? TABLE : TABLE. */
static void follow_isa(struct scan *scan)
{
	const int depth = scan->depth - scan->isa_depth;

	if (scan->kind == '?' && scan->isa_test && !scan->isa) {
		scan->isa = scan->isa_test;
		scan->isa_depth = scan->depth;
		scan->inner = 0;
	} else if (scan->isa && !depth && scan->kind == '?') {
		scan->inner++;
	} else if (scan->isa && !depth && scan->kind == ':' && scan->inner) {
		scan->inner--;
	} else if (scan->isa && !depth && scan->kind == ':') {
		scan->isa = scan->isa_test == SYMBOL_ISA_VMX ? SYMBOL_ISA_SVM : SYMBOL_ISA_VMX;
	} else if (depth < 0 || (!depth && scan->kind == ',')) {
		scan->isa = 0;
		scan->isa_test = 0;
		scan->isa_depth = 0;
	}
}

/* The comparison behind "isa" */
static void read_test(struct scan *scan)
{
	__u64 value;

	if (!take(scan, TOKEN_EQUAL) || scan->kind != TOKEN_NUMBER)
		return;
	if (read_number(scan, &value) && (value == SYMBOL_ISA_VMX || value == SYMBOL_ISA_SVM))
		scan->isa_test = value;
}

static bool read_arguments(struct scan *scan, struct symbols *symbols)
{
	while (scan->kind != TOKEN_END) {
		if (is_name(scan, TABLE)) {
			advance(scan);
			if (!read_table(scan, symbols))
				return false;
			continue;
		}
		if (is_name(scan, "isa")) {
			advance(scan);
			read_test(scan);
			continue;
		}
		scan->depth += (scan->kind == '(') - (scan->kind == ')');
		if (scan->depth < 0)
			return false;
		follow_isa(scan);
		advance(scan);
	}
	return !scan->bad && !scan->depth;
}

/**
 * symbols_read - the names in the format of an event
 * @symbols: gets them; none if the text is not understood
 * @text: the file "format" of the event
 */
void symbols_read(struct symbols *symbols, const char *text)
{
	struct scan scan = { .next = strstr(text, PRINT_FMT) };

	symbols->nr = 0;
	if (!scan.next)
		return;
	scan.next += strlen(PRINT_FMT);
	advance(&scan);
	if (!read_arguments(&scan, symbols))
		symbols->nr = 0;
}

/**
 * symbols_find - the name of a value
 * @symbols: names
 * @field: member of the event's record
 * @isa: SYMBOL_ISA_VMX or SYMBOL_ISA_SVM, or 0 if the name does not depend on it
 * @value: value of the member
 *
 * Returns NULL if it has no name.
 */
const char *symbols_find(const struct symbols *symbols, const char *field, __u32 isa, __u32 value)
{
	const struct symbol *symbol;
	size_t i;

	for (i = 0; i < symbols->nr; i++) {
		symbol = &symbols->list[i];
		if (symbol->value == value && symbol->isa == isa && !strcmp(symbol->field, field))
			return symbol->name;
	}
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Input of fuzzers of ioctls: which members of a valid struct are replaced by which values.  An
 * input has no pointers and handles, so that it can be made again, and changed, later.
 */
#ifndef _SELFTESTS_FUZZ_INPUT_H
#define _SELFTESTS_FUZZ_INPUT_H

#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"

/* The result of a call with a value; a later one prevails.  END terminates a list. */
enum verdict { END, GOOD, EITHER, BAD };

#define MAX_VALUES	16
#define MAX_MEMBERS	20
#define MAX_ERRORS	20
/**
 * struct values - possible values of a member
 * @width: bytes of the member
 * @others: the verdict of a random value, END: none is tried
 * @list: terminated by END; @at: where the value is, if it is known at run time only
 */
struct values {
	size_t width;
	enum verdict others;
	struct {
		__u64 value;
		enum verdict verdict;
		const __u64 *at;
	} list[MAX_VALUES + 1];
};

struct member {
	size_t offset;
	const struct values *values;
};

/**
 * struct target - an ioctl
 * @name: name
 * @cmd: number
 * @valid: the verdict of a call with valid members, which can be EITHER
 * @members: members that can be replaced, the size first
 * @errors: documented errors
 * @partial: the ioctl may write its struct and fail
 */
struct target {
	const char *name;
	unsigned int cmd;
	enum verdict valid;
	const struct member *members;
	int errors[MAX_ERRORS];
	bool partial;
};

/* The number of the ioctl */
enum fuzz_number { NUMBER_OWN, NUMBER_SIZE, NUMBER_DIRECTION, NUMBER_TYPE, NUMBER_UNKNOWN };

/* struct fuzz_input.genes: the valid value, a value of the list counted from 1, or a random one */
#define GENE_VALID	0
#define GENE_RANDOM	255

/**
 * struct fuzz_input - what a call is made from; all bytes are defined
 * @target: index
 * @number: enum fuzz_number
 * @place: where the struct is, see fuzz_place()
 * @variant: free for the fuzzer: which valid call it is
 * @at: random number for @place
 * @extra: random number that is free for the fuzzer, 0: none
 * @genes: values of the members
 * @random: random values of the members
 */
struct fuzz_input {
	__u8 target;
	__u8 number;
	__u8 place;
	__u8 variant;
	__u32 at;
	__u64 extra;
	__u8 genes[MAX_MEMBERS];
	__u8 padding[4];
	__u64 random[MAX_MEMBERS];
};

static __u64 fuzz_state;

/* xorshift64*: the same numbers on every machine */
static __u64 fuzz_next(__u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

static __u32 random32(void)
{
	return fuzz_next(&fuzz_state) >> 32;
}

static unsigned int below(unsigned int n)
{
	return (random32() >> 1) % n;
}

/* Few bits, or near a power of 2, or anything */
static __u64 random_value(void)
{
	__u64 bit = 1ULL << below(64);

	switch (below(4)) {
	case 0:
		return below(256);
	case 1:
		return bit + below(3) - 1;
	case 2:
		return bit | 1ULL << below(64);
	default:
		return fuzz_next(&fuzz_state);
	}
}

/* A number of the environment */
static unsigned long long fuzz_number(const char *name, unsigned long long standard)
{
	const char *text = getenv(name);
	unsigned long long n;
	char *end;

	if (!text)
		return standard;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || end == text || *end || !n)
		ksft_exit_fail_msg("invalid %s=%s: expected a number above 0\n", name, text);
	return n;
}

static enum verdict worse(enum verdict a, enum verdict b)
{
	return a > b ? a : b;
}

static unsigned int fuzz_nr_values(const struct values *values)
{
	unsigned int nr = 0;

	while (values->list[nr].verdict != END)
		nr++;
	return nr;
}

static void fuzz_change_member(struct fuzz_input *input, const struct target *t, unsigned int i)
{
	const struct values *values = t->members[i].values;

	input->random[i] = random_value();
	if (values->others != END && !below(4))
		input->genes[i] = GENE_RANDOM;
	else
		input->genes[i] = 1 + below(fuzz_nr_values(values));
}

static void fuzz_change_place(struct fuzz_input *input)
{
	input->place = below(16);
	input->at = random32();
}

static void fuzz_generate(struct fuzz_input *input, const struct target *targets, unsigned int nr)
{
	const struct target *t;
	unsigned int i;

	memset(input, 0, sizeof(*input));
	input->target = below(nr);
	input->variant = below(256);
	t = &targets[input->target];
	fuzz_change_place(input);
	if (!below(32))
		input->number = below(NUMBER_UNKNOWN + 1);
	if (!below(4))
		input->extra = random32();
	if (below(2))
		return;
	for (i = 0; t->members[i].values; i++) {
		if (!below(4))
			fuzz_change_member(input, t, i);
	}
}

static void fuzz_mutate(struct fuzz_input *input, const struct target *targets)
{
	const struct target *t = &targets[input->target];
	unsigned int i, nr = 0, changes = 1 + below(3);

	while (t->members[nr].values)
		nr++;
	while (changes--) {
		i = below(nr);
		switch (below(8)) {
		case 0:
			fuzz_change_place(input);
			break;
		case 1:
			input->extra = below(2) ? random32() : 0;
			input->variant = below(256);
			break;
		case 2:
		case 3:
			input->genes[i] = GENE_VALID;
			break;
		case 4:
			input->number = below(4) ? NUMBER_OWN : below(NUMBER_UNKNOWN + 1);
			break;
		default:
			fuzz_change_member(input, t, i);
		}
	}
}

#endif /* _SELFTESTS_FUZZ_INPUT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzers of ioctls with a struct.
 *
 * Each call starts as a valid one.  Then values of a table, or random ones, replace some of the
 * members, the address of the struct or the number of the ioctl.  The table also lists whether a
 * value makes the call fail.  A call must not fail without a reason or with an errno that is not
 * documented, succeed with an invalid member, or write outside of its struct.
 *
 * Environment:
 *
 *   PV_CALLS  number of calls
 *   PV_SEED   seed of the random numbers (1)
 */
#ifndef _SELFTESTS_FUZZ_IOCTL_H
#define _SELFTESTS_FUZZ_IOCTL_H

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest.h"

#include "fuzz-input.h"
#include "kcov.h"

#define MAX_STRUCT	1024
#define MAX_TARGETS	16

#define KERNEL_ADDRESS	0xffff800000001000ULL
#define NO_ADDRESS	0x00f0000000000000ULL

/**
 * struct fuzz_call - a call
 * @input: what it is made from
 * @target: the ioctl
 * @cmd: its number
 * @image: the struct
 * @size: bytes of @image
 * @room: bytes that the ioctl may write to: @size, or less if the member size is less
 * @at: address of the struct
 * @mine: the ioctl can write to all of it
 * @verdict: expected
 * @err: result
 */
struct fuzz_call {
	struct fuzz_input input;
	const struct target *target;
	unsigned int cmd;
	char image[MAX_STRUCT];
	size_t size;
	size_t room;
	char *at;
	bool mine;
	enum verdict verdict;
	int err;
};

/* Four pages: two for the struct, one that is read-only, one that is not mapped. */
static char *arena, *arena_end, *arena_bottom, *before;
static long page;
static struct kcov kcov;
static unsigned long fuzz_succeeded[MAX_TARGETS], fuzz_failed[MAX_TARGETS];

/* Maps @size bytes, followed by an unmapped page */
static void *map_guarded(size_t size, size_t *rounded)
{
	char *map;

	*rounded = (size + page - 1) / page * page;
	map = mmap(NULL, *rounded + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0);
	if (map == MAP_FAILED || mprotect(map + *rounded, page, PROT_NONE))
		ksft_exit_fail_msg("mmap: %s\n", strerror(errno));
	return map;
}

/* Maps @size bytes that end before an unmapped page */
static void *map_at_end(size_t size)
{
	size_t rounded;
	char *map = map_guarded(size, &rounded);

	return map + rounded - size;
}

static void fuzz_init(__u64 seed)
{
	size_t size;

	fuzz_state = seed;
	page = sysconf(_SC_PAGESIZE);
	arena = map_guarded(3 * page, &size);
	arena_bottom = arena + 2 * page;
	arena_end = arena + size;
	before = malloc(2 * page);
	if (!before || mprotect(arena_bottom, page, PROT_READ))
		ksft_exit_fail_msg("memory: %s\n", strerror(errno));
	kcov_open(&kcov, sizeof(struct fuzz_input));
}

/* The next input: with kcov most are made from one that reached new code. */
static void fuzz_choose(struct fuzz_call *call, const struct target *targets, unsigned int nr)
{
	const struct fuzz_input *old = below(4) ? kcov_pick(&kcov, random32()) : NULL;

	if (old) {
		call->input = *old;
		fuzz_mutate(&call->input, targets);
	} else {
		fuzz_generate(&call->input, targets, nr);
	}
	call->target = &targets[call->input.target];
	call->cmd = call->target->cmd;
	call->size = _IOC_SIZE(call->cmd);
	call->verdict = call->target->valid;
	memset(call->image, 0, call->size);
}

/* Replaces the number; drivers ignore the size in it. */
static void fuzz_spoil_number(struct fuzz_call *call)
{
	switch (call->input.number) {
	case NUMBER_SIZE:
		call->cmd ^= 8U << _IOC_SIZESHIFT;
		break;
	case NUMBER_DIRECTION:
		call->cmd ^= (unsigned int)_IOC_WRITE << _IOC_DIRSHIFT;
		break;
	case NUMBER_TYPE:
		call->cmd ^= 1U << _IOC_TYPESHIFT;
		break;
	case NUMBER_UNKNOWN:
		call->cmd |= 0x80U << _IOC_NRSHIFT;
		break;
	}
	if (call->input.number > NUMBER_SIZE)
		call->verdict = BAD;
}

/* Replaces members.  A driver that gets a smaller size takes the rest of its struct as 0. */
static void fuzz_spoil(struct fuzz_call *call)
{
	const struct member *m = call->target->members;
	enum verdict verdict;
	unsigned int i;
	__u32 size;
	__u64 value;

	call->room = call->size;
	for (i = 0; m[i].values; i++) {
		const struct values *values = m[i].values;
		unsigned int gene = call->input.genes[i];

		if (gene == GENE_VALID)
			continue;
		if (gene == GENE_RANDOM) {
			value = call->input.random[i];
			verdict = values->others;
		} else {
			const __u64 *at = values->list[gene - 1].at;

			value = at ? __atomic_load_n(at, __ATOMIC_RELAXED) :
				     values->list[gene - 1].value;
			verdict = values->list[gene - 1].verdict;
		}
		if (m[i].offset + values->width > call->room)
			verdict = EITHER;
		memcpy(call->image + m[i].offset, &value, values->width);
		call->verdict = worse(call->verdict, verdict);
		if (!m[i].offset) {
			memcpy(&size, call->image, sizeof(size));
			call->room = size < call->size ? size : call->size;
			call->verdict = worse(call->verdict, EITHER);
		}
	}
}

/* Chooses the address of the struct, and writes it there if there is memory. */
static void fuzz_place(struct fuzz_call *call)
{
	static const __u64 addresses[] = {
		0, 8, KERNEL_ADDRESS, NO_ADDRESS, ~0ULL, ~0ULL - 71,
	};
	size_t size = call->size, mapped = size;
	unsigned int at = call->input.at;
	enum verdict verdict = GOOD;

	switch (call->input.place) {
	case 0:		/* across two pages, and unaligned */
		call->at = arena + page - at % size;
		break;
	case 1:		/* the last writable bytes */
		call->at = arena_bottom - size;
		break;
	case 2:
		verdict = BAD;
		call->at = arena_bottom + at % (page - size);
		break;
	case 3:		/* its end is not mapped */
		mapped = size - 1 - at % (size - 1);
		verdict = call->room > mapped ? BAD : EITHER;
		call->at = arena_end - mapped;
		break;
	case 4:
		verdict = BAD;
		mapped = 0;
		call->at = (char *)(uintptr_t)addresses[at % ARRAY_SIZE(addresses)];
		break;
	default:
		call->at = arena + at % page;
	}
	call->verdict = worse(call->verdict, verdict);
	call->mine = verdict == GOOD;
	if (!call->mine && mapped)
		mprotect(arena_bottom, page, PROT_READ | PROT_WRITE);
	if (mapped)
		memcpy(call->at, call->image, mapped);
	if (!call->mine && mapped)
		mprotect(arena_bottom, page, PROT_READ);
}

static void fuzz_make(struct fuzz_call *call, int fd)
{
	memcpy(before, arena, 2 * page);
	kcov_begin(&kcov);
	call->err = ioctl(fd, call->cmd, call->at) ? errno : 0;
	kcov_end(&kcov, &call->input, call->input.at);
	if (call->err)
		fuzz_failed[call->input.target]++;
	else
		fuzz_succeeded[call->input.target]++;
}

static bool fuzz_is_listed(const struct target *t, int err)
{
	size_t i;

	for (i = 0; i < MAX_ERRORS && t->errors[i]; i++)
		if (err == t->errors[i])
			return true;
	return err == EFAULT || err == EINVAL || err == E2BIG;
}

/* The reason why the memory after a call is wrong, or NULL */
static const char *fuzz_judge_memory(const struct fuzz_call *call)
{
	size_t from = call->at - arena, behind;

	if (!call->mine)
		return memcmp(arena, before, 2 * page) ? "the call wrote elsewhere" : NULL;
	behind = from;
	if (!call->err)
		behind += call->room;
	else if (call->target->partial)
		behind += call->size;
	if (memcmp(arena, before, from) ||
	    memcmp(arena + behind, before + behind, 2 * page - behind))
		return call->err ? "the call failed, but wrote memory" :
				   "the call wrote outside of its struct";
	if (!call->err && memcmp(call->at, before + from, sizeof(__u32)))
		return "the call changed the size";
	return NULL;
}

/* The reason why the result of a call is wrong, or NULL */
static const char *fuzz_judge(const struct fuzz_call *call)
{
	if (call->input.number > NUMBER_SIZE && call->err != ENOTTY)
		return "the number does not exist";
	if (call->input.number <= NUMBER_SIZE && call->err &&
	    !fuzz_is_listed(call->target, call->err))
		return "not an error of this ioctl";
	if (!call->err && call->verdict == BAD)
		return "the call should have failed";
	if (call->err && call->verdict == GOOD)
		return "the call should have succeeded";
	return fuzz_judge_memory(call);
}

static void fuzz_print(const struct fuzz_call *call, const char *wrong)
{
	size_t i;
	__u32 word;

	ksft_print_msg("%s, number %#x, struct at %p: errno %d: %s\n", call->target->name,
		       call->cmd, call->at, call->err, wrong);
	for (i = 0; i < call->size; i += sizeof(word)) {
		memcpy(&word, call->image + i, sizeof(word));
		if (word)
			ksft_print_msg("  at %3zu: %#x\n", i, word);
	}
}

/* One test for each ioctl: the generated calls must reach both outcomes. */
static void fuzz_report(const struct target *targets, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		ksft_test_result(fuzz_succeeded[i] && fuzz_failed[i],
				 "%s succeeds and fails with generated input: %lu, %lu\n",
				 targets[i].name, fuzz_succeeded[i], fuzz_failed[i]);
	kcov_report(&kcov);
}

#endif /* _SELFTESTS_FUZZ_IOCTL_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Coverage of system calls of one thread by /sys/kernel/debug/kcov
 * (Documentation/dev-tools/kcov.rst of Linux), and a corpus of the inputs that reached new code.
 *
 * The kernel instruments only what sets KCOV_INSTRUMENT.  Works and interrupts that a call causes
 * are not covered.
 */
#ifndef _SELFTESTS_KCOV_H
#define _SELFTESTS_KCOV_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kselftest.h"

#define KCOV_FILE	"/sys/kernel/debug/kcov"
/* Words that the kernel writes for a call; it drops the rest. */
#define KCOV_AREA	16384
/* Bits of the set of seen addresses, which is a hash table without chains. */
#define KCOV_SEEN_BITS	18
#define KCOV_CORPUS	256

/**
 * struct kcov - coverage of the thread that called kcov_open()
 * @area: what the kernel writes: a count, then addresses; NULL: the kernel has no kcov
 * @seen: bit map of the hashes of addresses
 * @nr_seen: number of its bits
 * @corpus: inputs that reached new code
 * @size: bytes of an input
 * @nr: inputs in @corpus
 */
struct kcov {
	unsigned long *area;
	unsigned char *seen;
	unsigned int nr_seen;
	char *corpus;
	size_t size;
	unsigned int nr;
};

/* Returns 0, or an errno.  The file stays open. */
static inline int kcov_start(struct kcov *kcov)
{
	unsigned long *area;
	int fd;

	if (access(KCOV_FILE, F_OK))
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	fd = open(KCOV_FILE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (ioctl(fd, KCOV_INIT_TRACE, KCOV_AREA))
		return errno;
	area = mmap(NULL, KCOV_AREA * sizeof(*area), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (area == MAP_FAILED)
		return errno;
	if (ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		return errno;
	kcov->area = area;
	return 0;
}

/*
 * Starts coverage of this thread.  Without kcov the other functions do nothing, and a comment says
 * so.  @size: bytes of an input
 */
static inline void kcov_open(struct kcov *kcov, size_t size)
{
	int err;

	memset(kcov, 0, sizeof(*kcov));
	kcov->size = size;
	kcov->seen = calloc(1, 1 << (KCOV_SEEN_BITS - 3));
	kcov->corpus = calloc(KCOV_CORPUS, size);
	if (!kcov->seen || !kcov->corpus)
		ksft_exit_fail_msg("kcov: no memory\n");
	err = kcov_start(kcov);
	if (err)
		ksft_print_msg("kcov: %s, coverage does not guide the inputs\n", strerror(err));
	else
		ksft_print_msg("kcov: coverage guides the inputs\n");
}

/* Before a call */
static inline void kcov_begin(struct kcov *kcov)
{
	if (kcov->area)
		__atomic_store_n(&kcov->area[0], 0, __ATOMIC_RELAXED);
}

static inline bool kcov_see(struct kcov *kcov, unsigned long pc)
{
	unsigned int at = (pc * 0x9e3779b97f4a7c15ULL) >> (64 - KCOV_SEEN_BITS);
	unsigned char bit = 1 << at % 8;

	if (kcov->seen[at / 8] & bit)
		return false;
	kcov->seen[at / 8] |= bit;
	kcov->nr_seen++;
	return true;
}

/*
 * After a call with @input: adds it to the corpus if it reached new code.  @random selects the
 * input that it replaces if the corpus is full.
 */
static inline void kcov_end(struct kcov *kcov, const void *input, unsigned int random)
{
	unsigned long i, nr;
	bool new = false;

	if (!kcov->area)
		return;
	nr = __atomic_load_n(&kcov->area[0], __ATOMIC_RELAXED);
	for (i = 1; i <= nr && i < KCOV_AREA; i++)
		new |= kcov_see(kcov, kcov->area[i]);
	if (!new)
		return;
	i = kcov->nr < KCOV_CORPUS ? kcov->nr++ : random % KCOV_CORPUS;
	memcpy(kcov->corpus + i * kcov->size, input, kcov->size);
}

/* Returns an input of the corpus, or NULL if the corpus is empty. */
static inline const void *kcov_pick(const struct kcov *kcov, unsigned int random)
{
	return kcov->nr ? kcov->corpus + random % kcov->nr * kcov->size : NULL;
}

static inline void kcov_report(const struct kcov *kcov)
{
	if (kcov->area)
		ksft_print_msg("kcov: %u places in the code, %u inputs in the corpus\n",
			       kcov->nr_seen, kcov->nr);
}

#endif /* _SELFTESTS_KCOV_H */

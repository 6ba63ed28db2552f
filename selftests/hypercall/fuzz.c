// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pv_hypercall with generated input: fuzz [CALLS [SEED]].
 *
 * Each call starts as a valid one.  Then values of a table replace some of its members, the
 * address of its struct or its number.  The table also lists whether a value makes the call
 * fail.  A call must not fail without a reason or with an errno that is not documented,
 * succeed with an invalid member, write outside of its struct, or hang.
 *
 * needs: guest check
 * needs: guest-nohost full
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "fuzz.h"
#include "kselftest.h"

#define DEFAULT_CALLS	5000
#define REOPEN		64	/* calls, after which a new file has no restriction */

#define NR_TARGETS	ARRAY_SIZE(targets)
#define MAX_STRUCT	sizeof(struct pv_hypercall_vcpu_info)
#define NR_ENTRIES	16
#define BUCKETS_SIZE	(PV_HYPERCALL_BUCKETS * sizeof(__u32))

/*
 * Four pages: two for the struct, one that is read-only, one that is not mapped.  Entries
 * and buckets end before an unmapped page.
 */
static char *arena, *arena_end, *arena_bottom, *before;
static struct pv_hypercall_entry *entries;
static char *buckets;
static long page;
static __u64 state;
static __u32 allowed;
static int fd = -1;
static unsigned long succeeded[NR_TARGETS], failed[NR_TARGETS];

/* xorshift64*: the same numbers on every machine */
static __u64 next(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

static unsigned int below(unsigned int n)
{
	return (next() >> 33) % n;
}

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

static void make_memory(void)
{
	size_t size;

	page = sysconf(_SC_PAGESIZE);
	arena = map_guarded(3 * page, &size);
	arena_bottom = arena + 2 * page;
	arena_end = arena + size;
	if (mprotect(arena_bottom, page, PROT_READ))
		ksft_exit_fail_msg("mprotect: %s\n", strerror(errno));
	entries = map_guarded(NR_ENTRIES * sizeof(*entries), &size);
	entries = (void *)((char *)entries + size - NR_ENTRIES * sizeof(*entries));
	buckets = map_guarded(BUCKETS_SIZE, &size);
	buckets += size - BUCKETS_SIZE;
	before = malloc(2 * page);
	if (!before)
		ksft_exit_fail_msg("malloc: %s\n", strerror(errno));
}

static void reopen(void)
{
	struct pv_hypercall_probe probe = { .size = sizeof(probe), .nr = FORBIDDEN };

	if (fd >= 0)
		close(fd);
	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		ksft_exit_fail_msg(DEVICE ": %s\n", strerror(errno));
	if (ioctl(fd, PV_HYPERCALL_PROBE, &probe) || probe.out_flags & PV_HYPERCALL_ALLOWED)
		ksft_exit_fail_msg("load pv_hypercall without unsafe_calls\n");
	allowed = PV_HYPERCALL_ALLOW_ALL;
}

static void fill(const struct target *t, void *to)
{
	union {
		struct pv_hypercall_query query;
		struct pv_hypercall_call call;
		struct pv_hypercall_batch batch;
		struct pv_hypercall_latency latency;
		struct pv_hypercall_tagged tagged;
		struct pv_hypercall_probe probe;
		struct pv_hypercall_restrict restriction;
		char room[MAX_STRUCT];
	} u = { .query.size = _IOC_SIZE(t->cmd) };
	unsigned int i;

	switch (t->cmd) {
	case PV_HYPERCALL_CALL:
		u.call.nr = HARMLESS;
		break;
	case PV_HYPERCALL_BATCH:
		u.batch.cpu = PV_HYPERCALL_ANY_CPU;
		u.batch.count = 2;
		u.batch.entries = (uintptr_t)entries;
		u.batch.entry_size = sizeof(*entries);
		for (i = 0; i < NR_ENTRIES; i++)
			entries[i].nr = HARMLESS;
		break;
	case PV_HYPERCALL_LATENCY:
		u.latency.nr = HARMLESS;
		u.latency.samples = 2;
		u.latency.buckets = (uintptr_t)buckets;
		break;
	case PV_HYPERCALL_TAGGED:
		u.tagged.nr = HARMLESS;
		u.tagged.samples = 2;
		u.tagged.times = (uintptr_t)buckets;
		break;
	case PV_HYPERCALL_PROBE:
		u.probe.nr = HARMLESS;
		break;
	case PV_HYPERCALL_RESTRICT:
		u.restriction.allow = PV_HYPERCALL_ALLOW_ALL;
		break;
	}
	memcpy(to, &u, _IOC_SIZE(t->cmd));
}

static enum verdict worse(enum verdict a, enum verdict b)
{
	return a == BAD || b == BAD ? BAD : a == EITHER ? a : b;
}

static enum verdict choose(const struct values *values, __u64 *value)
{
	unsigned int i, nr = 0;

	while (values->list[nr].verdict != END)
		nr++;
	i = below(nr);
	*value = values->list[i].value;
	return values->list[i].verdict;
}

static enum verdict spoil(const struct target *t, char *to)
{
	enum verdict verdict = GOOD;
	const struct member *m;
	__u64 value;

	for (m = t->members; m->values; m++) {
		if (below(4))
			continue;
		verdict = worse(verdict, choose(m->values, &value));
		memcpy(to + m->offset, &value, m->values->width);
	}
	return verdict;
}

/* Replaces the number of one entry of a batch */
static enum verdict spoil_entry(const struct pv_hypercall_batch *b)
{
	unsigned int at = below(NR_ENTRIES);
	enum verdict verdict;
	__u64 value;

	verdict = choose(&numbers, &value);
	entries[at].nr = value;
	return at < b->count ? verdict : GOOD;
}

static char *choose_address(size_t size, enum verdict *verdict)
{
	__u64 value;

	switch (below(16)) {
	case 0:		/* across two pages, and unaligned */
		return arena + page - below(size);
	case 1:		/* the last writable bytes */
		return arena_bottom - size;
	case 2:
		*verdict = BAD;
		return arena_bottom + below(page - size);
	case 3:		/* its end is not mapped */
		*verdict = BAD;
		return arena_end - size + 1 + below(size - 1);
	case 4:
		*verdict = BAD;
		choose(&addresses, &value);
		return (char *)(uintptr_t)value;
	default:
		return arena + below(page);
	}
}

static bool is_listed(const struct target *t, int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(common_errors); i++)
		if (err == common_errors[i])
			return true;
	for (i = 0; i < ARRAY_SIZE(t->errors); i++)
		if (err == t->errors[i])
			return true;
	return false;
}

/* The reason why the result of a call is wrong, or NULL */
static const char *judge(const struct target *t, char *at, bool mine, int err,
			 enum verdict verdict)
{
	const size_t size = _IOC_SIZE(t->cmd);
	size_t from = at - arena, behind = from + size;

	if (t->allow & ~allowed)
		return err == EACCES ? NULL : "the file is restricted";
	if (err && !is_listed(t, err))
		return "not an error of this ioctl";
	if (!err && verdict == BAD)
		return "the call should have failed";
	if (err && verdict == GOOD)
		return "the call should have succeeded";
	if (!mine)
		return memcmp(arena, before, 2 * page) ? "the call wrote elsewhere" : NULL;
	if (memcmp(arena, before, from) ||
	    memcmp(arena + behind, before + behind, 2 * page - behind))
		return "the call wrote outside of its struct";
	if (err && !t->partial && memcmp(at, before + from, size))
		return "the call failed, but wrote its struct";
	if (!err && memcmp(at, before + from, sizeof(__u32)))
		return "the call changed the size";
	return NULL;
}

static const char *try_once(unsigned int *nr)
{
	enum verdict verdict = GOOD;
	const struct target *t;
	const char *wrong;
	size_t size;
	char *at;
	bool mine;
	int err;

	*nr = below(NR_TARGETS);
	t = &targets[*nr];
	size = _IOC_SIZE(t->cmd);
	at = choose_address(size, &verdict);
	mine = at >= arena && at <= arena_bottom - size;
	if (mine) {
		fill(t, at);
		if (below(2))
			verdict = worse(verdict, spoil(t, at));
		if (t->cmd == PV_HYPERCALL_BATCH && !below(4))
			verdict = worse(verdict, spoil_entry((void *)at));
	}
	memcpy(before, arena, 2 * page);

	err = try_ioctl(fd, t->cmd, at);
	wrong = judge(t, at, mine, err, verdict);
	if (wrong)
		ksft_print_msg("%s at %p: errno %d: %s\n", t->name, at, err, wrong);
	if (!err && t->cmd == PV_HYPERCALL_RESTRICT)
		allowed = ((struct pv_hypercall_restrict *)at)->allowed;
	if (err)
		failed[*nr]++;
	else
		succeeded[*nr]++;
	return wrong;
}

static unsigned long long parse_number(const char *text)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || end == text || *end || !n)
		ksft_exit_fail_msg("invalid number %s: expected a number above 0\n", text);
	return n;
}

int main(int argc, char **argv)
{
	unsigned long long i, calls = argc > 1 ? parse_number(argv[1]) : DEFAULT_CALLS;
	unsigned long long seed = argc > 2 ? parse_number(argv[2]) : 1;
	unsigned int nr;

	ksft_print_header();
	ksft_set_plan(1 + NR_TARGETS);
	make_memory();
	state = seed;
	for (i = 0; i < calls; i++) {
		if (i % REOPEN == 0)
			reopen();
		if (try_once(&nr))
			break;
	}
	ksft_test_result(i == calls,
			 "Generated calls have valid results: %llu of %llu, seed %llu\n", i, calls,
			 seed);
	/* The generated calls must reach both outcomes of each ioctl. */
	for (nr = 0; nr < NR_TARGETS; nr++)
		ksft_test_result(succeeded[nr] && failed[nr],
				 "%s succeeds and fails with generated input: %lu, %lu\n",
				 targets[nr].name, succeeded[nr], failed[nr]);
	ksft_finished();
}

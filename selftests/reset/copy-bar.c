// SPDX-License-Identifier: GPL-2.0
/*
 * copy-bar RESOURCE BYTES: print the first bytes of a BAR, a file in sysfs, which cannot be read
 * but mapped.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/types.h>

#define WORDS	8192

/* A BAR can be device memory, which accepts aligned accesses only. */
static void copy(const __u64 *bar, size_t bytes)
{
	static __u64 buffer[WORDS];
	size_t done, part, i;

	for (done = 0; done < bytes; done += part) {
		part = bytes - done < sizeof(buffer) ? bytes - done : sizeof(buffer);
		for (i = 0; i < (part + sizeof(*bar) - 1) / sizeof(*bar); i++)
			buffer[i] = __atomic_load_n(&bar[done / sizeof(*bar) + i],
						    __ATOMIC_RELAXED);
		if (write(STDOUT_FILENO, buffer, part) != (ssize_t)part)
			err(EXIT_FAILURE, "write");
	}
}

int main(int argc, char **argv)
{
	size_t bytes;
	__u64 *bar;
	int fd;

	if (argc != 3)
		errx(EXIT_FAILURE, "usage: copy-bar RESOURCE BYTES");

	bytes = strtoul(argv[2], NULL, 10);
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		err(EXIT_FAILURE, "%s", argv[1]);
	bar = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (bar == MAP_FAILED)
		err(EXIT_FAILURE, "mmap %s", argv[1]);
	copy(bar, bytes);
	return EXIT_SUCCESS;
}

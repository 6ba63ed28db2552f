// SPDX-License-Identifier: GPL-2.0
/*
 * A VM with vCPUs that make hypercalls, each in a thread of its own: "caller COUNT NR..."
 * prints "ready", and for each line of its input makes COUNT calls of each NR with both vCPUs at
 * the same time, and prints "made".
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "selftests/host/vm.h"

static struct vm vm;
static unsigned long count;
static char **numbers;

static void *make(void *vcpu)
{
	unsigned long i;
	char **number;

	for (number = numbers; *number; number++) {
		for (i = 0; i < count; i++) {
			struct vm_step step = {
				.op = VM_CALL,
				.value = strtoull(*number, NULL, 0),
			};

			vm_do(&vm, (intptr_t)vcpu, &step);
		}
	}
	return NULL;
}

static void make_all(void)
{
	pthread_t threads[VM_NR_VCPUS];
	intptr_t i;

	for (i = 0; i < VM_NR_VCPUS; i++)
		vm_must(!pthread_create(&threads[i], NULL, make, (void *)i), "a thread");
	for (i = 0; i < VM_NR_VCPUS; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	char line[16];

	if (argc < 3)
		ksft_exit_fail_msg("caller COUNT NR...\n");
	count = strtoul(argv[1], NULL, 0);
	numbers = argv + 2;
	prctl(PR_SET_NAME, "hypercaller");
	vm_create(&vm);

	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		make_all();
		puts("made");
		fflush(stdout);
	}

	vm_destroy(&vm);
	return EXIT_SUCCESS;
}

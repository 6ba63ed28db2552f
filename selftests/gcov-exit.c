// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of 'make coverage' are linked with --wrap=_exit.  _exit() runs no destructor, and the one
 * of libgcov writes the counters.  Each test of kselftest_harness.h ends with _exit().
 */
#include <unistd.h>

void __gcov_dump(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

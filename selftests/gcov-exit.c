// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of 'make coverage' are linked with --wrap=_exit.  _exit() runs no destructor, and that
 * of libgcov writes the counters.  Each test of kselftest_harness.h ends with _exit().
 */
#include "gcov-exit.h"

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

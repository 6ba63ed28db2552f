/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GCOV_EXIT_H
#define _GCOV_EXIT_H

#include "userspace/libpv/libpv.h"

/* libgcov: write the counters */
void __gcov_dump(void);

/* The linker option --wrap=_exit gives _exit() of the C library, and calls of it, these names. */
void __noreturn __real__exit(int status);
void __noreturn __wrap__exit(int status);

#endif /* _GCOV_EXIT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recorded machine in memory, and the checks of its results.
 */
#ifndef _FUZZ_MACHINE_H
#define _FUZZ_MACHINE_H

#include <stddef.h>

void machine_clear(void);
void machine_add(const char *path, const char *data, size_t len);
void machine_load(const char *data, size_t len);
void machine_check(void);

#endif /* _FUZZ_MACHINE_H */

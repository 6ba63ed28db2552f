/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Standard output: a program must not succeed if its output is lost.
 */
#ifndef _LIBPV_STDOUT_H
#define _LIBPV_STDOUT_H

void pv_stdout_begin(int failure);
void pv_stdout_flush(void);

#endif /* _LIBPV_STDOUT_H */

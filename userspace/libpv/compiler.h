/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kernel code takes for granted.
 */
#ifndef _LIBPV_COMPILER_H
#define _LIBPV_COMPILER_H

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#endif

#define __attribute(a)		__attribute__((a))
#ifndef __printf
#define __printf(fmt, args)	__attribute(format(printf, fmt, args))
#endif
#ifndef __noreturn
#define __noreturn		__attribute(noreturn)
#endif

#endif /* _LIBPV_COMPILER_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text without the markup of mails, web pages and terminals.
 */
#ifndef _LIBPV_PLAIN_TEXT_H
#define _LIBPV_PLAIN_TEXT_H

#include <stddef.h>

char *pv_plain_text(const char *text, size_t len, size_t *plain_len);

#endif /* _LIBPV_PLAIN_TEXT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replacing a file in one step, without following symbolic links.
 */
#ifndef _LIBPV_REPLACE_H
#define _LIBPV_REPLACE_H

/**
 * struct pv_replace - a file that is being replaced
 * @path: path of the file
 * @temporary: path of the new file
 * @fd: the new file
 */
struct pv_replace {
	char *path;
	char *temporary;
	int fd;
};

int pv_replace_begin(struct pv_replace *r, const char *path);
int pv_replace_commit(struct pv_replace *r);
void pv_replace_abort(struct pv_replace *r);

#endif /* _LIBPV_REPLACE_H */

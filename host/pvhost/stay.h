/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that stays until a VM ends.
 */
#ifndef _PVHOST_STAY_H
#define _PVHOST_STAY_H

#include "pvhost.h"

/**
 * struct pvhost_stay - a process that stays
 * @name: name of the VM
 * @pid: process of the VM
 * @pidfd: file descriptor of that process
 * @signals: of pvhost_stay_signals()
 * @reload: called on SIGHUP with @arg, @name and @pid; returns false after a failure
 * @arg: its argument
 */
struct pvhost_stay {
	const char *name;
	pid_t pid;
	int pidfd;
	int signals;
	bool (*reload)(const void *arg, const char *name, pid_t pid);
	const void *arg;
};

int pvhost_stay_signals(void);
void pvhost_stay_notify(const char *state);
int pvhost_stay(const struct pvhost_stay *stay);

#endif /* _PVHOST_STAY_H */

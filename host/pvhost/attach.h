/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments of pvhost attach, on the command line or in a file.
 */
#ifndef _PVHOST_ATTACH_H
#define _PVHOST_ATTACH_H

#include <getopt.h>

#include "doctor.h"

/* attach.c */

/**
 * struct pvhost_attach_args - arguments of attach
 * @opts: options of the device of kvm_pv
 * @bpf: file of a device in BPF, NULL: the device is that of kvm_pv
 * @irq_text: interrupt of the device in BPF as typed, NULL: the default
 * @timeout_ms: milliseconds to wait for the VM
 */
struct pvhost_attach_args {
	struct pvhost_options opts;
	const char *bpf;
	const char *irq_text;
	unsigned int timeout_ms;
};

/* Without arguments */
#define PVHOST_ATTACH_ARGS	{ .opts = PVHOST_OPTIONS, .timeout_ms = 5000 }

__u32 pvhost_attach_vm(struct pvhost_attach_args *args, int fd, struct pvhost_vmm *vmm,
		       struct pvhost_auto *choice, bool *chosen);

/* conf.c: options of attach, and files with them, see pvhost.conf(5) */
#define PVHOST_CONF_DIR		"/etc/pvhost"

const struct option *pvhost_conf_options(void);
bool pvhost_conf_take(struct pvhost_attach_args *args, int option, const char *value);
void pvhost_conf_read(struct pvhost_attach_args *args, const char *path);
char **pvhost_conf_names(const char *dir, size_t *nr);

#endif /* _PVHOST_ATTACH_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvhost(8): what its parts have of each other about devices in BPF.
 *
 * A device may be replaced under a running guest, which a bad file must not end.  So
 * functions that return bool return false where they have said what is wrong.
 */
#ifndef _PVHOST_BPF_H
#define _PVHOST_BPF_H

#include <pv/mmio_note.h>

#include "pvhost.h"

/* image.c: the file, and its note */
char *pvhost_image_note_parse(const void *section, size_t size, struct pv_note_mmio *mmio);
char *pvhost_image_note(char *image, size_t size, struct pv_note_mmio *mmio);

/**
 * struct pvhost_image - a file with a device
 * @path: its name
 * @data: all of it
 * @size: bytes
 * @note: what it says of itself, checked
 * @trusted: only root and the user of this process can change the file
 */
struct pvhost_image {
	const char *path;
	char *data;
	size_t size;
	struct pv_note_mmio note;
	bool trusted;
};

bool pvhost_image_read(struct pvhost_image *image, const char *path);
void pvhost_image_free(struct pvhost_image *image);
__u64 pvhost_image_size(const struct pvhost_image *image, __u32 nr_cpus);

/* description.c: the description of a device in BPF */
void pvhost_description_note(struct pvhost_description *description,
			     const struct pvhost_image *image, const struct pvhost_place *place,
			     const char *base_text, const char *irq_text, __u32 nr_cpus);

/* bpf.c: the object, and what libbpf says of it */

struct bpf_object;
struct bpf_map;

/**
 * struct pvhost_bpf - a device's object
 * @image: its file
 * @object: as libbpf has it
 * @ops: the one map of type kvm_pv_mmio_ops
 */
struct pvhost_bpf {
	struct pvhost_image image;
	struct bpf_object *object;
	struct bpf_map *ops;
};

/**
 * struct pvhost_bpf_setup - what a device is told before it is loaded
 * @vm_fd: its VM
 * @base: address
 * @size: bytes of its region
 * @irq: interrupt, 0: none
 * @nr_cpus: of the guest
 * @table: performance table, NULL: none was read
 * @nr_table: its entries
 */
struct pvhost_bpf_setup {
	int vm_fd;
	__u64 base;
	__u64 size;
	__u32 irq;
	__u32 nr_cpus;
	const __u32 *table;
	size_t nr_table;
};

void pvhost_bpf_check_irq(const char *path, const char *irq_text);
void pvhost_bpf_need(void);
void pvhost_bpf_log_start(void);
bool pvhost_bpf_open(struct pvhost_bpf *bpf, const char *path);
bool pvhost_bpf_has_table(const struct pvhost_bpf *bpf);
bool pvhost_bpf_setup(struct pvhost_bpf *bpf, const struct pvhost_bpf_setup *setup);
bool pvhost_bpf_keep(struct pvhost_bpf *bpf, const struct pvhost_bpf *old);
bool pvhost_bpf_load(struct pvhost_bpf *bpf);
void pvhost_bpf_close(struct pvhost_bpf *bpf);

/* serve.c: staying there */

struct bpf_link;

/**
 * struct pvhost_serve - a device that is attached, or about to be
 * @path: its file
 * @description: what the guest is told of it
 * @setup: what it is told itself
 * @bpf: its object
 * @vmm: whose VM has it
 * @link: what keeps it there
 * @signals: signalfd, -1: none
 */
struct pvhost_serve {
	const char *path;
	struct pvhost_description description;
	struct pvhost_bpf_setup setup;
	struct pvhost_bpf bpf;
	struct pvhost_vmm vmm;
	struct bpf_link *link;
	int signals;
};

void pvhost_serve_open(struct pvhost_serve *serve, const char *path,
		       const struct pvhost_options *opts);
void pvhost_serve_place(struct pvhost_serve *serve, const struct pvhost_options *opts,
			const char *irq_text);
void pvhost_serve_attach(struct pvhost_serve *serve, const struct pvhost_vmm *vmm);
int pvhost_serve_stay(struct pvhost_serve *serve);
int pvhost_serve(const char *path, pid_t pid, struct pvhost_options *opts, const char *irq_text,
		 unsigned int timeout_ms);

#endif /* _PVHOST_BPF_H */

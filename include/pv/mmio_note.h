/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * An MMIO device in BPF says by an ELF note of its object what a guest has to be told of it.
 * Written by a BPF compiler, read by pvhost(8).
 *
 * The note stands in a section of its own, PV_NOTE_SECTION, in the form of the ELF
 * specification ("Note Section"): sizes, type, name, description, in the object's byte
 * order, which is little endian for each architecture that is known here.
 */
#ifndef _PV_MMIO_NOTE_H
#define _PV_MMIO_NOTE_H

#include <linux/types.h>

#define PV_NOTE_SECTION		".note.pvguest"
#define PV_NOTE_NAME		"pvguest"
#define PV_NOTE_MMIO		1	/* n_type */
#define PV_NOTE_VERSION		1

/* enum: flags of struct pv_note_mmio */
#define PV_NOTE_PER_VCPU	0x1	/* @size is that of one vCPU's window */

#define PV_NOTE_MAX_IRQS	1

/**
 * struct pv_note_mmio - the description of a note of type PV_NOTE_MMIO
 * @version: PV_NOTE_VERSION
 * @flags: PV_NOTE_PER_VCPU; others are refused
 * @size: bytes of the region, a multiple of 4096 and not 0
 * @irqs: lines that the device raises, at most PV_NOTE_MAX_IRQS
 * @reserved: 0
 * @name: of the node in a device tree, its generic name ("rtc"): letters, digits, '-';
 *        NUL-terminated
 * @compatible: strings as a device tree's "compatible" has them, each NUL-terminated, the
 *              most specific one first; an empty one ends the list
 */
struct pv_note_mmio {
	__u32 version;
	__u32 flags;
	__u32 size;
	__u32 irqs;
	__u32 reserved;
	char name[16];
	char compatible[120];
};

/**
 * struct pv_note - the whole note, as it stands in the section
 * @namesz: bytes of @name that count, sizeof(PV_NOTE_NAME)
 * @descsz: bytes of @mmio
 * @type: PV_NOTE_MMIO
 * @name: PV_NOTE_NAME
 * @mmio: the description
 */
struct pv_note {
	__u32 namesz;
	__u32 descsz;
	__u32 type;
	char name[8];
	struct pv_note_mmio mmio;
};

#endif /* _PV_MMIO_NOTE_H */

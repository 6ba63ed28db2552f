/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * ELF note in the object of an MMIO device in BPF: the description of the device for guests.
 * The source of the device defines the note, and pvhost(8) reads it.
 *
 * The note is in the section PV_NOTE_SECTION and has the format of the ELF specification ("Note
 * Section"): sizes, type, name, description, in the byte order of the object, which is little
 * endian for all supported architectures.
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
 * @flags: PV_NOTE_PER_VCPU; others are rejected
 * @size: bytes of the region, a multiple of 4096 and not 0
 * @irqs: interrupt lines of the device, at most PV_NOTE_MAX_IRQS
 * @reserved: 0
 * @name: generic name of the node in a device tree ("rtc"): letters, digits, '-';
 *        NUL-terminated
 * @compatible: strings of the property "compatible", each NUL-terminated, the most specific
 *              string first; an empty string ends the list
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
 * struct pv_note - the note in its section
 * @namesz: size of the name, sizeof(PV_NOTE_NAME)
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

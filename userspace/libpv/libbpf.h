/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libbpf 1.1 and later: what older versions lack or declare in another way.
 */
#ifndef _LIBPV_LIBBPF_H
#define _LIBPV_LIBBPF_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#if LIBBPF_MAJOR_VERSION == 1 && LIBBPF_MINOR_VERSION < 2
#include <linux/bpf.h>

static inline int bpf_prog_get_info_by_fd(int fd, struct bpf_prog_info *info, __u32 *size)
{
	return bpf_obj_get_info_by_fd(fd, info, size);
}

/* The link cannot be updated: see pv_libbpf_loads_devices(). */
static inline int bpf_link__update_map(struct bpf_link *link, const struct bpf_map *map)
{
	errno = EOPNOTSUPP;
	return -EOPNOTSUPP;
}
#endif

/**
 * pv_libbpf_loads_devices() - can this libbpf load struct_ops of a module?
 *
 * Return: true since version 1.4
 */
static inline bool pv_libbpf_loads_devices(void)
{
	return libbpf_major_version() > 1 || libbpf_minor_version() >= 4;
}

/**
 * pv_libbpf_initial_value() - bpf_map__initial_value(), which older versions declare without and
 *			       with const
 * @map: a map of an object that is not loaded
 * @size: out: bytes
 *
 * Return: the values, which may be changed, or NULL
 */
static inline void *pv_libbpf_initial_value(const struct bpf_map *map, size_t *size)
{
	return (void *)bpf_map__initial_value((struct bpf_map *)map, size);
}

#endif /* _LIBPV_LIBBPF_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * A device in BPF: its object as libbpf has it.
 *
 * The struct_ops map and the read-only globals are filled in by name, so that objects
 * which leave one out, or have them in another order, do as well.
 *
 * What libbpf says is kept until something has failed: then it is the verifier's last lines that
 * tell why, or libbpf's own.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include "bpf.h"
#include "userspace/libpv/libbpf.h"

#define OPS_TYPE	"kvm_pv_mmio_ops"
#define OPS		"struct " OPS_TYPE

#define KERNEL_BTF	"/sys/kernel/btf/vmlinux"
#define MODULE_BTF	"/sys/kernel/btf/kvm_pv_bpf"
#define MODULE		"/sys/module/kvm_pv_bpf"

/* BPF_F_LINK of linux/bpf.h, which older ones lack */
#define LINK_FLAG	0x2000

/* Globals of a device that wants to know, const volatile; __u32 where nothing else is said */
#define CPUS		"pv_nr_cpus"
#define PERFS		"pv_nr_perf"
#define PERF		"pv_perf"

/* __s32: seconds by which this host's TAI, the one clock of days in BPF, is ahead of UTC */
#define TAI_OFFSET	"pv_tai_offset"

#define VERIFIER_LINES	20
#define LIBBPF_LINES	5

/* libbpf puts these around what the verifier said of a program. */
#define LOG_BEGIN	"-- BEGIN PROG LOAD LOG --\n"
#define LOG_END		"-- END PROG LOAD LOG --"

static char *log_text;
static size_t log_len;

static void append(const char *more, size_t len)
{
	log_text = realloc(log_text, log_len + len + 1);
	if (!log_text)
		err(EXIT_FAILURE, "libbpf");

	memcpy(log_text + log_len, more, len + 1);
	log_len += len;
}

static int collect(enum libbpf_print_level level, const char *format, va_list args)
{
	char *line;
	int len;

	if (level == LIBBPF_DEBUG)
		return 0;

	len = vasprintf(&line, format, args);
	if (len < 0)
		err(EXIT_FAILURE, "libbpf");
	append(line, len);
	free(line);
	return len;
}

/**
 * pvhost_bpf_log_start - forget what was said before
 */
void pvhost_bpf_log_start(void)
{
	libbpf_set_print(collect);
	free(log_text);
	log_text = NULL;
	log_len = 0;
	append("", 0);
}

/* The last lines before @end, which may have a line end before it */
static void print_lines(const char *begin, const char *end, unsigned int nr)
{
	const char *start;

	while (end > begin && end[-1] == '\n')
		end--;
	for (start = end; start > begin; start--) {
		if (start[-1] == '\n' && !--nr)
			break;
	}

	while (start < end) {
		size_t len = strcspn(start, "\n");

		if (len > end - start)
			len = end - start;
		fprintf(stderr, "  %.*s\n", (int)len, start);
		start += len + 1;
	}
}

/* Something has failed: @what cannot be done with the file @path. */
static void print_log(const char *path, const char *what, int error)
{
	char *end = strstr(log_text, LOG_END);
	char *begin = strstr(log_text, LOG_BEGIN);

	if (begin && end && begin < end) {
		warnx("%s: the verifier rejects a program: see the end of its log above",
		      path);
		print_lines(begin + strlen(LOG_BEGIN), end, VERIFIER_LINES);
		print_lines(end + strlen(LOG_END), log_text + log_len, LIBBPF_LINES);
	} else {
		warnx("%s: %s: %s", path, what, log_len ? "libbpf says why" : strerror(error));
		print_lines(log_text, log_text + log_len, LIBBPF_LINES);
	}
}

/**
 * pvhost_bpf_check_irq - see whether options go together
 * @path: a device in BPF, NULL: that of kvm_pv
 * @irq_text: interrupt as typed, NULL: not
 */
void pvhost_bpf_check_irq(const char *path, const char *irq_text)
{
	if (!path && irq_text) {
		warnx("%s: --irq is for a device in BPF", pvhost_command->name);
		pvhost_try_help();
	}
}

/**
 * pvhost_bpf_need - what this host must have for devices in BPF
 */
void pvhost_bpf_need(void)
{
	if (geteuid())
		errx(EXIT_FAILURE, "no permission to load BPF: run as root, in no container");
	if (!pv_libbpf_loads_devices())
		errx(EXIT_FAILURE, "libbpf %s cannot load devices: build pvhost with 1.4 or later",
		     libbpf_version_string());
	if (access(KERNEL_BTF, F_OK))
		errx(EXIT_FAILURE, "this kernel has no BTF: boot one with CONFIG_DEBUG_INFO_BTF");
	if (!access(MODULE_BTF, F_OK))
		return;
	if (access(MODULE, F_OK))
		errx(EXIT_FAILURE, "kvm_pv_bpf is not loaded: modprobe kvm_pv_bpf");
	errx(EXIT_FAILURE,
	     "the kvm_pv_bpf that is loaded has no BTF: build it with pahole, and load that");
}

/* Type of a map's values, as the object's compiler had it; NULL: of another kind */
static const char *ops_type(const struct btf *btf, const struct bpf_map *map)
{
	const struct btf_type *type;

	if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
		return NULL;

	type = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
	return type ? btf__name_by_offset(btf, type->name_off) : NULL;
}

static bool find_ops(struct pvhost_bpf *bpf)
{
	const struct btf *btf = bpf_object__btf(bpf->object);
	const char *path = bpf->image.path;
	struct bpf_map *map;
	const char *type;

	bpf_object__for_each_map(map, bpf->object) {
		type = ops_type(btf, map);
		if (!type)
			continue;
		if (strcmp(type, OPS_TYPE)) {
			warnx("%s: it has a struct %s: one file is one device, and nothing else",
			      path, type);
			return false;
		}
		if (bpf->ops) {
			warnx("%s: it has more than one " OPS ": one file is one device", path);
			return false;
		}
		bpf->ops = map;
	}

	if (!bpf->ops) {
		warnx("%s: it has no " OPS ": give the .bpf.o of a device", path);
		return false;
	}
	if (!(bpf_map__map_flags(bpf->ops) & LINK_FLAG)) {
		warnx("%s: its " OPS " is not in .struct_ops.link: put it there", path);
		return false;
	}

	return true;
}

/**
 * pvhost_bpf_open - open a device's file; nothing is loaded
 * @bpf: what is opened; to be closed in any case
 * @path: the file
 */
bool pvhost_bpf_open(struct pvhost_bpf *bpf, const char *path)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);

	*bpf = (struct pvhost_bpf){ };
	if (!pvhost_image_read(&bpf->image, path))
		return false;
	/* The kernel runs the program. */
	if (!bpf->image.trusted) {
		warnx("%s: other users can change this file: copy it, with mode 644", path);
		return false;
	}

	/* Of the device, so that maps of a replacement have the same names */
	opts.object_name = bpf->image.note.name;
	pvhost_bpf_log_start();
	bpf->object = bpf_object__open_mem(bpf->image.data, bpf->image.size, &opts);
	if (!bpf->object) {
		print_log(path, "libbpf does not take it", errno);
		return false;
	}

	return find_ops(bpf);
}

static bool is_readonly(const struct bpf_map *map)
{
	return bpf_map__is_internal(map) && strstr(bpf_map__name(map), ".rodata");
}

/*
 * Returns the value of a read-only global and its size, NULL: it does not exist.  libbpf has
 * checked that the sizes of sections and of their maps are equal.
 */
static void *global(const struct pvhost_bpf *bpf, const char *name, size_t *size)
{
	const struct btf *btf = bpf_object__btf(bpf->object);
	const struct bpf_map *map = bpf_object__find_map_by_name(bpf->object, ".rodata");
	const struct btf_var_secinfo *info;
	const struct btf_type *section;
	size_t room, i;
	char *values;
	int id;

	id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	values = map ? pv_libbpf_initial_value(map, &room) : NULL;
	if (id < 0 || !values)
		return NULL;

	section = btf__type_by_id(btf, id);
	info = btf_var_secinfos(section);
	for (i = 0; i < btf_vlen(section); i++, info++) {
		const struct btf_type *var = btf__type_by_id(btf, info->type);

		if (strcmp(btf__name_by_offset(btf, var->name_off), name))
			continue;
		if (info->offset > room || info->size > room - info->offset)
			return NULL;
		*size = info->size;
		return values + info->offset;
	}

	return NULL;
}

/* Ignores names that are not globals of the program. */
static bool set_global(const struct pvhost_bpf *bpf, const char *name, const void *value,
		       size_t size)
{
	void *place;
	size_t room;

	place = global(bpf, name, &room);
	if (!place)
		return true;
	if (room < size || room % sizeof(__u32)) {
		warnx("%s: its %s has %zu bytes, where %zu are needed: correct its type",
		      bpf->image.path, name, room, size);
		return false;
	}

	memset(place, 0, room);
	memcpy(place, value, size);
	return true;
}

static bool set_member(const struct pvhost_bpf *bpf, const char *name, const void *value,
		       size_t size)
{
	const struct btf *btf = bpf_object__btf(bpf->object);
	const struct btf_type *type;
	const struct btf_member *member;
	size_t room, i;
	char *values;

	type = btf__type_by_id(btf, bpf_map__btf_value_type_id(bpf->ops));
	values = pv_libbpf_initial_value(bpf->ops, &room);
	member = btf_members(type);
	for (i = 0; i < btf_vlen(type); i++, member++) {
		size_t offset = btf_member_bit_offset(type, i) / 8;

		if (strcmp(btf__name_by_offset(btf, member->name_off), name))
			continue;
		if (btf__resolve_size(btf, member->type) != size || offset > room ||
		    size > room - offset)
			break;
		memcpy(values + offset, value, size);
		return true;
	}

	warnx("%s: its " OPS " has no %s, or another one: compile it with host/devices/mmio.bpf.h",
	      bpf->image.path, name);
	return false;
}

/**
 * pvhost_bpf_has_table - whether it wants a performance table
 * @bpf: opened
 */
bool pvhost_bpf_has_table(const struct pvhost_bpf *bpf)
{
	size_t size;

	return global(bpf, PERF, &size);
}

static __s32 tai_offset(void)
{
	struct timex timex = { };

	return adjtimex(&timex) < 0 ? 0 : timex.tai;
}

/**
 * pvhost_bpf_setup - tell it what it has to know
 * @bpf: opened, not loaded
 * @setup: what that is
 */
bool pvhost_bpf_setup(struct pvhost_bpf *bpf, const struct pvhost_bpf_setup *setup)
{
	const __u32 nr_table = setup->nr_table;
	const __s32 vm_fd = setup->vm_fd, tai = tai_offset();

	if (!set_member(bpf, "vm_fd", &vm_fd, sizeof(vm_fd)) ||
	    !set_member(bpf, "irq", &setup->irq, sizeof(setup->irq)) ||
	    !set_member(bpf, "base", &setup->base, sizeof(setup->base)) ||
	    !set_member(bpf, "size", &setup->size, sizeof(setup->size)) ||
	    !set_global(bpf, CPUS, &setup->nr_cpus, sizeof(setup->nr_cpus)) ||
	    !set_global(bpf, TAI_OFFSET, &tai, sizeof(tai)))
		return false;

	if (!pvhost_bpf_has_table(bpf))
		return true;
	if (!setup->table) {
		warnx("%s: this device needs a performance table: detach it, and attach it again",
		      bpf->image.path);
		return false;
	}

	return set_global(bpf, PERFS, &nr_table, sizeof(nr_table)) &&
	       set_global(bpf, PERF, setup->table, nr_table * sizeof(*setup->table));
}

/* libbpf names maps of sections OBJECT.SECTION, or .SECTION, and finds them by the latter. */
static struct bpf_map *find_same(const struct pvhost_bpf *old, const struct bpf_map *map)
{
	const char *name = bpf_map__name(map);
	struct bpf_map *same;

	if (bpf_map__is_internal(map))
		name = strchr(name, '.');
	same = name ? bpf_object__find_map_by_name(old->object, name) : NULL;
	if (!same || bpf_map__type(same) != bpf_map__type(map) ||
	    bpf_map__key_size(same) != bpf_map__key_size(map) ||
	    bpf_map__value_size(same) != bpf_map__value_size(map) ||
	    bpf_map__max_entries(same) != bpf_map__max_entries(map) ||
	    bpf_map__map_flags(same) != bpf_map__map_flags(map))
		return NULL;

	return same;
}

/**
 * pvhost_bpf_keep - take over the state of the device that is replaced
 * @bpf: opened, not loaded
 * @old: loaded
 *
 * State is in maps, those of the sections .data and .bss among them.
 */
bool pvhost_bpf_keep(struct pvhost_bpf *bpf, const struct pvhost_bpf *old)
{
	struct bpf_map *map, *same;

	bpf_object__for_each_map(map, bpf->object) {
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS || is_readonly(map))
			continue;
		same = find_same(old, map);
		if (same && bpf_map__reuse_fd(map, bpf_map__fd(same))) {
			warn("%s: cannot take over map %s", bpf->image.path, bpf_map__name(map));
			return false;
		}
	}

	return true;
}

/**
 * pvhost_bpf_load - hand it to the kernel
 * @bpf: opened and set up
 */
bool pvhost_bpf_load(struct pvhost_bpf *bpf)
{
	pvhost_bpf_log_start();
	if (!bpf_object__load(bpf->object))
		return true;

	print_log(bpf->image.path, "cannot be loaded", errno);
	return false;
}

void pvhost_bpf_close(struct pvhost_bpf *bpf)
{
	bpf_object__close(bpf->object);
	pvhost_image_free(&bpf->image);
	*bpf = (struct pvhost_bpf){ };
}

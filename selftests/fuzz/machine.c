// SPDX-License-Identifier: GPL-2.0
/*
 * A recorded machine in memory, and the checks of its results.
 *
 * The functions of userspace/libpv/sysfs.c are replaced, so no file system is needed.  The
 * Makefile replaces readdir() and closedir() in all objects.  All other code is that of
 * vcpuinfo.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userspace/vcpuinfo/vcpuinfo.h"
#include "machine.h"

#define FILES_MAX	128
#define PATH_LEN_MAX	128
#define HEADER		"==> "
#define HEADER_END	" <==\n"

/*
 * struct entry - one file
 * @path: absolute path
 * @data: contents, within the input
 * @len: bytes of @data
 */
struct entry {
	char path[PATH_LEN_MAX];
	const char *data;
	size_t len;
};

/*
 * struct listing - an open directory
 * @path: path of the directory, with a '/' at the end
 * @next: the next file to look at
 * @dirent: result of readdir()
 */
struct listing {
	char path[PATH_LEN_MAX];
	size_t next;
	struct dirent dirent;
};

static struct entry files[FILES_MAX];
static size_t nr_files;

/* Machines that were not rejected.  "run" requires some. */
static unsigned long good;

/* Remove all files. */
void machine_clear(void)
{
	nr_files = 0;
}

static const struct entry *find_file(const char *path)
{
	size_t i;

	for (i = 0; i < nr_files; i++)
		if (!strcmp(files[i].path, path))
			return &files[i];
	return NULL;
}

/* Add a file.  The first file with a path counts.  @data must exist as long as the machine. */
void machine_add(const char *path, const char *data, size_t len)
{
	struct entry *e = &files[nr_files];

	if (nr_files == FILES_MAX || strlen(path) >= sizeof(e->path) || find_file(path))
		return;
	memcpy(e->path, path, strlen(path) + 1);
	e->data = data;
	e->len = len;
	nr_files++;
}

static const char *find(const char *p, const char *end, const char *text)
{
	return memmem(p, end - p, text, strlen(text));
}

/* Adds the file whose header is at @p.  Returns the end of the file. */
static const char *load_file(const char *p, const char *end)
{
	const char *path = p + strlen(HEADER), *data, *next;
	const char *limit = end - path > PATH_LEN_MAX ? path + PATH_LEN_MAX : end;
	char copy[PATH_LEN_MAX] = "";

	next = find(path, limit, HEADER_END);
	if (!next || memchr(path, '\n', next - path))
		return path;
	memcpy(copy, path, next - path);
	data = next + strlen(HEADER_END);
	next = find(data, end, "\n" HEADER "/");
	if (!next)
		next = end;
	machine_add(copy, data, next - data);
	return next;
}

/*
 * Load a machine: each file is a line "==> PATH <==" and the contents, with a line end after
 * them.  The contents can be binary.
 */
void machine_load(const char *data, size_t len)
{
	const char *end = data + len, *p = data;

	machine_clear();
	while ((p = find(p, end, HEADER "/")))
		p = load_file(p, end);
}

static bool is_dir(const char *path)
{
	size_t i;

	for (i = 0; i < nr_files; i++)
		if (!strncmp(files[i].path, path, strlen(path)))
			return true;
	return false;
}

/* Replaces the function in userspace/libpv/sysfs.c.  The fuzzed code does not call it. */
int pv_sysfs_open(struct pv_sysfs *s, const char *root)
{
	abort();
}

/* Replaces the function in userspace/libpv/sysfs.c.  The fuzzed code does not call it. */
void pv_sysfs_close(struct pv_sysfs *s)
{
	abort();
}

/* Replaces the function in userspace/libpv/sysfs.c */
char *pv_sysfs_vread(const struct pv_sysfs *s, size_t *len, const char *fmt, va_list ap)
{
	const struct entry *e;
	char path[512], *buf;

	vsnprintf(path, sizeof(path), fmt, ap);
	e = find_file(path);
	if (!e) {
		errno = ENOENT;
		return NULL;
	}
	/* Allocate the exact size, so that ASan detects accesses past the end. */
	buf = malloc(e->len + 1);
	if (!buf)
		abort();
	memcpy(buf, e->data, e->len);
	*len = e->len;
	return buf;
}

/* Replaces the function in userspace/libpv/sysfs.c */
DIR *pv_sysfs_dir(const struct pv_sysfs *s, const char *path)
{
	struct listing *l = calloc(1, sizeof(*l));

	if (!l || snprintf(l->path, sizeof(l->path), "%s/", path) >= (int)sizeof(l->path))
		abort();
	if (!is_dir(l->path)) {
		free(l);
		errno = ENOENT;
		return NULL;
	}
	return (DIR *)l;
}

/* Is the name of file @i in the directory also that of an earlier file? */
static bool is_repeated(const struct listing *l, size_t i, const char *name, size_t len)
{
	size_t dir = strlen(l->path);
	const char *other;

	while (i--) {
		other = files[i].path + dir;
		if (!strncmp(files[i].path, l->path, dir) && !strncmp(other, name, len) &&
		    (!other[len] || other[len] == '/'))
			return true;
	}
	return false;
}

/* Replaces readdir() */
struct dirent *readdir(DIR *dir)
{
	struct listing *l = (struct listing *)dir;
	size_t len = strlen(l->path), i, n;
	const char *name;

	while (l->next < nr_files) {
		i = l->next++;
		if (strncmp(files[i].path, l->path, len))
			continue;
		name = files[i].path + len;
		n = strcspn(name, "/");
		if (!n || is_repeated(l, i, name, n))
			continue;
		memcpy(l->dirent.d_name, name, n);
		l->dirent.d_name[n] = '\0';
		l->dirent.d_type = name[n] ? DT_DIR : DT_REG;
		return &l->dirent;
	}
	return NULL;
}

/* Replaces closedir() */
int closedir(DIR *dir)
{
	free(dir);
	return 0;
}

/* Every string of the document must be printable. */
static void check_text(struct json_object *o)
{
	const char *text;
	size_t i;

	if (json_object_is_type(o, json_type_string)) {
		for (text = json_object_get_string(o); *text; text++)
			if (*text != '\n' && (*text < 0x20 || *text > 0x7e))
				abort();
	} else if (json_object_is_type(o, json_type_array)) {
		for (i = 0; i < json_object_array_length(o); i++)
			check_text(json_object_array_get_idx(o, i));
	} else if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value) {
			(void)key;
			check_text(value);
		}
	}
}

/* Checks the invariants of each result of the hypervisor section. */
static void check_hypervisor(const struct vcpuinfo *v)
{
	struct json_object *o = v->hypervisor;
	struct json_object *virtual, *source, *vendor;

	if (!o) {
		if (*v->refused != '/')
			abort();
		return;
	}
	virtual = json_object_object_get(o, "virtualized");
	source = json_object_object_get(o, "source");
	vendor = json_object_object_get(o, "vendor");
	if ((virtual && !source) || (vendor && !json_object_get_boolean(virtual)))
		abort();
}

/* Each column must accept the elements of its lists. */
static void check_columns(struct vcpuinfo *v)
{
	struct json_object *list;
	const struct column *c;
	size_t i;

	for (c = hypervisor_fields; c->key; c++) {
		list = json_object_object_get(v->hypervisor, c->key);
		for (i = 0; c->text && list && i < json_object_array_length(list); i++)
			c->text(json_object_array_get_idx(list, i));
	}
}

static void check_section(struct vcpuinfo *v, struct json_object *(*read)(struct vcpuinfo *v))
{
	struct json_object *o = read(v);

	check_text(o);
	json_object_put(o);
}

static void print_good(void)
{
	fprintf(stderr, "good: %lu\n", good);
}

/*
 * Detect the hypervisor, and run the sections that depend on it and on no driver.  A result
 * that is not valid ends the program.
 */
void machine_check(void)
{
	struct vcpuinfo v = { .device = -ENODEV };
	static bool registered;

	if (!registered)
		registered = !atexit(print_good);
	v.notes = json_object_new_array();
	v.hypervisor = hypervisor_detect(&v);
	check_hypervisor(&v);
	if (v.hypervisor) {
		good++;
		check_section(&v, hypervisor_read);
		check_section(&v, hypercalls_read);
		check_text(v.notes);
		check_columns(&v);
	}
	json_object_put(v.hypervisor);
	json_object_put(v.notes);
}

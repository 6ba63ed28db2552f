// SPDX-License-Identifier: GPL-2.0
/*
 * Option --record: copy the files of files.c to a directory that --sysroot reads.
 *
 * The directory can be attached to a bug report, so it contains no file that is not in
 * the table, and each file is copied by the scrub function of its row.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

#define NOTES		"/NOTES"

/* Names of directories, such as PCI addresses */
#define NAME_CHARACTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:._@,+-"
#define NAME_LEN_MAX	64

/**
 * struct record - a recording in progress
 * @scrub: the machine
 * @root: option --sysroot, or NULL
 * @dir: option --record
 * @fd: file descriptor of @dir
 * @made: @dir did not exist before
 * @paths: what exists below @dir, in the order of creation
 * @nr_paths: entries of @paths
 * @notes: contents of NOTES
 * @skipped: files that exist but are not recorded
 * @denied: some of them because of their permissions
 */
struct record {
	struct scrub scrub;
	const char *root;
	const char *dir;
	int fd;
	bool made;
	char **paths;
	size_t nr_paths;
	FILE *notes;
	unsigned int skipped;
	bool denied;
};

static void remove_all(struct record *r)
{
	char *path;

	while (r->nr_paths) {
		path = r->paths[--r->nr_paths];
		if (unlinkat(r->fd, path + 1, 0))
			unlinkat(r->fd, path + 1, AT_REMOVEDIR);
		free(path);
	}
	if (r->made)
		rmdir(r->dir);
}

/* Ends the program without a trace of the recording. */
__printf(2, 3)
static void __noreturn fail(struct record *r, const char *fmt, ...)
{
	va_list ap;

	remove_all(r);
	va_start(ap, fmt);
	verrx(STATUS_ERROR, fmt, ap);
	va_end(ap);
}

static void __noreturn fail_path(struct record *r, const char *path)
{
	int error = errno;

	fail(r, "%s%s: %s", r->dir, path, strerror(error));
}

/* Add a copy of @text to a list of @nr texts; false if there is no memory. */
static bool add_text(char ***list, size_t *nr, const char *text)
{
	char **longer = reallocarray(*list, *nr + 1, sizeof(*longer));

	if (!longer)
		return false;
	*list = longer;
	longer[*nr] = strdup(text);
	return longer[*nr] && ++*nr;
}

static void add_path(struct record *r, const char *path)
{
	if (!add_text(&r->paths, &r->nr_paths, path))
		fail_path(r, path);
}

static void make_dir(struct record *r, const char *path)
{
	if (!mkdirat(r->fd, path + 1, 0755))
		add_path(r, path);
	else if (errno != EEXIST)
		fail_path(r, path);
}

/* Make the directories of @path, but not @path itself. */
static void make_parents(struct record *r, const char *path)
{
	char parent[PATH_MAX];
	const char *slash = path;

	while ((slash = strchr(slash + 1, '/'))) {
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
		make_dir(r, parent);
	}
}

static void write_file(struct record *r, const char *path, const char *buf, size_t len)
{
	ssize_t n;
	int fd;

	make_parents(r, path);
	fd = openat(r->fd, path + 1, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		fail_path(r, path);
	add_path(r, path);
	while (len) {
		n = write(fd, buf, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail_path(r, path);
		buf += n;
		len -= n;
	}
	if (close(fd))
		fail_path(r, path);
}

/* A file that does not exist is nothing to report. */
static void skip(struct record *r, const char *path, int error)
{
	if (error == -ENOENT || error == -ENOTDIR || error == -ENODEV)
		return;
	if (error == -EACCES || error == -EPERM)
		r->denied = true;
	r->skipped++;
	fprintf(r->notes, "%s: not recorded: %s\n", path,
		error == -EBADMSG ? r->scrub.why : strerror(-error));
}

/* Copy @from to @to, which differ for rows with an alias. */
static void copy_file(struct record *r, const struct file *f, const char *from, const char *to)
{
	char *buf;
	size_t len;
	int error;

	error = f->scrub(&r->scrub, from, &buf, &len);
	if (error == -EPROTO)
		fail(r, "%s%s: %s", r->root, from, r->scrub.why);
	if (error) {
		skip(r, to, error);
		return;
	}
	write_file(r, to, buf, len);
	free(buf);
}

static void copy_dir(struct record *r, const char *path)
{
	DIR *dir = pv_sysfs_dir(&r->scrub.sysfs, path);

	if (!dir)
		return;
	closedir(dir);
	make_parents(r, path);
	make_dir(r, path);
}

/* Copy the files of one directory. */
static void copy_names(struct record *r, const struct file *f, const char *from, const char *to)
{
	char from_file[PATH_MAX], to_file[PATH_MAX];
	const char *name;
	int n;

	for (name = f->names; *name; name += n + strspn(name + n, " ")) {
		n = strcspn(name, " ");
		if (snprintf(from_file, sizeof(from_file), "%s/%.*s", from, n, name) >= PATH_MAX ||
		    snprintf(to_file, sizeof(to_file), "%s/%.*s", to, n, name) >= PATH_MAX)
			continue;
		if (f->scrub)
			copy_file(r, f, from_file, to_file);
		else
			copy_dir(r, to_file);
	}
}

static int order(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

static bool is_valid(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len <= NAME_LEN_MAX && strspn(name, NAME_CHARACTERS) == len;
}

/* Sorted names of the entries that begin with @prefix; returns how many. */
static size_t list_dir(struct record *r, const char *path, const char *prefix, size_t len,
		       char ***list)
{
	DIR *dir = pv_sysfs_dir(&r->scrub.sysfs, path);
	struct dirent *e;
	size_t nr = 0;

	*list = NULL;
	if (!dir)
		return 0;
	while ((e = readdir(dir))) {
		if (strncmp(e->d_name, prefix, len) || !is_valid(e->d_name))
			continue;
		if (!add_text(list, &nr, e->d_name))
			fail_path(r, path);
	}
	closedir(dir);
	if (nr)
		qsort(*list, nr, sizeof(**list), order);
	return nr;
}

/*
 * Copy the files of the directories that @from and the pattern @rest after it name.
 * @from is a path of the machine, and @to the same in the recorded tree.
 */
static void copy_matching(struct record *r, const struct file *f, const char *from,
			  const char *to, const char *rest)
{
	const char *star = strchr(rest, '*'), *prefix;
	char from_dir[PATH_MAX], to_dir[PATH_MAX], alias[NAME_LEN_MAX];
	char **list;
	size_t nr, i;

	if (!star) {
		if (snprintf(from_dir, PATH_MAX, "%s%s", from, rest) < PATH_MAX &&
		    snprintf(to_dir, PATH_MAX, "%s%s", to, rest) < PATH_MAX)
			copy_names(r, f, from_dir, to_dir);
		return;
	}
	for (prefix = star; prefix[-1] != '/'; prefix--)
		;
	snprintf(from_dir, PATH_MAX, "%s%.*s", from, (int)(prefix - rest), rest);
	nr = list_dir(r, from_dir, prefix, star - prefix, &list);
	for (i = 0; i < nr; i++) {
		snprintf(alias, sizeof(alias), "%s%zu", f->alias ? f->alias : "", i);
		if (snprintf(from_dir, PATH_MAX, "%s%.*s%s", from, (int)(prefix - rest), rest,
			     list[i]) < PATH_MAX &&
		    snprintf(to_dir, PATH_MAX, "%s%.*s%s", to, (int)(prefix - rest), rest,
			     f->alias ? alias : list[i]) < PATH_MAX)
			copy_matching(r, f, from_dir, to_dir, star + 1);
		free(list[i]);
	}
	free(list);
}

/* The directory must not exist or be empty. */
static void open_dir(struct record *r)
{
	struct dirent *e;
	DIR *dir;

	r->made = !mkdir(r->dir, 0755);
	if (!r->made && errno != EEXIST)
		err(STATUS_ERROR, "%s: cannot make the directory", r->dir);
	dir = opendir(r->dir);
	if (!dir)
		fail_path(r, "");
	while ((e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			errx(STATUS_ERROR,
			     "%s: not empty: give a directory that is empty or does not exist",
			     r->dir);
	r->fd = dup(dirfd(dir));
	closedir(dir);
	if (r->fd < 0)
		fail_path(r, "");
}

static void write_notes(struct record *r, char **buf, const size_t *len)
{
	if (fclose(r->notes))
		fail_path(r, NOTES);
	write_file(r, NOTES, *buf, *len);
	free(*buf);
	if (r->skipped)
		warnx("%u file%s not recorded, see %s" NOTES "%s", r->skipped,
		      r->skipped == 1 ? "" : "s", r->dir,
		      r->denied && geteuid() ? "; run as root to record all" : "");
}

int record_main(const struct options *o)
{
	struct record r = { .root = o->sysroot, .dir = o->record };
	const struct file *f;
	char *notes;
	size_t len;
	int error;

	/* secret_read() needs files that are not in the table. */
	error = pv_sysfs_open(&r.scrub.sysfs, o->sysroot);
	if (error)
		errx(STATUS_ERROR, "%s: %s", o->sysroot ? o->sysroot : "/", strerror(-error));
	open_dir(&r);
	r.notes = open_memstream(&notes, &len);
	if (!r.notes)
		fail_path(&r, NOTES);
	fprintf(r.notes, "Recorded by %s from pvguest %s.\n", program_invocation_short_name,
		PV_VERSION);
	r.scrub.secrets = secret_read(&r.scrub.sysfs);
	for (f = files; f->dir; f++)
		copy_matching(&r, f, "", "", f->dir);
	write_notes(&r, &notes, &len);

	secret_free(r.scrub.secrets);
	pv_sysfs_close(&r.scrub.sysfs);
	close(r.fd);
	while (r.nr_paths)
		free(r.paths[--r.nr_paths]);
	free(r.paths);
	free(o->calls);
	return EXIT_SUCCESS;
}

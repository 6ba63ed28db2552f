// SPDX-License-Identifier: GPL-2.0
/*
 * Options of attach, on the command line and in files: pvhost.conf(5).
 *
 * The options are policy, so only root, and the user of this process, must be able to change a
 * file.  Messages name the file and the line.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pvhost.h"

#define SUFFIX		".conf"
#define SPACE		" \t\r\n"
#define MAX_OPTIONS	32

static struct option options[MAX_OPTIONS] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "config", required_argument, NULL, PVHOST_CONFIG },
	{ "bpf", required_argument, NULL, PVHOST_BPF },
	{ "irq", required_argument, NULL, PVHOST_IRQ },
	{ "timeout", required_argument, NULL, 'w' },
	{ "help", no_argument, NULL, 'h' },
};

/* Options that select a VM, and those of the command line only */
static const int excluded[] = { 'p', PVHOST_NAME, PVHOST_LIBVIRT, PVHOST_CONFIG, 'h' };

/**
 * struct conf - a file
 * @args: its options
 * @path: its path
 * @line: number of the line
 * @lines: line of each option of pvhost_conf_options(), 0: not given
 */
struct conf {
	struct pvhost_attach_args *args;
	const char *path;
	unsigned int line;
	unsigned int lines[MAX_OPTIONS];
};

/**
 * pvhost_conf_options - the options of attach
 *
 * Returns an array whose last entry has no name.
 */
const struct option *pvhost_conf_options(void)
{
	static bool added;

	if (!added)
		pvhost_options_add(options);
	added = true;
	return options;
}

/**
 * pvhost_conf_take - store an argument of attach
 * @args: the arguments
 * @option: option as getopt_long() returns it
 * @value: as typed
 *
 * Returns false for options that select a VM and for invalid ones.
 */
bool pvhost_conf_take(struct pvhost_attach_args *args, int option, const char *value)
{
	switch (option) {
	case 'w':
		args->timeout_ms = pvhost_duration("--timeout", value, 0, 3600) / 1000000;
		return true;
	case PVHOST_IRQ:
		args->irq_text = value;
		return true;
	case PVHOST_BPF:
		args->bpf = value;
		return true;
	default:
		return pvhost_options_take(&args->opts, option, value);
	}
}

static void set_context(const struct conf *conf)
{
	char *text = pvhost_text("%s:%u", conf->path, conf->line);

	pvhost_context(text);
	free(text);
}

static bool is_excluded(const struct option *option)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(excluded); i++) {
		if (excluded[i] == option->val)
			return true;
	}

	return false;
}

static const struct option *find_option(struct conf *conf, const char *key)
{
	const struct option *option = pvhost_conf_options();
	unsigned int *line;

	while (option->name && (strcmp(option->name, key) || is_excluded(option)))
		option++;
	if (!option->name)
		errx(EXIT_FAILURE, "unknown key \"%s\": see pvhost.conf(5)", key);

	line = &conf->lines[option - options];
	if (*line)
		errx(EXIT_FAILURE, "%s is in line %u already: remove one of the lines", key, *line);
	*line = conf->line;
	return option;
}

static bool is_yes(const char *key, const char *value)
{
	if (strcmp(value, "yes") && strcmp(value, "no"))
		errx(EXIT_FAILURE, "%s: invalid value \"%s\": expected yes or no", key, value);

	return !strcmp(value, "yes");
}

/* attach parses these later, without the number of the line. */
static void check_value(int option, const char *value)
{
	const struct pvhost_place *place = pvhost_place(NULL);
	size_t nr;

	switch (option) {
	case 'b':
		pvhost_base(place, value, 1);
		break;
	case 's':
		pvhost_shared(place, value, 1);
		break;
	case 't':
		if (strcmp(value, "host"))
			free(pvhost_table(value, &nr));
		break;
	case PVHOST_PERF_DOMAINS:
		free(pvhost_numbers("--perf-domains", value, &nr));
		break;
	}
}

/* Removes spaces at both ends. */
static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && strchr(SPACE, end[-1]))
		end--;
	*end = '\0';
	return text + strspn(text, SPACE);
}

static void read_line(struct conf *conf, char *text)
{
	char *value = strchr(text, '='), *key;
	const struct option *option;

	key = trim(text);
	if (!*key || *key == '#')
		return;
	if (!value)
		errx(EXIT_FAILURE, "no \"=\" in \"%s\": expected \"key = value\"", key);

	*value++ = '\0';
	key = trim(key);
	value = pvhost_text("%s", trim(value));
	option = find_option(conf, key);
	if (!*value)
		errx(EXIT_FAILURE, "%s has no value: give one, or remove the line", key);

	if (option->has_arg == no_argument && !is_yes(key, value))
		return;
	pvhost_conf_take(conf->args, option->val, value);
	check_value(option->val, value);
}

static FILE *open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	FILE *in;

	if (fd < 0 && errno == ELOOP)
		errx(EXIT_FAILURE, "%s: a symbolic link: replace it by a file", path);
	if (fd < 0 && errno == ENOENT)
		errx(EXIT_FAILURE, "%s: no such file: create it, see pvhost.conf(5)", path);
	if (fd < 0 || fstat(fd, &st))
		err(EXIT_FAILURE, "%s", path);
	if (!S_ISREG(st.st_mode))
		errx(EXIT_FAILURE, "%s: not a regular file: replace it by a file", path);
	if (!pvhost_trust_file(&st))
		errx(EXIT_FAILURE,
		     "%s: other users can change this file: run chown root and chmod go-w", path);

	in = fdopen(fd, "r");
	if (!in)
		err(EXIT_FAILURE, "%s", path);
	return in;
}

/**
 * pvhost_conf_read - read options of a file
 * @args: in, out: the options
 * @path: the file
 */
void pvhost_conf_read(struct pvhost_attach_args *args, const char *path)
{
	struct conf conf = { .args = args, .path = path };
	FILE *in = open_file(path);
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&text, &size, in)) >= 0) {
		conf.line++;
		set_context(&conf);
		if (strlen(text) != len)
			errx(EXIT_FAILURE, "a NUL byte: remove it");
		read_line(&conf, text);
	}
	if (ferror(in))
		err(EXIT_FAILURE, "%s", path);
	fclose(in);
	free(text);

	pvhost_context(path);
	pvhost_options_check(&args->opts);
	pvhost_context(NULL);
}

static int has_suffix(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), suffix = strlen(SUFFIX);

	return *entry->d_name != '.' && len > suffix &&
		!strcmp(entry->d_name + len - suffix, SUFFIX);
}

/**
 * pvhost_conf_names - names of the VMs that have a file
 * @dir: folder
 * @nr: out: number of names
 *
 * Returns an array of sorted names, for free(), as each of them.
 */
char **pvhost_conf_names(const char *dir, size_t *nr)
{
	struct dirent **entries;
	char **names;
	int i, found;

	found = scandir(dir, &entries, has_suffix, alphasort);
	if (found < 0)
		err(EXIT_FAILURE, "%s", dir);

	names = calloc(found + 1, sizeof(*names));
	if (!names)
		err(EXIT_FAILURE, "%s", dir);
	for (i = 0; i < found; i++) {
		names[i] = entries[i]->d_name;
		names[i] = pvhost_text("%.*s", (int)(strlen(names[i]) - strlen(SUFFIX)), names[i]);
		free(entries[i]);
	}
	free(entries);

	*nr = found;
	return names;
}

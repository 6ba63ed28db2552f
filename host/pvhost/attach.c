// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost attach: its options, on the command line and in files, see pvhost.conf(5).
 *
 * The options are policy, so only root, and the user of this process, must be able to change a
 * file.  Messages name the file and the line.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf.h"
#include "doctor.h"

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
 * @lines: line of each option of attach_options(), 0: not given
 */
struct conf {
	struct pvhost_attach_args *args;
	const char *path;
	unsigned int line;
	unsigned int lines[MAX_OPTIONS];
};

/* The last entry has no name. */
static const struct option *attach_options(void)
{
	static bool added;

	if (!added)
		pvhost_options_add(options);
	added = true;
	return options;
}

/* Returns false for options that select a VM and for invalid ones. */
static bool take_option(struct pvhost_attach_args *args, int option, const char *value)
{
	switch (option) {
	case 'w':
		/* 0 does not wait, so a fraction of a millisecond becomes one. */
		args->timeout_ms = (pvhost_duration("--timeout", value, 0, 3600) +
				    NSEC_PER_MSEC - 1) / NSEC_PER_MSEC;
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
	const struct option *option = attach_options();
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
	take_option(conf->args, option->val, value);
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
 * pvhost_attach_read - read options of a file
 * @args: in, out: the options
 * @path: the file
 */
void pvhost_attach_read(struct pvhost_attach_args *args, const char *path)
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
 * pvhost_attach_names - names of the VMs that have a file
 * @dir: folder
 * @nr: out: number of names
 *
 * Returns an array of sorted names, for free(), as each of them.
 */
char **pvhost_attach_names(const char *dir, size_t *nr)
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

/* The other arguments can depend on the host, so this is the first error. */
static void check_process(pid_t pid)
{
	if (kill(pid, 0) && errno == ESRCH)
		errx(EXIT_FAILURE, "process %d does not exist", pid);
}

/* Without --vcpus, the VM's number of vCPUs is needed for the other checks. */
static void check_arguments(struct pvhost_options *opts)
{
	pvhost_options_read(opts);
	if (opts->nr_cpus) {
		pvhost_options_place(opts);
		return;
	}

	pvhost_base(pvhost_place(NULL), opts->base_text, 1);
	pvhost_shared(pvhost_place(NULL), opts->shared_text, 1);
}

/**
 * pvhost_attach_vm - attach the VM of a process
 * @args: arguments, with the lists parsed
 * @fd: /dev/kvm_pv
 * @vmm: in: pid and pidfd (-1: not open); out: the process with its VM
 * @choice: out: the choice of the backend
 * @chosen: out: the user has not chosen the backend
 *
 * Returns the VM's id.
 */
__u32 pvhost_attach_vm(struct pvhost_attach_args *args, int fd, struct pvhost_vmm *vmm,
		       struct pvhost_auto *choice, bool *chosen)
{
	struct pvhost_options *opts = &args->opts;

	pvhost_vmm_open(vmm, vmm->pid, vmm->pidfd, !opts->nr_cpus, args->timeout_ms);
	if (!opts->nr_cpus) {
		opts->nr_cpus = vmm->nr_vcpus;
		pvhost_options_place(opts);
	}

	*chosen = pvhost_options_choose(opts, choice, vmm);
	return pvhost_options_attach(opts, fd, vmm);
}

int pvhost_attach(int argc, char **argv)
{
	struct pvhost_attach_args args = PVHOST_ATTACH_ARGS;
	struct pvhost_vmm vmm = { };
	struct pvhost_auto choice;
	bool chosen;
	__u32 id;
	int c, fd;

	while ((c = getopt_long(argc, argv, "p:b:s:n:t:B:m:xw:h", attach_options(), NULL)) >= 0) {
		switch (c) {
		case PVHOST_CONFIG:
			pvhost_attach_read(&args, optarg);
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_name_option(&vmm.pid, c, optarg) &&
			    !take_option(&args, c, optarg))
				pvhost_try_help();
		}
	}

	if (!vmm.pid && optind < argc)
		vmm.pid = pvhost_name_vm(argv[optind++]);
	pvhost_no_more(argc, argv);
	if (!vmm.pid) {
		warnx("attach: select a VM by one of VM, --pid, --name and --libvirt");
		pvhost_try_help();
	}

	check_process(vmm.pid);
	pvhost_bpf_check_irq(args.bpf, args.irq_text);
	if (args.bpf)
		return pvhost_serve(args.bpf, vmm.pid, &args.opts, args.irq_text, args.timeout_ms);

	check_arguments(&args.opts);
	fd = pvhost_device_open();
	vmm.pidfd = pvhost_name_pidfd();
	id = pvhost_attach_vm(&args, fd, &vmm, &choice, &chosen);
	printf("%u: process %d, %u CPUs at 0x%llx\n", id, vmm.pid, args.opts.nr_cpus,
	       args.opts.base);
	if (chosen)
		pvhost_backend_print(&choice, stdout);
	return EXIT_SUCCESS;
}

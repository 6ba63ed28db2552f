// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost save
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pvhost.h"

static const struct option options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "name", required_argument, NULL, PVHOST_NAME },
	{ "libvirt", required_argument, NULL, PVHOST_LIBVIRT },
	{ "id", required_argument, NULL, 'i' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct kvm_pv_vm *find(const struct pvhost_select *select,
				    const struct kvm_pv_vm *vms, size_t nr)
{
	const struct kvm_pv_vm *found = NULL;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (!pvhost_selects(select, &vms[i]))
			continue;
		if (found)
			errx(EXIT_FAILURE,
			     "process %d has more than one VM: say by --id which, as %u",
			     select->pid, found->id);
		found = &vms[i];
	}

	return found;
}

/* What is no file cannot be synchronised. */
static bool write_to(int fd, const char *text)
{
	FILE *out = fdopen(fd, "w");

	return out && fprintf(out, "%s\n", text) >= 0 && !fflush(out) &&
	       (!fsync(fd) || errno == EINVAL) && !fclose(out);
}

/* A file that is there is replaced when the new one is complete. */
static void write_file(const char *path, const char *text)
{
	char *temporary = pvhost_text("%s.XXXXXX", path);
	struct stat is;
	int fd;

	if (!lstat(path, &is) && !S_ISREG(is.st_mode)) {
		fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
		if (fd < 0 || !write_to(fd, text))
			err(EXIT_FAILURE, "%s", path);
		return;
	}

	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		err(EXIT_FAILURE, "%s", path);
	if (!write_to(fd, text) || rename(temporary, path)) {
		int error = errno;

		unlink(temporary);
		errx(EXIT_FAILURE, "%s: %s", path, strerror(error));
	}
	free(temporary);
}

int pvhost_save(int argc, char **argv)
{
	struct pvhost_select select = { };
	struct json_object *document;
	const struct kvm_pv_vm *vm;
	const char *path = NULL;
	struct kvm_pv_vm *vms;
	size_t nr;
	int c, fd;

	while ((c = getopt_long(argc, argv, "p:i:h", options, NULL)) >= 0) {
		if (c == 'h')
			pvhost_usage();
		if (!pvhost_select_option(&select, c, optarg))
			pvhost_try_help();
	}

	if (optind < argc)
		path = argv[optind++];
	pvhost_no_more(argc, argv);
	if (select.by_pid + select.by_id != 1) {
		warnx("save: say which VM by one of --pid, --name, --libvirt and --id");
		pvhost_try_help();
	}

	fd = pvhost_device_open();
	vms = pvhost_device_list(fd, &nr);
	vm = find(&select, vms, nr);
	document = vm ? pvhost_state_document(fd, vm) : NULL;
	if (!document)
		pvhost_selects_none(&select);

	if (path)
		write_file(path, json_object_to_json_string_ext(document,
								JSON_C_TO_STRING_PRETTY |
								JSON_C_TO_STRING_SPACED));
	else
		pvhost_print_json(document);

	json_object_put(document);
	free(vms);
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost sync: attach the running VMs that have a file of options.
 *
 * Each VM has a process, so that a failure affects one VM only.  Two of these commands at the same
 * time would attach a VM twice, so that one fails: the lock on /dev/kvm_pv makes one wait.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor.h"

enum {
	CONFIG_DIR = PVHOST_NR_OPTIONS,
	CHECK,
	STAY,
};

static const struct option options[] = {
	{ "config-dir", required_argument, NULL, CONFIG_DIR },
	{ "check", no_argument, NULL, CHECK },
	{ "stay", no_argument, NULL, STAY },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/**
 * struct sync - the command
 * @dir: folder of the files
 * @check: read the files only
 * @must_run: a VM that does not run is an error
 */
struct sync {
	const char *dir;
	bool check;
	bool must_run;
};

static void check_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		errx(EXIT_FAILURE, "%s: no such folder: create it, see pvhost.conf(5)", dir);
	if (fd < 0 || fstat(fd, &st))
		err(EXIT_FAILURE, "%s", dir);
	close(fd);
	if (!pvhost_trust_file(&st))
		errx(EXIT_FAILURE,
		     "%s: other users can change this folder: run chown root and chmod go-w", dir);
}

/* Reads the file of a VM, and parses the lists. */
static void read_file(struct pvhost_attach_args *args, const struct sync *sync, const char *name)
{
	char *path = pvhost_text("%s/%s.conf", sync->dir, name);

	pvhost_attach_read(args, path);
	if (args->bpf || args->irq_text)
		errx(EXIT_FAILURE,
		     "%s: sync attaches no device in BPF: remove bpf and irq, and use pvhost attach --config",
		     path);
	free(path);
}

static bool differs_in_table(const struct pvhost_options *opts, const struct kvm_pv_vm *vm)
{
	if (!opts->table_text || !strcmp(opts->table_text, "host"))
		return false;

	return opts->nr_table != vm->nr_perf ||
		memcmp(opts->table, vm->perf, vm->nr_perf * sizeof(*vm->perf));
}

/*
 * The first option of the file that the attached VM does not have, NULL: none.  The kernel does
 * not tell the domains.  The flag of hypercalls shows whether the host answers them.
 */
static const char *find_difference(struct pvhost_options *opts, const struct kvm_pv_vm *vm)
{
	const __u32 exposed = KVM_PV_EXPOSE_TID | KVM_PV_EXPOSE_FREQ | KVM_PV_EXPOSE_EXITS;

	if (opts->nr_cpus && opts->nr_cpus != vm->nr_cpus)
		return "vcpus";
	opts->nr_cpus = vm->nr_cpus;
	pvhost_options_read(opts);
	pvhost_options_place(opts);

	if (opts->base != vm->base)
		return "base";
	if (opts->shared_text && opts->shared != vm->shared)
		return "shared";
	if (differs_in_table(opts, vm))
		return "table";
	if (opts->backend != PVHOST_AUTO && opts->backend != vm->backend)
		return "backend";
	if (pvhost_backend(vm->backend) && pvhost_backend(vm->backend)->margin &&
	    opts->margin != vm->margin)
		return "margin";
	if (opts->max_rate != vm->max_rate)
		return "max-rate";
	if (opts->telemetry != vm->telemetry)
		return "telemetry";
	if ((opts->flags ^ vm->flags) & exposed)
		return "expose-tid, expose-frequency or expose-exits";
	if (!(opts->flags & KVM_PV_HYPERCALLS) && vm->flags & KVM_PV_HYPERCALLS)
		return "no-hypercalls";
	return NULL;
}

static char *cap_text(__u32 khz)
{
	return khz ? pvhost_text("%u kHz", khz) : pvhost_text("none");
}

/* kvm_pv tells no cap if the cap is the highest frequency of the table. */
static bool differs_in_cap(const struct pvhost_options *opts, const struct kvm_pv_vm *vm)
{
	if (!opts->has_cap)
		return false;

	return opts->cap != vm->cap && (vm->cap || opts->cap != vm->perf[vm->nr_perf - 1]);
}

/* Returns the exit status. */
static int update_vm(struct pvhost_options *opts, int fd, const struct kvm_pv_vm *vm,
		     const char *name)
{
	const char *option = find_difference(opts, vm);
	int error;

	if (differs_in_cap(opts, vm)) {
		error = pvhost_device_cap(fd, vm, opts->cap);
		if (error && error != ENOENT)
			return EXIT_FAILURE;
		printf("%s: cap %s, was %s\n", name, cap_text(opts->cap), cap_text(vm->cap));
	} else if (!option) {
		printf("%s: unchanged\n", name);
	}
	if (!option)
		return EXIT_SUCCESS;

	warnx("attached with another %s: run pvhost detach --id %u and pvhost sync", option,
	      vm->id);
	return EXIT_FAILURE;
}

static void attach_vm(struct pvhost_attach_args *args, int fd, pid_t pid, const char *name)
{
	struct pvhost_vmm vmm = { .pid = pid, .pidfd = pvhost_name_pidfd() };
	struct pvhost_auto choice;
	bool chosen;
	__u32 id;

	pvhost_options_read(&args->opts);
	if (args->opts.nr_cpus)
		pvhost_options_place(&args->opts);
	id = pvhost_attach_vm(args, fd, &vmm, &choice, &chosen);
	printf("%s: attached, id %u, process %d, %u CPUs, backend %s\n", name, id, pid,
	       args->opts.nr_cpus, pvhost_backend(args->opts.backend)->name);
}

static bool find_vm(struct kvm_pv_vm *vm, int fd, pid_t pid)
{
	size_t i, nr;
	struct kvm_pv_vm *vms = pvhost_device_list(fd, &nr);

	for (i = 0; i < nr && vms[i].pid != pid; i++)
		;
	if (i < nr)
		*vm = vms[i];
	free(vms);
	return i < nr;
}

/* Returns the exit status. */
static int sync_vm(const struct sync *sync, const char *name, pid_t pid)
{
	struct pvhost_attach_args args = PVHOST_ATTACH_ARGS;
	struct kvm_pv_vm vm;
	int fd;

	read_file(&args, sync, name);
	if (sync->check) {
		printf("%s: valid\n", name);
		return EXIT_SUCCESS;
	}

	pvhost_context(name);
	if (!pid)
		pid = pvhost_name_find("sync", name);
	if (!pid && sync->must_run)
		errx(EXIT_FAILURE, "no VM has this name: start it first");
	if (!pid) {
		printf("%s: not running\n", name);
		return EXIT_SUCCESS;
	}

	fd = pvhost_device_open();
	if (flock(fd, LOCK_EX))
		err(EXIT_FAILURE, "lock of kvm_pv");
	if (find_vm(&vm, fd, pid))
		return update_vm(&args.opts, fd, &vm, name);

	attach_vm(&args, fd, pid, name);
	return EXIT_SUCCESS;
}

/* Returns whether the process of the VM succeeds. */
static bool run_sync(const struct sync *sync, const char *name, pid_t pid)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child < 0)
		err(EXIT_FAILURE, "fork");
	if (!child)
		exit(sync_vm(sync, name, pid));

	if (waitpid(child, &status, 0) != child)
		err(EXIT_FAILURE, "%s", name);
	return !status;
}

static int sync_all(const struct sync *sync, char **names, size_t nr)
{
	int status = EXIT_SUCCESS;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (!run_sync(sync, names[i], 0))
			status = EXIT_FAILURE;
	}

	return status;
}

static bool sync_again(const void *arg, const char *name, pid_t pid)
{
	return run_sync(arg, name, pid);
}

/* Attaches one VM and stays until it ends. */
static int sync_stay(const struct sync *sync, const char *name)
{
	struct pvhost_stay stay = { .name = name, .reload = sync_again, .arg = sync };

	stay.signals = pvhost_stay_signals();
	pvhost_context(name);
	stay.pid = pvhost_name_pid("sync", name);
	stay.pidfd = pvhost_name_pidfd();
	pvhost_context(NULL);
	if (!run_sync(sync, name, stay.pid))
		return EXIT_FAILURE;

	pvhost_stay_notify("READY=1");
	return pvhost_stay(&stay);
}

static void check_arguments(const struct sync *sync, char **names, size_t nr, bool stay)
{
	size_t i;

	if (stay && (sync->check || nr != 1)) {
		warnx("sync: --stay requires one VM, and excludes --check");
		pvhost_try_help();
	}
	for (i = 0; i < nr; i++) {
		if (strchr(names[i], '/') || !*names[i] || *names[i] == '.')
			errx(EXIT_FAILURE,
			     "sync: \"%s\" cannot be the name of a file: give the name of a VM",
			     names[i]);
	}
}

int pvhost_sync(int argc, char **argv)
{
	struct sync sync = { .dir = PVHOST_ATTACH_DIR };
	bool stay = false;
	size_t nr;
	char **names;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		switch (c) {
		case CONFIG_DIR:
			sync.dir = optarg;
			break;
		case CHECK:
			sync.check = true;
			break;
		case STAY:
			stay = true;
			break;
		case 'h':
			pvhost_usage();
		default:
			pvhost_try_help();
		}
	}

	names = argv + optind;
	nr = argc - optind;
	check_arguments(&sync, names, nr, stay);
	check_dir(sync.dir);
	sync.must_run = nr;
	if (!nr)
		names = pvhost_attach_names(sync.dir, &nr);
	if (!sync.check)
		close(pvhost_device_open());
	if (stay)
		return sync_stay(&sync, names[0]);
	return sync_all(&sync, names, nr);
}

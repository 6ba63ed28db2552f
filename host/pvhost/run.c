// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost run: a QEMU that is attached before its guest runs
 *
 * The process that the user starts becomes QEMU, so that signals, exit status and job
 * control are those of QEMU.  A child, which has no parent to wait for it, does the rest:
 *
 *   QEMU's process                      the child
 *   --------------                      ---------
 *   becomes the user of --user          keeps the privileges
 *   execs QEMU, stopped                 waits for QEMU's greeting
 *   makes its VM, greets                attaches the VM
 *   lets the guest run                  sends "cont", removes the files, exits
 *
 * The guest finds the device by hypercall.  With --describe, and for a device in BPF, QEMU's
 * process first describes the device in files for QEMU, and the child checks that the guest
 * gets the description.
 *
 * If QEMU, or this program before it, ends, the connection between both ends, and the child
 * removes the files and exits.  If the child fails, it ends QEMU.  With a device in BPF the
 * child stays, since the device ends with it.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf.h"
#include "doctor.h"

/* Options of this command that have no short form */
enum {
	USER = PVHOST_NR_OPTIONS,
	AS_ROOT,
};

static struct option options[6 + PVHOST_NR_COMMON + 1] = {
	{ "describe", no_argument, NULL, PVHOST_DESCRIBE },
	{ "user", required_argument, NULL, USER },
	{ "as-root", no_argument, NULL, AS_ROOT },
	{ "bpf", required_argument, NULL, PVHOST_BPF },
	{ "irq", required_argument, NULL, PVHOST_IRQ },
	{ "help", no_argument, NULL, 'h' },
};

/**
 * struct format - a format of the description for the guest
 * @name: as in struct pvhost_place
 * @add: describes the device to the QEMU
 * @check: ends the program if the guest of a machine does not get that description
 */
static const struct format {
	const char *name;
	void (*add)(struct pvhost_qemu *qemu, const char *dir,
		    const struct pvhost_description *description);
	void (*check)(const struct pvhost_machine *machine);
} formats[] = {
	{ "asl", pvhost_ssdt_add, pvhost_machine_check_acpi },
	{ "dts", pvhost_fdt_add, pvhost_machine_check_dt },
};

/**
 * struct run - a QEMU that is to be started
 * @opts: options of attach
 * @qemu: command line of QEMU
 * @pid: process of QEMU
 * @pidfd: file descriptor of that process
 * @device: /dev/kvm_pv
 * @describe: the device is described to the guest by ACPI or device tree
 * @bpf: file of a device in BPF, NULL: the device is that of kvm_pv
 * @irq_text: interrupt of the device in BPF, as typed
 * @serve: the device in BPF
 * @user_name: user of QEMU as typed, NULL: not given
 * @as_root: QEMU shall be root
 * @user: user of QEMU
 * @dir: folder of the files for QEMU, which belongs to that user
 * @dir_fd: file descriptor of the folder
 */
struct run {
	struct pvhost_options opts;
	struct pvhost_qemu qemu;
	pid_t pid;
	int pidfd;
	int device;
	bool describe;
	const char *bpf;
	const char *irq_text;
	struct pvhost_serve serve;
	const char *user_name;
	bool as_root;
	struct pvhost_user user;
	char dir[32];
	int dir_fd;
};

static void make_dir(struct run *run)
{
	if (!mkdtemp(run->dir))
		err(EXIT_FAILURE, "%s", run->dir);

	run->dir_fd = open(run->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (run->dir_fd < 0 ||
	    (run->user.name && fchown(run->dir_fd, run->user.uid, run->user.gid))) {
		warn("%s", run->dir);
		rmdir(run->dir);
		exit(EXIT_FAILURE);
	}
}

/* The user of QEMU can replace the folder by a link: the file descriptor stays the folder. */
static void remove_files(struct run *run)
{
	struct dirent *entry;
	DIR *dir;

	if (run->dir_fd < 0)
		return;

	dir = fdopendir(run->dir_fd);
	while (dir && (entry = readdir(dir)))
		unlinkat(run->dir_fd, entry->d_name, 0);
	rmdir(run->dir);
	if (dir)
		closedir(dir);
	run->dir_fd = -1;
}

/* The guest must not run without its device. */
static void end_child(int status, void *arg)
{
	struct run *run = arg;

	remove_files(run);
	if (status)
		syscall(SYS_pidfd_send_signal, run->pidfd, SIGKILL, NULL, 0);
}

/* The guest runs, so a failure must not end it. */
static void stay(struct run *run, FILE *qmp)
{
	fclose(qmp);
	remove_files(run);
	pvhost_serve_stay(&run->serve);
}

/* Each architecture of pvhost_place() has one of the formats. */
static const struct format *find_format(void)
{
	const char *name = pvhost_place(NULL)->format;
	const struct format *format = formats;

	while (strcmp(format->name, name))
		format++;
	return format;
}

/* Returns false if QEMU has ended. */
static bool check_machine(FILE *qmp)
{
	struct pvhost_machine machine;

	if (!pvhost_machine_read(&machine, qmp))
		return false;

	find_format()->check(&machine);
	return true;
}

static void attach_vm(struct run *run, const struct pvhost_vmm *vmm)
{
	struct pvhost_auto choice;

	if (pvhost_options_choose(&run->opts, &choice, vmm) && choice.backend == KVM_PV_RECORD)
		warnx("backend auto: none, requests are not applied: see pvhost doctor");
	pvhost_options_attach(&run->opts, run->device, vmm);
}

static void attach(struct run *run, int connection)
{
	FILE *qmp = pvhost_machine_open(connection);
	struct pvhost_vmm vmm;

	if (!qmp || (run->describe && !check_machine(qmp)))
		return;

	pvhost_vmm_open(&vmm, run->pid, run->pidfd, false, 0);
	if (run->bpf)
		pvhost_serve_attach(&run->serve, &vmm);
	else
		attach_vm(run, &vmm);
	if (!run->qemu.stopped)
		pvhost_machine_do(qmp, "cont");
	if (run->bpf)
		stay(run, qmp);
}

static void __noreturn be_child(struct run *run, int connection)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE };
	size_t i;
	int null;

	for (i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);

	/* Both belong to QEMU.  The child prints messages only. */
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}

	on_exit(end_child, run);
	attach(run, connection);
	exit(EXIT_SUCCESS);
}

/* Forks twice: QEMU does not expect a child, and would not wait for it. */
static bool start_child(struct run *run, int connection, int other)
{
	pid_t pid = fork();
	int status;

	if (pid) {
		close(connection);
		return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
	}

	close(other);
	setsid();
	pid = fork();
	if (pid)
		_exit(pid < 0);
	be_child(run, connection);
}

/*
 * -mon would replace the monitor that QEMU has by default, as on the console of -nographic.
 * A monitor of a configuration file is added to it.
 */
static void add_monitor(struct run *run, int connection)
{
	char *path = pvhost_text("%s/monitor", run->dir);
	FILE *out = fopen(path, "we");

	if (!out)
		err(EXIT_FAILURE, "%s", path);

	fprintf(out, "[chardev \"pvhost\"]\n"
		"  backend = \"socket\"\n"
		"  fd = \"%d\"\n"
		"[mon \"pvhost-monitor\"]\n"
		"  mode = \"control\"\n"
		"  chardev = \"pvhost\"\n", connection);
	if (ferror(out) | fclose(out))
		err(EXIT_FAILURE, "%s", path);

	pvhost_qemu_add(&run->qemu, "-readconfig");
	pvhost_qemu_add(&run->qemu, path);
}

static void describe(struct run *run)
{
	struct pvhost_description description;

	if (run->bpf)
		description = run->serve.description;
	else
		pvhost_description_freq(&description, run->opts.base, run->opts.shared,
					run->opts.nr_cpus);
	find_format()->add(&run->qemu, run->dir, &description);
}

static void __noreturn launch(struct run *run)
{
	int ends[2];

	run->pid = getpid();
	run->pidfd = syscall(SYS_pidfd_open, run->pid, 0);
	if (run->pidfd < 0)
		err(EXIT_FAILURE, "pidfd_open");

	make_dir(run);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ||
	    !start_child(run, ends[0], ends[1])) {
		rmdir(run->dir);
		errx(EXIT_FAILURE, "cannot start QEMU: too many processes or open files");
	}

	pvhost_user_become(&run->user);
	if (run->describe)
		describe(run);
	add_monitor(run, ends[1]);
	if (!run->qemu.stopped)
		pvhost_qemu_add(&run->qemu, "-S");

	fcntl(ends[1], F_SETFD, 0);
	execvp(run->qemu.argv[0], run->qemu.argv);
	err(EXIT_FAILURE, "%s", run->qemu.argv[0]);
}

static void prepare(struct run *run)
{
	/* No driver discovers a device in BPF. */
	if (run->bpf)
		run->describe = true;
	if (run->describe)
		pvhost_machine_check_name(run->qemu.machine);
	if (!(run->opts.flags & KVM_PV_HYPERCALLS) && !run->describe) {
		warnx("run: without hypercalls the guest finds the device only with --describe");
		pvhost_try_help();
	}

	if (run->bpf)
		pvhost_serve_open(&run->serve, run->bpf, &run->opts);
	else
		pvhost_options_read(&run->opts);

	if (!run->opts.nr_cpus)
		run->opts.nr_cpus = pvhost_qemu_cpus(&run->qemu);

	if (run->bpf)
		pvhost_serve_place(&run->serve, &run->opts, run->irq_text);
	else
		pvhost_options_place(&run->opts);

	pvhost_user_find(&run->user, run->user_name, run->as_root);
	if (!run->bpf)
		run->device = pvhost_device_open();
}

int pvhost_run(int argc, char **argv)
{
	struct run run = { .opts = PVHOST_OPTIONS, .dir = "/tmp/pvhost.XXXXXX", .dir_fd = -1 };
	int c;

	pvhost_options_add(options);
	while ((c = getopt_long(argc, argv, "+b:s:n:t:B:m:xh", options, NULL)) >= 0) {
		switch (c) {
		case PVHOST_IRQ:
			run.irq_text = optarg;
			break;
		case PVHOST_DESCRIBE:
			run.describe = true;
			break;
		case USER:
			run.user_name = optarg;
			break;
		case AS_ROOT:
			run.as_root = true;
			break;
		case PVHOST_BPF:
			run.bpf = optarg;
			break;
		case 'h':
			pvhost_usage();
		default:
			if (!pvhost_options_take(&run.opts, c, optarg))
				pvhost_try_help();
		}
	}

	if (optind == argc) {
		warnx("run: the command line of QEMU is missing: add it after --");
		pvhost_try_help();
	}
	pvhost_bpf_check_irq(run.bpf, run.irq_text);

	pvhost_qemu_read(&run.qemu, argv + optind);
	prepare(&run);
	launch(&run);
}

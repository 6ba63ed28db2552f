// SPDX-License-Identifier: GPL-2.0
/*
 * kvm_pv: /dev/kvm_pv, what its errors mean to a user, and pvhost enable and disable.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pv/vcpufreq.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "pvhost.h"

#define DEVICE		"/dev/kvm_pv"
#define PARAMETER	"/sys/module/kvm_pv/parameters/enabled"
#define TOO_OLD		"the kvm_pv that is loaded is older than this pvhost"

/* A detach that takes longer waits for the VMM. */
#define DETACH_MS	500

/* Levels of telemetry */
static const char * const levels[] = {
	[KVM_PV_TELEMETRY_OFF]		= "off",
	[KVM_PV_TELEMETRY_COUNTERS]	= "counters",
	[KVM_PV_TELEMETRY_EVENTS]	= "events",
};

/* Returns -1 and errno if the module is not loaded, or without permission. */
int pvhost_device_try(void)
{
	return open(DEVICE, O_RDWR | O_CLOEXEC);
}

int pvhost_device_open(void)
{
	int fd = pvhost_device_try();

	if (fd >= 0)
		return fd;

	switch (errno) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		errx(EXIT_FAILURE, "kvm_pv is not loaded: modprobe kvm_pv");
	case EACCES:
	case EPERM:
		errx(EXIT_FAILURE,
		     "no permission for %s: run as root, in no container", DEVICE);
	default:
		err(EXIT_FAILURE, DEVICE);
	}
}

static bool is_too_old(int error)
{
	return error == ENOTTY || error == E2BIG;
}

static void __noreturn failed(const char *what)
{
	if (is_too_old(errno))
		errx(EXIT_FAILURE, "%s: " TOO_OLD, what);
	err(EXIT_FAILURE, "%s", what);
}

static void warn_failed(const char *what, __u32 id, int error)
{
	warnx("%s: VM %u: %s", what, id, is_too_old(error) ? TOO_OLD : strerror(error));
}

/* The VM is attached, but the host does not answer its hypercalls. */
static void warn_hypercalls(const struct kvm_pv_attach *attach)
{
	const char *reason = strerror(attach->hypercalls);

	if (!(attach->flags & KVM_PV_HYPERCALLS) || !attach->hypercalls)
		return;

	if (attach->hypercalls == EBUSY)
		reason = "a live patch has replaced KVM's handler";
	warnx("the guest gets no hypercalls (%s): describe the device to it, or attach again",
	      reason);
}

/* Returns whether the VM is attached; if not, errno is set. */
static bool attached(int fd, struct kvm_pv_attach *attach)
{
	if (ioctl(fd, KVM_PV_ATTACH, attach))
		return false;

	warn_hypercalls(attach);
	return true;
}

/**
 * pvhost_device_attach - KVM_PV_ATTACH
 * @fd: /dev/kvm_pv
 * @attach: all but its size
 * @pid: process of the VM, for messages
 * @without: attach without shared pages if their address cannot be used
 */
void pvhost_device_attach(int fd, struct kvm_pv_attach *attach, pid_t pid, bool without)
{
	__u64 last = attach->base + (__u64)attach->nr_cpus * PV_FREQ_STRIDE - 1;

	attach->size = sizeof(*attach);
	if (attached(fd, attach))
		return;
	if (without && (errno == EADDRINUSE || errno == EADDRNOTAVAIL)) {
		warnx("no shared pages at 0x%llx: the guest uses registers; try another --shared",
		      attach->shared);
		attach->shared = 0;
		if (attached(fd, attach))
			return;
	}

	switch (errno) {
	case EEXIST:
		errx(EXIT_FAILURE,
		     "the VM of process %d is attached already: detach it first", pid);
	case EBUSY:
		errx(EXIT_FAILURE,
		     "0x%llx-0x%llx is memory or a device of the VM: choose another --base",
		     attach->base, last);
	case EADDRINUSE:
		errx(EXIT_FAILURE,
		     "0x%llx is memory or a device of the VM: choose another --shared, or none",
		     attach->shared);
	case EADDRNOTAVAIL:
		errx(EXIT_FAILURE,
		     "this VM cannot have shared pages at 0x%llx: choose a lower --shared, or none",
		     attach->shared);
	case EOVERFLOW:
		errx(EXIT_FAILURE,
		     "the guest of process %d cannot address 0x%llx-0x%llx: choose a lower --base",
		     pid, attach->base, last);
	case ENOSPC:
		errx(EXIT_FAILURE, "process %d: no free slot for a device in the VM", pid);
	case EINVAL:
		errx(EXIT_FAILURE,
		     "KVM of this host does not have %u vCPUs: give fewer with --vcpus",
		     attach->nr_cpus);
	case EOPNOTSUPP:
		errx(EXIT_FAILURE,
		     "this host cannot do --backend %s, which needs %s: choose another",
		     pvhost_backend(attach->backend)->name,
		     pvhost_backend(attach->backend)->needs);
	case ENOMEM:
		errx(EXIT_FAILURE,
		     "no memory to attach process %d: check memory.max of its cgroup, and the free memory of the host",
		     pid);
	case ERANGE:
		errx(EXIT_FAILURE, "--cap: %u kHz is not in the table: choose another",
		     attach->cap);
	case EBADF:
	case ESRCH:
		errx(EXIT_FAILURE, "the VM of process %d has ended", pid);
	default:
		failed("attach");
	}
}

static void on_alarm(int number)
{
}

/*
 * KVM_PV_DETACH, interrupted by a signal if it takes long.  The timer repeats: the first signal
 * can arrive before the call.
 */
static int detach_timed(int fd, struct kvm_pv_detach *detach)
{
	const struct timeval limit = { .tv_usec = DETACH_MS * 1000 };
	const struct itimerval timer = { limit, limit }, none = { };
	const struct sigaction action = { .sa_handler = on_alarm };
	int rc, error;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	rc = ioctl(fd, KVM_PV_DETACH, detach);
	error = errno;
	setitimer(ITIMER_REAL, &none, NULL);
	errno = error;
	return rc;
}

/**
 * pvhost_device_detach - KVM_PV_DETACH
 * @fd: /dev/kvm_pv
 * @id: id of the VM
 *
 * The device answers no access from the start of the call on.  The call then waits for vCPUs, of
 * which one can wait for its VMM, and the kernel continues without the caller after a signal.
 *
 * Returns 0; ENOENT: the VM does not exist or has ended; another errno after a message.
 */
int pvhost_device_detach(int fd, __u32 id)
{
	struct kvm_pv_detach detach = { .size = sizeof(detach), .id = id };
	int error = detach_timed(fd, &detach) ? errno : 0;

	if (error == EINTR) {
		warnx("VM %u is detached, but a vCPU waits for its VMM, which keeps kvm_pv in use",
		      id);
		return 0;
	}
	if (error && error != ENOENT)
		warn_failed("detach", id, error);

	return error;
}

struct kvm_pv_vm *pvhost_device_list(int fd, size_t *nr)
{
	struct kvm_pv_list list;
	struct kvm_pv_vm *vms = NULL;
	__u32 room = 0;

	/* VMs may come between the call that counts and the one that reads. */
	for (;;) {
		memset(&list, 0, sizeof(list));
		list.size = sizeof(list);
		list.nr = room;
		list.vm_size = sizeof(*vms);
		list.vms = (uintptr_t)vms;

		if (ioctl(fd, KVM_PV_LIST, &list)) {
			/* One that does not know of vm_size */
			if (errno == EINVAL)
				errno = E2BIG;
			failed("list");
		}
		if (list.nr <= room)
			break;

		room = list.nr;
		vms = reallocarray(vms, room, sizeof(*vms));
		if (!vms)
			err(EXIT_FAILURE, "list");
	}

	*nr = list.nr;
	return vms;
}

struct kvm_pv_cpu *pvhost_device_stats(int fd, __u32 id, size_t *nr)
{
	struct kvm_pv_stats stats = {
		.size = sizeof(stats), .id = id, .cpu_size = sizeof(struct kvm_pv_cpu),
	};
	struct kvm_pv_cpu *cpus = NULL;

	if (!ioctl(fd, KVM_PV_STATS, &stats)) {
		cpus = calloc(stats.nr, sizeof(*cpus));
		if (!cpus)
			err(EXIT_FAILURE, "stats");
		stats.cpus = (uintptr_t)cpus;

		if (!ioctl(fd, KVM_PV_STATS, &stats)) {
			*nr = stats.nr;
			return cpus;
		}
		free(cpus);
	}

	if (errno != ENOENT)
		failed("stats");
	return NULL;
}

/**
 * pvhost_device_cap - KVM_PV_CAP
 * @fd: /dev/kvm_pv
 * @vm: as the kernel tells it
 * @khz: cap, 0: none
 *
 * Returns 0; ENOENT: the VM has ended; another errno after a message.
 */
int pvhost_device_cap(int fd, const struct kvm_pv_vm *vm, __u32 khz)
{
	struct kvm_pv_cap cap = { .size = sizeof(cap), .id = vm->id, .cap = khz };
	const struct pvhost_backend *backend = pvhost_backend(vm->backend);
	int error = ioctl(fd, KVM_PV_CAP, &cap) ? errno : 0;

	if (!error || error == ENOENT)
		return error;

	if (error == EINVAL && !khz)
		warnx("VM %u has --backend %s, which requires a cap: give a frequency up to %u kHz",
		      vm->id, backend ? backend->name : "unknown", vm->perf[vm->nr_perf - 1]);
	else if (error == ERANGE)
		warnx("%u kHz is not in the table of VM %u: it goes from %u to %u", khz, vm->id,
		      vm->nr_perf == 1 ? 1 : vm->perf[0], vm->perf[vm->nr_perf - 1]);
	else
		warn_failed("cap", vm->id, error);
	return error;
}

/**
 * pvhost_device_telemetry - KVM_PV_TELEMETRY
 * @fd: /dev/kvm_pv
 * @vm: as the kernel tells it
 * @level: KVM_PV_TELEMETRY_OFF, ...
 *
 * Returns 0; ENOENT: the VM has ended; another errno after a message.
 */
int pvhost_device_telemetry(int fd, const struct kvm_pv_vm *vm, __u32 level)
{
	struct kvm_pv_telemetry telemetry = {
		.size = sizeof(telemetry), .id = vm->id, .level = level,
	};
	int error = ioctl(fd, KVM_PV_TELEMETRY, &telemetry) ? errno : 0;

	if (error == EOPNOTSUPP)
		warnx("VM %u has no telemetry: attach it with --telemetry, or see the kernel's log",
		      vm->id);
	else if (error && error != ENOENT)
		warn_failed("set", vm->id, error);
	return error;
}

/**
 * pvhost_device_level - parse a level
 * @what: option, for the message
 * @text: as typed
 */
__u32 pvhost_device_level(const char *what, const char *text)
{
	__u32 i;

	for (i = 0; i < ARRAY_SIZE(levels); i++) {
		if (!strcmp(levels[i], text))
			return i;
	}

	errx(EXIT_FAILURE, "%s: unknown level \"%s\": expected off, counters or events", what,
	     text);
}

/**
 * pvhost_device_level_name - name of a level
 * @level: KVM_PV_TELEMETRY_OFF, ...
 *
 * Returns NULL for a level of a kvm_pv that is newer than this pvhost.
 */
const char *pvhost_device_level_name(__u32 level)
{
	return level < ARRAY_SIZE(levels) ? levels[level] : NULL;
}

/**
 * pvhost_device_enabled - read whether kvm_pv is enabled
 * @enabled: the value
 *
 * Returns false if it is not known, as with a kvm_pv that is older than this pvhost.
 */
bool pvhost_device_enabled(bool *enabled)
{
	int fd = open(PARAMETER, O_RDONLY | O_CLOEXEC);
	char value;
	bool known;

	if (fd < 0)
		return false;
	known = read(fd, &value, 1) == 1 && (value == 'Y' || value == 'N');
	close(fd);
	*enabled = known && value == 'Y';
	return known;
}

static const struct option enable_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static void read_help(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "h", enable_options, NULL)) >= 0) {
		if (c == 'h')
			pvhost_usage();
		pvhost_try_help();
	}
	pvhost_no_more(argc, argv);
}

static void write_enabled(const char *value)
{
	const char *reason;
	int fd;

	close(pvhost_device_open());
	fd = open(PARAMETER, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		errx(EXIT_FAILURE,
		     "the kvm_pv that is loaded is older than this pvhost: load the new one");
	if (fd < 0)
		err(EXIT_FAILURE, PARAMETER);
	if (write(fd, value, 1) == 1)
		return;

	if (errno == EPERM || *value == 'N')
		err(EXIT_FAILURE, PARAMETER);
	/* All but the hook of hypercalls is enabled. */
	reason = errno == EBUSY ? "a live patch has replaced KVM's handler" : strerror(errno);
	errx(EXIT_FAILURE,
	     "enabled without hypercalls (%s): correct that and run pvhost enable again", reason);
}

int pvhost_enable(int argc, char **argv)
{
	read_help(argc, argv);
	write_enabled("Y");
	return EXIT_SUCCESS;
}

int pvhost_disable(int argc, char **argv)
{
	read_help(argc, argv);
	write_enabled("N");
	return EXIT_SUCCESS;
}

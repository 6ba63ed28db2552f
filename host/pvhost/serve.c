// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost attach --bpf: a device in BPF, which is there for as long as this process is
 *
 * It holds the link: the kernel takes the device away when the last reference to that is
 * gone, however this process ends.  SIGHUP replaces the device by what the file has now.
 *
 * The VM it does not hold: a VMM may be done with its VM and live on.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bpf.h"
#include "userspace/libpv/libbpf.h"

static void __noreturn attach_failed(const struct pvhost_serve *serve)
{
	const __u64 base = serve->setup.base, last = base + serve->setup.size - 1;

	switch (errno) {
	case EEXIST:
	case EBUSY:
		errx(EXIT_FAILURE,
		     "0x%llx-0x%llx is memory or a device of the VM: choose another --base",
		     base, last);
	case ENOSPC:
		errx(EXIT_FAILURE, "process %d: no free slot for a device in the VM",
		     serve->vmm.pid);
	case EBADF:
		errx(EXIT_FAILURE, "the VM of process %d has ended", serve->vmm.pid);
	/* The module, or the program's init, has said it there. */
	case EINVAL:
		errx(EXIT_FAILURE, "%s: refused: it lacks read or write, or see dmesg",
		     serve->path);
	default:
		err(EXIT_FAILURE, "%s: cannot be attached", serve->path);
	}
}

/**
 * pvhost_serve_open - open the device's file; nothing is tried
 * @serve: what is opened
 * @path: the file
 * @opts: options, as typed
 */
void pvhost_serve_open(struct pvhost_serve *serve, const char *path,
		       const struct pvhost_options *opts)
{
	*serve = (struct pvhost_serve){ .path = path, .signals = -1 };

	if (opts->shared_text || opts->domains_text || opts->backend != PVHOST_AUTO ||
	    opts->margin || opts->max_rate || opts->has_cap || opts->telemetry ||
	    opts->flags != KVM_PV_HYPERCALLS) {
		warnx("%s: a device in BPF accepts only --base, --vcpus, --irq and --table",
		      pvhost_command->name);
		pvhost_try_help();
	}

	if (!pvhost_bpf_open(&serve->bpf, path))
		exit(EXIT_FAILURE);
	pvhost_bpf_need();
	if (pvhost_bpf_has_table(&serve->bpf))
		serve->setup.table = pvhost_table(opts->table_text ? : "host",
						  &serve->setup.nr_table);
	else if (opts->table_text)
		errx(EXIT_FAILURE, "%s: the device takes no performance table: leave out --table",
		     path);
}

/**
 * pvhost_serve_place - where the device lies
 * @serve: opened
 * @opts: with the number of CPUs
 * @irq_text: interrupt as typed, NULL: the default
 */
void pvhost_serve_place(struct pvhost_serve *serve, const struct pvhost_options *opts,
			const char *irq_text)
{
	pvhost_description_note(&serve->description, &serve->bpf.image, pvhost_place(NULL),
				opts->base_text, irq_text, opts->nr_cpus);
	serve->setup.base = serve->description.base;
	serve->setup.size = serve->description.size;
	serve->setup.irq = serve->description.irq;
	serve->setup.nr_cpus = opts->nr_cpus;
}

static void give_back(struct pvhost_serve *serve)
{
	close(serve->setup.vm_fd);
	serve->setup.vm_fd = -1;
}

/**
 * pvhost_serve_attach - put the device into a VM
 * @serve: opened and placed
 * @vmm: whose VM it is
 */
void pvhost_serve_attach(struct pvhost_serve *serve, const struct pvhost_vmm *vmm)
{
	serve->vmm = *vmm;
	serve->setup.vm_fd = vmm->vm_fd;
	serve->vmm.vm_fd = -1;
	if (!pvhost_bpf_setup(&serve->bpf, &serve->setup) || !pvhost_bpf_load(&serve->bpf))
		exit(EXIT_FAILURE);

	pvhost_bpf_log_start();
	serve->link = bpf_map__attach_struct_ops(serve->bpf.ops);
	if (!serve->link)
		attach_failed(serve);
	give_back(serve);

	printf("%s: process %d, 0x%llx bytes at 0x%llx", serve->description.node, serve->vmm.pid,
	       serve->setup.size, serve->setup.base);
	if (serve->setup.irq)
		printf(", interrupt %u", serve->setup.irq);
	printf("\n");
	pv_stdout_flush();
}

/* The guest has been told where it is and how it interrupts, which does not change. */
static bool fits(const struct pvhost_serve *serve, const struct pvhost_bpf *bpf)
{
	if (pvhost_image_size(&bpf->image, serve->setup.nr_cpus) == serve->setup.size &&
	    bpf->image.note.irqs >= !!serve->setup.irq)
		return true;

	warnx("%s: its size or its interrupts differ: detach it, and attach it again",
	      serve->path);
	return false;
}

static bool update(struct pvhost_serve *serve, struct pvhost_bpf *bpf)
{
	int rc;

	if (!pvhost_bpf_setup(bpf, &serve->setup) || !pvhost_bpf_keep(bpf, &serve->bpf) ||
	    !pvhost_bpf_load(bpf))
		return false;

	/* The kernel takes no other VM than the one that has the device. */
	rc = bpf_link__update_map(serve->link, bpf->ops);
	if (rc)
		warnx("%s: the device cannot be replaced: %s", serve->path, strerror(-rc));

	return !rc;
}

static bool replace_by(struct pvhost_serve *serve, struct pvhost_bpf *bpf)
{
	bool updated;

	if (!pvhost_bpf_open(bpf, serve->path) || !fits(serve, bpf))
		return false;

	serve->setup.vm_fd = pvhost_vmm_take(&serve->vmm);
	if (serve->setup.vm_fd < 0) {
		warn("VM of process %d", serve->vmm.pid);
		return false;
	}
	updated = update(serve, bpf);
	give_back(serve);

	return updated;
}

static void replace(struct pvhost_serve *serve)
{
	struct pvhost_bpf bpf;

	if (!replace_by(serve, &bpf)) {
		warnx("%s: the device stays as it was", serve->path);
		pvhost_bpf_close(&bpf);
		return;
	}

	pvhost_bpf_close(&serve->bpf);
	serve->bpf = bpf;
	printf("%s: replaced\n", serve->description.node);
	fflush(stdout);
}

static bool vm_has_ended(const struct pvhost_serve *serve)
{
	int fd = pvhost_vmm_take(&serve->vmm);

	if (fd >= 0)
		close(fd);

	return fd < 0 && (errno == EBADF || errno == ESRCH);
}

/**
 * pvhost_serve_stay - until it is told to end, or the VM has ended
 * @serve: attached
 *
 * Returns the exit status.
 */
int pvhost_serve_stay(struct pvhost_serve *serve)
{
	struct signalfd_siginfo signal;
	struct pollfd polled[] = {
		{ .fd = serve->vmm.pidfd, .events = POLLIN },
		{ .fd = serve->signals, .events = POLLIN },
		{ .fd = bpf_link__fd(serve->link) },
	};

	for (;;) {
		if (poll(polled, ARRAY_SIZE(polled), -1) < 0 && errno != EINTR)
			break;
		if (polled[0].revents)
			return EXIT_SUCCESS;
		/* If the VMM ends, its VM ends before. */
		if (polled[2].revents && vm_has_ended(serve))
			return EXIT_SUCCESS;
		if (polled[2].revents) {
			warnx("%s: another process has detached the device", serve->path);
			return EXIT_FAILURE;
		}
		if (!polled[1].revents)
			continue;
		if (read(serve->signals, &signal, sizeof(signal)) != sizeof(signal))
			break;
		if (signal.ssi_signo != SIGHUP)
			return EXIT_SUCCESS;
		replace(serve);
	}

	warn("%s: cannot wait for the end of the VM", serve->path);
	return EXIT_FAILURE;
}

/**
 * pvhost_serve - attach a device in BPF, and stay there
 * @path: its file
 * @pid: the VMM
 * @opts: options of attach, as typed
 * @irq_text: interrupt as typed, NULL: the default
 * @timeout_ms: milliseconds to wait for the VM
 *
 * Returns the exit status.
 */
int pvhost_serve(const char *path, pid_t pid, struct pvhost_options *opts, const char *irq_text,
		 unsigned int timeout_ms)
{
	struct pvhost_serve serve;
	struct pvhost_vmm vmm;
	int status;

	pvhost_serve_open(&serve, path, opts);
	pvhost_vmm_open(&vmm, pid, pvhost_name_pidfd(), !opts->nr_cpus, timeout_ms);
	if (!opts->nr_cpus)
		opts->nr_cpus = vmm.nr_vcpus;
	pvhost_serve_place(&serve, opts, irq_text);
	serve.signals = pvhost_stay_signals();
	pvhost_serve_attach(&serve, &vmm);
	pvhost_stay_notify("READY=1");

	status = pvhost_serve_stay(&serve);
	bpf_link__destroy(serve.link);
	pvhost_bpf_close(&serve.bpf);
	return status;
}

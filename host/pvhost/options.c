// SPDX-License-Identifier: GPL-2.0
/*
 * Options that attach and run have in common.
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <pv/vcpufreq.h>

#include "doctor.h"

static const struct option common[PVHOST_NR_COMMON] = {
	{ "base", required_argument, NULL, 'b' },
	{ "shared", required_argument, NULL, 's' },
	{ "vcpus", required_argument, NULL, 'n' },
	{ "table", required_argument, NULL, 't' },
	{ "perf-domains", required_argument, NULL, PVHOST_PERF_DOMAINS },
	{ "backend", required_argument, NULL, 'B' },
	{ "margin", required_argument, NULL, 'm' },
	{ "max-rate", required_argument, NULL, PVHOST_MAX_RATE },
	{ "cap", required_argument, NULL, PVHOST_CAP },
	{ "telemetry", required_argument, NULL, PVHOST_TELEMETRY },
	{ "expose-tid", no_argument, NULL, 'x' },
	{ "expose-frequency", no_argument, NULL, PVHOST_EXPOSE_FREQUENCY },
	{ "expose-exits", no_argument, NULL, PVHOST_EXPOSE_EXITS },
	{ "no-hypercalls", no_argument, NULL, PVHOST_NO_HYPERCALLS },
};

/**
 * pvhost_options_add - add the options of pvhost_options_take() to those of a command
 * @options: the command's, with PVHOST_NR_COMMON + 1 empty entries at the end
 */
void pvhost_options_add(struct option *options)
{
	while (options->name)
		options++;
	memcpy(options, common, sizeof(common));
}

/**
 * pvhost_options_take - store an option
 * @opts: the options
 * @option: as getopt_long() returns it
 * @value: as typed
 *
 * Returns false for an option of the command itself.
 */
bool pvhost_options_take(struct pvhost_options *opts, int option, const char *value)
{
	switch (option) {
	case 'b':
		opts->base_text = value;
		return true;
	case 's':
		opts->shared_text = value;
		return true;
	case 'n':
		opts->nr_cpus = pvhost_number("--vcpus", value, 1, PVHOST_MAX_VCPUS);
		return true;
	case 't':
		opts->table_text = value;
		return true;
	case PVHOST_PERF_DOMAINS:
		opts->domains_text = value;
		return true;
	case 'B':
		opts->backend = pvhost_backend_nr(value);
		return true;
	case 'm':
		opts->margin = pvhost_number("--margin", value, 0, KVM_PV_MAX_MARGIN);
		return true;
	case PVHOST_MAX_RATE:
		opts->max_rate = pvhost_number("--max-rate", value, 1, UINT32_MAX);
		return true;
	case PVHOST_CAP:
		opts->cap = pvhost_freq_or_none("--cap", value);
		opts->has_cap = true;
		return true;
	case PVHOST_TELEMETRY:
		opts->telemetry = pvhost_device_level("--telemetry", value);
		return true;
	case 'x':
		opts->flags |= KVM_PV_EXPOSE_TID;
		return true;
	case PVHOST_EXPOSE_FREQUENCY:
		opts->flags |= KVM_PV_EXPOSE_FREQ;
		return true;
	case PVHOST_EXPOSE_EXITS:
		opts->flags |= KVM_PV_EXPOSE_EXITS;
		return true;
	case PVHOST_NO_HYPERCALLS:
		opts->flags &= ~KVM_PV_HYPERCALLS;
		return true;
	}

	return false;
}

/**
 * pvhost_options_check - end the program if options exclude each other
 * @opts: all options, stored
 */
void pvhost_options_check(const struct pvhost_options *opts)
{
	if (opts->margin && opts->backend != PVHOST_AUTO &&
	    !pvhost_backend(opts->backend)->margin) {
		warnx("%s: --margin is for --backend uclamp", pvhost_command->name);
		pvhost_try_help();
	}
	if (!opts->cap && opts->backend != PVHOST_AUTO && pvhost_backend(opts->backend)->cap) {
		warnx("%s: --backend %s affects all users of the CPUs: limit requests with --cap",
		      pvhost_command->name, pvhost_backend(opts->backend)->name);
		pvhost_try_help();
	}
	if (opts->telemetry && opts->shared_text && !strcmp(opts->shared_text, "none")) {
		warnx("%s: --telemetry needs shared pages: leave out --shared none",
		      pvhost_command->name);
		pvhost_try_help();
	}
}

/**
 * pvhost_options_read - parse the lists
 * @opts: all options, stored
 */
void pvhost_options_read(struct pvhost_options *opts)
{
	pvhost_options_check(opts);
	opts->table = pvhost_table(opts->table_text ? opts->table_text : "host", &opts->nr_table);
	if (opts->domains_text)
		opts->domains = pvhost_numbers("--perf-domains", opts->domains_text,
					       &opts->nr_domains);
}

static void check_overlap(const struct pvhost_options *opts)
{
	__u64 end = opts->base + (__u64)opts->nr_cpus * PV_FREQ_STRIDE;
	__u64 shared_end = opts->shared + pvhost_shared_size(opts->nr_cpus, opts->telemetry);

	if (opts->shared && opts->shared < end && opts->base < shared_end)
		errx(EXIT_FAILURE,
		     "the shared pages at 0x%llx-0x%llx overlap the device at 0x%llx-0x%llx: choose another --base or --shared",
		     opts->shared, shared_end - 1, opts->base, end - 1);
}

/**
 * pvhost_options_place - choose the addresses of the device and of the shared pages
 * @opts: with the number of CPUs, which the caller sets without --vcpus
 */
void pvhost_options_place(struct pvhost_options *opts)
{
	if (opts->domains && opts->nr_domains != opts->nr_cpus)
		errx(EXIT_FAILURE, "--perf-domains: %zu domains for %u CPUs",
		     opts->nr_domains, opts->nr_cpus);

	opts->base = pvhost_base(pvhost_place(NULL), opts->base_text, opts->nr_cpus);
	opts->shared = pvhost_shared(pvhost_place(NULL), opts->shared_text, opts->nr_cpus);
	check_overlap(opts);
}

/**
 * pvhost_options_choose - choose the backend if it is PVHOST_AUTO
 * @opts: options; a margin remains if the backend accepts it
 * @choice: out: the choice
 * @vmm: process of the VM
 *
 * Returns false if the user has chosen the backend.
 */
bool pvhost_options_choose(struct pvhost_options *opts, struct pvhost_auto *choice,
			   const struct pvhost_vmm *vmm)
{
	struct pv_sysfs sysfs;
	int error;

	if (opts->backend != PVHOST_AUTO)
		return false;

	error = pv_sysfs_open(&sysfs, NULL);
	if (error)
		errx(EXIT_FAILURE, "/: %s", strerror(-error));
	pvhost_backend_choose(choice, &sysfs, vmm->pid, opts->cap);
	pv_sysfs_close(&sysfs);

	opts->backend = choice->backend;
	if (!pvhost_backend(opts->backend)->margin)
		opts->margin = 0;
	return true;
}

/**
 * pvhost_options_attach - attach a VM with these options
 * @opts: parsed, with addresses and backend
 * @fd: /dev/kvm_pv
 * @vmm: process of the VM
 *
 * Returns the VM's id.
 */
__u32 pvhost_options_attach(const struct pvhost_options *opts, int fd,
			    const struct pvhost_vmm *vmm)
{
	struct kvm_pv_attach attach = {
		.flags		= opts->flags,
		.vm_fd		= vmm->vm_fd,
		.nr_cpus	= opts->nr_cpus,
		.base		= opts->base,
		.nr_perf	= opts->nr_table,
		.perf		= (uintptr_t)opts->table,
		.domains	= (uintptr_t)opts->domains,
		.backend	= opts->backend,
		.margin		= opts->margin,
		.shared		= opts->shared,
		.cap		= opts->cap,
		.max_rate	= opts->max_rate,
		.telemetry	= opts->telemetry,
	};

	pvhost_device_attach(fd, &attach, vmm->pid, !opts->shared_text);
	return attach.id;
}

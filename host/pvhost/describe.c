// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost describe: how a guest learns of a device
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf.h"

#define PRIMECELL	"arm,primecell"

static const struct option options[] = {
	{ "vcpus", required_argument, NULL, 'n' },
	{ "base", required_argument, NULL, 'b' },
	{ "shared", required_argument, NULL, 's' },
	{ "irq", required_argument, NULL, PVHOST_IRQ },
	{ "arch", required_argument, NULL, 'A' },
	{ "format", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const struct format {
	const char *name;
	void (*print)(FILE *out, const struct pvhost_description *description);
} formats[] = {
	{ "dts", pvhost_fdt_print },
	{ "asl", pvhost_ssdt_print },
};

static const struct format *find_format(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	}

	errx(EXIT_FAILURE, "--format: unknown format \"%s\": expected dts or asl", name);
}

/* Linux has no such device on the platform bus, where ACPI puts it. */
static void check_driver(const struct format *format, const struct pvhost_description *description)
{
	if (format->print == pvhost_ssdt_print && pvhost_description_is(description, PRIMECELL))
		warnx("describe: Linux binds no driver to " PRIMECELL " of ACPI: use --format dts");
}

static void need_cpus(__u32 nr_cpus)
{
	if (!nr_cpus) {
		warnx("describe: missing option --vcpus");
		pvhost_try_help();
	}
}

int pvhost_describe(int argc, char **argv)
{
	const char *base_text = NULL, *shared_text = NULL, *irq_text = NULL;
	const char *format = NULL, *arch = NULL;
	struct pvhost_description description;
	const struct pvhost_place *place;
	const struct format *chosen;
	struct pvhost_image image = { };
	__u32 nr_cpus = 0;
	int c;

	while ((c = getopt_long(argc, argv, "n:b:s:A:f:h", options, NULL)) >= 0) {
		switch (c) {
		case 'n':
			nr_cpus = pvhost_number("--vcpus", optarg, 1, PVHOST_MAX_VCPUS);
			break;
		case 'b':
			base_text = optarg;
			break;
		case 's':
			shared_text = optarg;
			break;
		case PVHOST_IRQ:
			irq_text = optarg;
			break;
		case 'A':
			arch = optarg;
			break;
		case 'f':
			format = optarg;
			break;
		case 'h':
			pvhost_usage();
		default:
			pvhost_try_help();
		}
	}

	if (optind < argc)
		image.path = argv[optind++];
	pvhost_no_more(argc, argv);
	pvhost_bpf_check_irq(image.path, irq_text);
	if (image.path && shared_text) {
		warnx("describe: --shared is not for a device in BPF");
		pvhost_try_help();
	}
	place = pvhost_place(arch);

	if (image.path) {
		if (!pvhost_image_read(&image, image.path))
			return EXIT_FAILURE;
		if (image.note.flags & PV_NOTE_PER_VCPU)
			need_cpus(nr_cpus);
		pvhost_description_note(&description, &image, place, base_text, irq_text, nr_cpus);
	} else {
		need_cpus(nr_cpus);
		pvhost_description_freq(&description, pvhost_base(place, base_text, nr_cpus),
					pvhost_shared(place, shared_text, nr_cpus), nr_cpus);
	}

	chosen = find_format(format ? format : place->format);
	check_driver(chosen, &description);
	chosen->print(stdout, &description);
	pvhost_image_free(&image);
	return EXIT_SUCCESS;
}

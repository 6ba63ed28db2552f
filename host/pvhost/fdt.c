// SPDX-License-Identifier: GPL-2.0
/*
 * The device's description for arm64: a node of the device tree.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pvhost.h"

/* Space for the nodes of pvhost and their strings */
#define NODE_ROOM	1024

/* Cells of "interrupts" in the binding arm,gic, and of a type in that of interrupts */
#define GIC_SPI			0
#define IRQ_TYPE_LEVEL_HIGH	4

#define CLOCK_HZ		24000000

/* Devices of the AMBA bus are found by this one, and want the clock of their registers. */
static bool wants_clock(const struct pvhost_description *description)
{
	return pvhost_description_is(description, "arm,primecell");
}

static void print_clock(FILE *out, __u64 base)
{
	fprintf(out, "\t\t\tapb_pclk: clock-%llx {\n"
		"\t\t\t\tcompatible = \"fixed-clock\";\n"
		"\t\t\t\t#clock-cells = <0>;\n"
		"\t\t\t\tclock-frequency = <%d>;\n"
		"\t\t\t};\n"
		"\n",
		base, CLOCK_HZ);
}

static void print_range(FILE *out, __u64 base, __u64 size)
{
	fprintf(out, "<0x%08x 0x%08x 0x%08x 0x%08x>",
		(__u32)(base >> 32), (__u32)base, (__u32)(size >> 32), (__u32)size);
}

static void print_compatible(FILE *out, const struct pvhost_description *description)
{
	const char *next = NULL;

	fprintf(out, "\t\t\t\tcompatible =");
	while ((next = pvhost_compatible(description, next)))
		fprintf(out, "%s \"%s\"", next == description->compatible ? "" : ",", next);
	fprintf(out, ";\n");
}

/**
 * pvhost_fdt_print - an overlay for fdtoverlay(1)
 * @out: where to
 * @description: of the device
 *
 * A target-path needs no symbols in the base tree.
 */
void pvhost_fdt_print(FILE *out, const struct pvhost_description *description)
{
	const __u64 base = description->base, size = description->size;

	fprintf(out, "/dts-v1/;\n"
		"/plugin/;\n"
		"\n"
		"/ {\n"
		"\tfragment@0 {\n"
		"\t\ttarget-path = \"/\";\n"
		"\n"
		"\t\t__overlay__ {\n"
		"\t\t\t#address-cells = <2>;\n"
		"\t\t\t#size-cells = <2>;\n"
		"\n");
	if (wants_clock(description))
		print_clock(out, base);
	fprintf(out, "\t\t\t%s@%llx {\n", description->node, base);
	print_compatible(out, description);
	fprintf(out, "\t\t\t\treg = ");
	print_range(out, base, size);
	if (description->shared) {
		fprintf(out, ", ");
		print_range(out, description->shared, description->shared_size);
	}
	fprintf(out, ";\n");
	if (description->irq)
		fprintf(out, "\t\t\t\tinterrupts = <%d %u %d>;\n",
			GIC_SPI, description->irq, IRQ_TYPE_LEVEL_HIGH);
	if (wants_clock(description))
		fprintf(out, "\t\t\t\tclocks = <&apb_pclk>;\n"
			"\t\t\t\tclock-names = \"apb_pclk\";\n");
	fprintf(out, "\t\t\t};\n"
		"\t\t};\n"
		"\t};\n"
		"};\n");
}

static void *read_tree(const char *path)
{
	struct stat st;
	void *tree;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		errx(EXIT_FAILURE, "QEMU made no device tree: is it for another architecture?");
	if (fd < 0 || fstat(fd, &st))
		err(EXIT_FAILURE, "%s", path);

	tree = malloc(st.st_size + NODE_ROOM);
	if (!tree || read(fd, tree, st.st_size) != st.st_size)
		err(EXIT_FAILURE, "%s", path);
	close(fd);

	if (fdt_check_full(tree, st.st_size) ||
	    fdt_open_into(tree, tree, fdt_totalsize(tree) + NODE_ROOM))
		errx(EXIT_FAILURE, "%s: no device tree", path);

	return tree;
}

static void write_tree(const char *path, void *tree)
{
	FILE *out = fopen(path, "we");

	if (!out)
		err(EXIT_FAILURE, "%s", path);

	fdt_pack(tree);
	fwrite(tree, fdt_totalsize(tree), 1, out);
	if (ferror(out) | fclose(out))
		err(EXIT_FAILURE, "%s", path);
}

static int make_node(void *tree, char *name)
{
	int node = fdt_add_subnode(tree, 0, name);

	if (node == -FDT_ERR_EXISTS)
		errx(EXIT_FAILURE, "QEMU's device tree has a %s already: choose another --base",
		     name);
	free(name);
	return node;
}

static int add_clock(void *tree, __u64 base, __u32 *phandle)
{
	int node, rc;

	rc = fdt_generate_phandle(tree, phandle);
	if (rc)
		return rc;

	node = make_node(tree, pvhost_text("clock-%llx", base));
	rc = node < 0 ? node : fdt_setprop_string(tree, node, "compatible", "fixed-clock");
	rc = rc ? : fdt_setprop_u32(tree, node, "#clock-cells", 0);
	rc = rc ? : fdt_setprop_u32(tree, node, "clock-frequency", CLOCK_HZ);
	return rc ? : fdt_setprop_u32(tree, node, "phandle", *phandle);
}

static int add_irq(void *tree, int node, __u32 irq)
{
	int rc;

	rc = fdt_setprop_u32(tree, node, "interrupts", GIC_SPI);
	rc = rc ? : fdt_appendprop_u32(tree, node, "interrupts", irq);
	return rc ? : fdt_appendprop_u32(tree, node, "interrupts", IRQ_TYPE_LEVEL_HIGH);
}

static int add_device(void *tree, const struct pvhost_description *description, __u32 clock)
{
	const char *next = NULL;
	int node, rc;

	node = make_node(tree, pvhost_text("%s@%llx", description->node, description->base));
	rc = node < 0 ? node : 0;
	while ((next = pvhost_compatible(description, next)))
		rc = rc ? : fdt_appendprop_string(tree, node, "compatible", next);
	rc = rc ? : fdt_appendprop_addrrange(tree, 0, node, "reg", description->base,
					     description->size);
	if (description->shared)
		rc = rc ? : fdt_appendprop_addrrange(tree, 0, node, "reg", description->shared,
						     description->shared_size);
	if (description->irq)
		rc = rc ? : add_irq(tree, node, description->irq);
	if (clock) {
		rc = rc ? : fdt_setprop_u32(tree, node, "clocks", clock);
		rc = rc ? : fdt_setprop_string(tree, node, "clock-names", "apb_pclk");
	}

	return rc;
}

static void add_nodes(void *tree, const struct pvhost_description *description)
{
	__u32 clock = 0;
	int rc = 0;

	if (wants_clock(description))
		rc = add_clock(tree, description->base, &clock);
	rc = rc ? : add_device(tree, description, clock);
	if (rc)
		errx(EXIT_FAILURE, "device tree: %s", fdt_strerror(rc));
}

/**
 * pvhost_fdt_add - describe the device to the guest of a QEMU that is to be started
 * @qemu: its command line
 * @dir: folder for files
 * @description: of the device
 *
 * QEMU takes a whole device tree, or none.  So the one that it would make of this
 * command line is made first, by a QEMU that does no more than that.
 */
void pvhost_fdt_add(struct pvhost_qemu *qemu, const char *dir,
		    const struct pvhost_description *description)
{
	char *path = pvhost_text("%s/guest.dtb", dir);
	struct pvhost_qemu dump;
	void *tree;

	if (qemu->dtb)
		errx(EXIT_FAILURE,
		     "%s has no place for the device: leave out -dtb, or see pvhost describe",
		     qemu->dtb);

	pvhost_qemu_copy(&dump, qemu);
	pvhost_qemu_add(&dump, "-machine");
	pvhost_qemu_add(&dump, pvhost_text("dumpdtb=%s", path));
	if (!pvhost_spawn(dump.argv, dir))
		errx(EXIT_FAILURE, "%s made no device tree, see above", qemu->argv[0]);
	free(dump.argv);

	tree = read_tree(path);
	add_nodes(tree, description);
	write_tree(path, tree);
	free(tree);

	pvhost_qemu_add(qemu, "-dtb");
	pvhost_qemu_add(qemu, path);
}

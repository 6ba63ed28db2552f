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
#include <sys/stat.h>
#include <unistd.h>

#include <pv/vcpufreq.h>

#include "pvhost.h"

/* Room for a node of ours and its strings */
#define NODE_ROOM	1024

/**
 * pvhost_fdt_print - an overlay for fdtoverlay(1)
 * @out: where to
 * @base: address of the first window
 * @size: of all windows
 *
 * A target-path needs no symbols in the base tree.
 */
void pvhost_fdt_print(FILE *out, __u64 base, __u64 size)
{
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
		"\n"
		"\t\t\tcpufreq@%llx {\n"
		"\t\t\t\tcompatible = \"%s\";\n"
		"\t\t\t\treg = <0x%08x 0x%08x 0x%08x 0x%08x>;\n"
		"\t\t\t};\n"
		"\t\t};\n"
		"\t};\n"
		"};\n",
		base, PV_FREQ_COMPATIBLE, (__u32)(base >> 32), (__u32)base,
		(__u32)(size >> 32), (__u32)size);
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

static void add_node(void *tree, __u64 base, __u64 size)
{
	char *name = pvhost_text("cpufreq@%llx", base);
	int node, rc;

	node = fdt_add_subnode(tree, 0, name);
	if (node == -FDT_ERR_EXISTS)
		errx(EXIT_FAILURE, "QEMU's device tree has a %s already: choose another --base",
		     name);

	rc = node < 0 ? node : fdt_setprop_string(tree, node, "compatible", PV_FREQ_COMPATIBLE);
	rc = rc ? : fdt_appendprop_addrrange(tree, 0, node, "reg", base, size);
	if (rc)
		errx(EXIT_FAILURE, "device tree: %s", fdt_strerror(rc));
	free(name);
}

/**
 * pvhost_fdt_add - describe the device to the guest of a QEMU that is to be started
 * @qemu: its command line
 * @dir: folder for files
 * @base: address of the first window
 * @size: of all windows
 *
 * QEMU takes a whole device tree, or none.  So the one that it would make of this
 * command line is made first, by a QEMU that does no more than that.
 */
void pvhost_fdt_add(struct pvhost_qemu *qemu, const char *dir, __u64 base, __u64 size)
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
	add_node(tree, base, size);
	write_tree(path, tree);
	free(tree);

	pvhost_qemu_add(qemu, "-dtb");
	pvhost_qemu_add(qemu, path);
}

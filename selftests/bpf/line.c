// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt line of a device in BPF, read from KVM's interrupt controller.
 *
 * needs: host-bpf full
 */
#include "devices/kfuncs.h"
#include "lib.h"

#if defined(__x86_64__)
#include "irqchip-x86.h"
#elif defined(__aarch64__)
#include "irqchip-arm64.h"
#endif

#define NR_TESTS	14

static bool level_becomes(struct vm *vm, bool level)
{
	int ms;

	for (ms = 0; ms < 5000 && irqchip_level(vm) != level; ms++)
		usleep(1000);
	if (irqchip_level(vm) != level)
		ksft_print_msg("the line is %s\n", level ? "low" : "high");
	return irqchip_level(vm) == level;
}

static __u32 set_line(struct vm *vm, __u32 level)
{
	reg_write(vm, 0, KFUNCS_LINE, level);
	return -reg_read(vm, 0, KFUNCS_LINE);
}

static void test_without(void)
{
	struct bpf_host host;
	struct vm vm;

	vm_create(&vm);
	ksft_test_result(bpf_attach_plain(&host, DEVICE("kfuncs")),
			 "a device is attached to a VM without interrupt controller\n");
	ksft_test_result(set_line(&vm, 1) == EOPNOTSUPP,
			 "a VM without interrupt controller has no line\n");
	ksft_test_result(bpf_detach(&host),
			 "a device is detached from a VM without interrupt controller\n");
	vm_destroy(&vm);
}

static void test_with(struct vm *vm)
{
	struct bpf_host host;
	int i;

	ksft_test_result(bpf_attach_plain(&host, DEVICE("kfuncs")),
			 "a device is attached to a VM with interrupt controller\n");
	ksft_test_result(!irqchip_level(vm), "the line is low at first\n");
	ksft_test_result(!set_line(vm, 1) && level_becomes(vm, 1), "the line is raised\n");
	ksft_test_result(!set_line(vm, 1) && level_becomes(vm, 1),
			 "the line stays high when it is raised again\n");
	ksft_test_result(set_line(vm, 2) == EINVAL && level_becomes(vm, 1),
			 "a level other than 0 and 1 is rejected\n");
	ksft_test_result(!set_line(vm, 0) && level_becomes(vm, 0), "the line is lowered\n");
	for (i = 0; i < 1001; i++)
		reg_write(vm, 0, KFUNCS_LINE, !(i % 2));
	ksft_test_result(level_becomes(vm, 1), "the line has the last of many levels\n");
	ksft_test_result(bpf_detach(&host), "a device with a high line is detached\n");
	ksft_test_result(level_becomes(vm, 0), "detach lowers the line\n");
}

/* The loader is killed, and then the VM is destroyed. */
static void test_destroyed(struct vm *vm)
{
	struct bpf_host host;

	ksft_test_result(bpf_attach_plain(&host, DEVICE("kfuncs")) && !set_line(vm, 1) &&
			 level_becomes(vm, 1), "a device is attached and raises its line\n");
	kill(host.pid, SIGKILL);
	waitpid(host.pid, NULL, 0);
	ksft_test_result(level_becomes(vm, 0), "the line is lowered when the loader is killed\n");
	close(host.out);
}

int main(void)
{
	struct vm vm;

	ksft_print_header();
	bpf_needs(DEVICE("kfuncs"));
	ksft_set_plan(NR_TESTS);

	test_without();
	vm_create_prepared(&vm, 0, irqchip_prepare);
	irqchip_start(&vm);
	test_with(&vm);
	test_destroyed(&vm);
	vm_destroy(&vm);
	ksft_finished();
}

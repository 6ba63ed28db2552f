// SPDX-License-Identifier: GPL-2.0
/*
 * The kfuncs that devices in BPF can call, and accesses of all widths.
 *
 * needs: host-bpf full
 */
#include <linux/sched/types.h>

#include "devices/kfuncs.h"
#include "lib.h"
#include "selftests/host/driver.h"

#define NR_TESTS	27
#define GUEST_OFFSET	0x4000
#define CLAMP_MAX	1000

static __u32 err(struct vm *vm, __u64 offset, __u32 value)
{
	reg_write(vm, 0, offset, value);
	return -reg_read(vm, 0, offset);
}

static bool err_is(struct vm *vm, __u64 offset, __u32 value, __u32 want)
{
	__u32 is = err(vm, offset, value);

	if (is != want)
		ksft_print_msg("register 0x%llx: %s, not %s\n", (unsigned long long)offset,
			       strerror(is), strerror(want));
	return is == want;
}

static __u64 wide(struct vm *vm, enum vm_op op, __u64 offset)
{
	struct vm_step step = { .op = op, .addr = VM_DEVICE + offset };

	vm_must(vm_do(vm, 0, &step), "the access went to the VMM");
	return step.value;
}

static void test_access(struct vm *vm)
{
	ksft_test_result(wide(vm, VM_READ8, KFUNCS_LEN) == 0x01,
			 "a device in BPF gets a read of 8 bits\n");
	ksft_test_result(wide(vm, VM_READ16, KFUNCS_LEN) == 0x0202,
			 "a device in BPF gets a read of 16 bits\n");
	ksft_test_result(wide(vm, VM_READ32, KFUNCS_LEN) == 0x04040404,
			 "a device in BPF gets a read of 32 bits\n");
	/* The guest on x86 returns the lower half. */
	ksft_test_result((__u32)wide(vm, VM_READ64, KFUNCS_LEN) == 0x08080808,
			 "a device in BPF gets a read of 64 bits\n");
	ksft_test_result(wide(vm, VM_READ8, KFUNCS_WIDE) == 0x88 &&
			 wide(vm, VM_READ16, KFUNCS_WIDE) == 0x7788 &&
			 wide(vm, VM_READ32, KFUNCS_WIDE) == 0x55667788,
			 "a narrow read gets the low bytes of the value\n");
}

static void test_vcpu(struct vm *vm)
{
	ksft_test_result(reg_is(vm, 0, KFUNCS_VCPU_ID, 0) && reg_is(vm, 1, KFUNCS_VCPU_ID, 1),
			 "bpf_kvm_pv_vcpu_id() returns the id of the vCPU\n");
	ksft_test_result(reg_is(vm, 0, KFUNCS_OWN_ID, 0) && reg_is(vm, 1, KFUNCS_OWN_ID, 1),
			 "an access has the id of the vCPU\n");
	ksft_test_result(reg_is(vm, 0, KFUNCS_KVM_ID, 0) && reg_is(vm, 1, KFUNCS_KVM_ID, 1),
			 "KVM's structure has the id of the vCPU\n");
	ksft_test_result(reg_is(vm, 0, KFUNCS_INITS, 1), "init() is called once\n");
}

static void test_host(struct vm *vm)
{
	__u32 capacity = reg_read(vm, 0, KFUNCS_CAPACITY);

	ksft_test_result(capacity && capacity <= 1024,
			 "bpf_kvm_pv_capacity() returns at most 1024: %u\n", capacity);
	if (driver_policy(0, "min")) {
		ksft_test_result_skip("bpf_kvm_pv_freq(): the host has a cpufreq driver\n");
		ksft_test_result_skip("bpf_kvm_pv_freq_max(): the host has a cpufreq driver\n");
		ksft_test_result_skip("no cpufreq driver: the host has one\n");
		return;
	}

	vm_must(driver_load(""), "cpufreq driver");
	driver_set(0, MIN);
	driver_set(1, MIN);
	ksft_test_result(reg_becomes(vm, 0, KFUNCS_FREQ, MIN),
			 "bpf_kvm_pv_freq() returns the frequency\n");
	ksft_test_result(reg_is(vm, 0, KFUNCS_FREQ_MAX, MAX),
			 "bpf_kvm_pv_freq_max() returns the maximum\n");
	vm_must(driver_unload(), "rmmod of the cpufreq driver");
	ksft_test_result(reg_becomes(vm, 0, KFUNCS_FREQ, 0) && reg_is(vm, 0, KFUNCS_FREQ_MAX, 0),
			 "both frequencies are 0 without a driver\n");
}

/* Returns the clamp of this thread, which runs the vCPU, or a negative errno. */
static int clamp_is(void)
{
	struct sched_attr attr = { };

	if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0))
		return -errno;
	return attr.sched_util_min;
}

static bool clamp_becomes(int want)
{
	int ms;

	for (ms = 0; ms < 5000 && clamp_is() != want; ms += 10)
		usleep(10000);
	if (clamp_is() != want)
		ksft_print_msg("uclamp.min is %d, not %d\n", clamp_is(), want);
	return clamp_is() == want;
}

static void test_clamp(struct vm *vm)
{
	__u32 is;

	ksft_test_result(err_is(vm, KFUNCS_CLAMP, 1, EINVAL),
			 "bpf_kvm_pv_set_clamp() rejects a maximum of 0\n");
	reg_write(vm, 0, KFUNCS_CLAMP_MAX, CLAMP_MAX);
	is = err(vm, KFUNCS_CLAMP, CLAMP_MAX + 1);
	ksft_test_result(is == EINVAL,
			 "bpf_kvm_pv_set_clamp() rejects a value beyond the maximum\n");

	is = err(vm, KFUNCS_CLAMP, CLAMP_MAX / 2);
	if (is == EOPNOTSUPP && clamp_is() == 0) {
		ksft_test_result_skip("bpf_kvm_pv_set_clamp(): no CONFIG_UCLAMP_TASK\n");
		ksft_test_result_skip("bpf_kvm_pv_set_clamp(0): no CONFIG_UCLAMP_TASK\n");
		return;
	}
	ksft_test_result(!is && clamp_becomes(512),
			 "bpf_kvm_pv_set_clamp() sets a clamp\n");
	ksft_test_result(err_is(vm, KFUNCS_CLAMP, 0, 0) && clamp_becomes(0),
			 "bpf_kvm_pv_set_clamp() removes a clamp\n");
}

static void gpa(struct vm *vm, __u64 gpa)
{
	reg_write(vm, 0, KFUNCS_GPA_LO, gpa);
	reg_write(vm, 0, KFUNCS_GPA_HI, gpa >> 32);
}

static __u32 memory(const struct vm *vm, size_t offset)
{
	return __atomic_load_n((__u32 *)(vm->mem + offset), __ATOMIC_RELAXED);
}

static void test_guest(struct vm *vm)
{
	gpa(vm, VM_MEM_BASE + GUEST_OFFSET);
	ksft_test_result(err_is(vm, KFUNCS_GUEST, 0x12345678, 0) &&
			 memory(vm, GUEST_OFFSET) == 0x12345678 && !memory(vm, GUEST_OFFSET + 4),
			 "bpf_kvm_pv_write_guest() writes a number into memory\n");
	gpa(vm, VM_MEM_BASE + VM_MEM_SIZE);
	ksft_test_result(err_is(vm, KFUNCS_GUEST, 1, EFAULT),
			 "bpf_kvm_pv_write_guest() rejects an address without memory\n");
	gpa(vm, VM_MEM_BASE + VM_MEM_SIZE - 2);
	ksft_test_result(err_is(vm, KFUNCS_GUEST, 1, EFAULT),
			 "bpf_kvm_pv_write_guest() rejects a number across the end of memory\n");
	gpa(vm, ~0ULL);
	ksft_test_result(err_is(vm, KFUNCS_GUEST, 1, EFAULT),
			 "bpf_kvm_pv_write_guest() rejects the last address\n");
	gpa(vm, VM_DEVICE);
	ksft_test_result(err_is(vm, KFUNCS_GUEST, 1, EFAULT),
			 "bpf_kvm_pv_write_guest() rejects the address of the device\n");
	gpa(vm, VM_MEM_BASE + VM_RO_OFFSET);
	ksft_test_result(err_is(vm, KFUNCS_GUEST, 1, EFAULT) && !memory(vm, VM_MEM_SIZE),
			 "bpf_kvm_pv_write_guest() rejects read-only memory\n");
}

static void test_line(struct vm *vm)
{
	__u32 device = reg_read(vm, 0, KFUNCS_DEVICE);

	ksft_test_result(err_is(vm, KFUNCS_LINE, 1, ENXIO),
			 "bpf_kvm_pv_set_line() rejects a device without a line\n");
	reg_write(vm, 0, KFUNCS_FOREIGN, device + 1);
	ksft_test_result(reg_is(vm, 0, KFUNCS_LINE, -ENOENT),
			 "bpf_kvm_pv_set_line() rejects a device that does not exist\n");
}

int main(void)
{
	static const char * const no_line[] = { "--irq", "0", NULL };
	struct bpf_host host;
	struct vm vm;

	ksft_print_header();
	bpf_needs(DEVICE("kfuncs"));
	ksft_set_plan(NR_TESTS);
	vm_create(&vm);
	ksft_test_result(bpf_attach(&host, DEVICE("kfuncs"), no_line),
			 "a device in BPF is attached\n");

	test_access(&vm);
	test_vcpu(&vm);
	test_host(&vm);
	test_clamp(&vm);
	test_guest(&vm);
	test_line(&vm);

	ksft_test_result(bpf_detach(&host), "a device in BPF is detached\n");
	vm_destroy(&vm);
	ksft_finished();
}

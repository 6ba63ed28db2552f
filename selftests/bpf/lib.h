/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions for tests of devices in BPF: accesses of a guest, and replacement of objects.
 */
#ifndef _SELFTESTS_BPF_LIB_H
#define _SELFTESTS_BPF_LIB_H

#include <pv/vcpufreq.h>

#include "selftests/host/bpf.h"
#include "selftests/host/vm.h"

#define MIN	600000
#define MID	1200000
#define MAX	1800000

#define MODULE		"kvm_pv_bpf"
#define VCPUFREQ	BPF_OBJECTS "/vcpufreq.bpf.o"
#define DEVICE(name)	"devices/" name ".bpf.o"

/* Base of the values of other.bpf.c */
#define OTHER		0xbeef0000

/* Value that the VMM of the test returns for a read */
#define VMM_READS		0xffffffff

static inline __u32 reg_read(struct vm *vm, int vcpu, __u64 offset)
{
	struct vm_step step = { .op = VM_READ32, .addr = VM_DEVICE + offset };

	vm_do(vm, vcpu, &step);
	return step.value;
}

/* Returns true if the host handled the write. */
static inline bool reg_write(struct vm *vm, int vcpu, __u64 offset, __u32 value)
{
	struct vm_step step = { .op = VM_WRITE32, .addr = VM_DEVICE + offset, .value = value };

	return vm_do(vm, vcpu, &step);
}

static inline bool reg_is(struct vm *vm, int vcpu, __u64 offset, __u32 value)
{
	__u32 is = reg_read(vm, vcpu, offset);

	if (is != value)
		ksft_print_msg("vCPU %d, register 0x%llx: 0x%x, not 0x%x\n", vcpu,
			       (unsigned long long)offset, is, value);
	return is == value;
}

/* Returns true if the register gets @value within the time-out. */
static inline bool reg_becomes(struct vm *vm, int vcpu, __u64 offset, __u32 value)
{
	int ms;

	for (ms = 0; ms < BPF_TIMEOUT_MS; ms += 10) {
		if (reg_read(vm, vcpu, offset) == value)
			return true;
		usleep(10000);
	}
	return reg_is(vm, vcpu, offset, value);
}

/* Copies an object to @to, which is replaced atomically. */
static inline void object_put(const char *from, const char *to)
{
	char buf[4096], part[256];
	int in, out;
	ssize_t len;

	snprintf(part, sizeof(part), "%s.part", to);
	in = open(from, O_RDONLY | O_CLOEXEC);
	vm_must(in >= 0, from);
	out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	vm_must(out >= 0, part);
	while ((len = read(in, buf, sizeof(buf))) > 0)
		vm_must(write(out, buf, len) == len, part);
	close(in);
	close(out);
	vm_must(!rename(part, to), to);
}

/* Returns whether pvhost reports that object @from, now in file @to, replaces the device. */
static inline bool object_replace(const struct bpf_host *host, const char *from, const char *to)
{
	char line[512];

	object_put(from, to);
	vm_must(!kill(host->pid, SIGHUP), "SIGHUP");
	while (bpf_line(host, line, sizeof(line))) {
		if (strstr(line, ": replaced"))
			return true;
		if (strstr(line, "stays as it was"))
			return false;
		ksft_print_msg("%s\n", line);
	}
	ksft_print_msg("pvhost has closed its output\n");
	return false;
}

#endif /* _SELFTESTS_BPF_LIB_H */

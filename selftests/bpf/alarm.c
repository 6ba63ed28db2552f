// SPDX-License-Identifier: GPL-2.0
/*
 * The alarm of pl031.bpf.o, and of a host with a clock that is set past the alarm.
 *
 * needs: host-bpf full
 */
#include <time.h>

#include "lib.h"

#define NR_TESTS	10
#define PL031		BPF_OBJECTS "/pl031.bpf.o"
#define AHEAD_S		1000

/* Registers of the PL031, ARM DDI 0224 */
#define DR		0x00
#define MR		0x04
#define RIS		0x14
#define ICR		0x1c

/* Sets an alarm in @seconds from now. */
static void set_alarm(struct vm *vm, int seconds)
{
	reg_write(vm, 0, MR, reg_read(vm, 0, DR) + seconds);
}

static bool stays(struct vm *vm, int seconds, __u32 ris)
{
	while (seconds-- && reg_is(vm, 0, RIS, ris))
		sleep(1);
	return reg_is(vm, 0, RIS, ris);
}

static void move_clock(int seconds)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_sec += seconds;
	vm_must(!clock_settime(CLOCK_REALTIME, &time), "clock_settime");
}

static void test_alarm(struct vm *vm)
{
	ksft_test_result(reg_is(vm, 0, RIS, 0), "no alarm is raised at first\n");
	set_alarm(vm, 2);
	ksft_test_result(reg_becomes(vm, 0, RIS, 1), "an alarm in 2 s is raised\n");
	reg_write(vm, 0, ICR, 1);
	ksft_test_result(stays(vm, 3, 0), "an acknowledged alarm stays low\n");
	set_alarm(vm, -2);
	ksft_test_result(stays(vm, 3, 0), "an alarm 2 s ago is not raised\n");
}

static void test_moved(struct vm *vm)
{
	__u32 before = reg_read(vm, 0, DR);

	set_alarm(vm, 3);
	move_clock(AHEAD_S);
	ksft_test_result(reg_read(vm, 0, DR) - before - AHEAD_S < 60,
			 "the clock of the device follows the host's clock\n");
	ksft_test_result(reg_becomes(vm, 0, RIS, 1),
			 "an alarm is raised when the host's clock is set past it\n");
	reg_write(vm, 0, ICR, 1);
	ksft_test_result(stays(vm, 3, 0),
			 "an alarm is raised once when the host's clock is set past it\n");
	set_alarm(vm, 2);
	ksft_test_result(reg_becomes(vm, 0, RIS, 1),
			 "a second alarm is raised after the host's clock was set\n");
	move_clock(-AHEAD_S);
}

int main(void)
{
	struct bpf_host host;
	struct vm vm;

	ksft_print_header();
	bpf_needs(PL031);
	ksft_set_plan(NR_TESTS);

	vm_create(&vm);
	ksft_test_result(bpf_attach_plain(&host, PL031), "the clock is attached\n");
	test_alarm(&vm);
	test_moved(&vm);
	ksft_test_result(bpf_detach(&host), "the clock is detached\n");
	vm_destroy(&vm);
	ksft_finished();
}

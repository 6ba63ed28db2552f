// SPDX-License-Identifier: GPL-2.0
/*
 * telemetry: a VM with telemetry of its exits, until SIGINT.
 */
#include <signal.h>

#include "../host/shared.h"

static void on_interrupt(int signal)
{
}

int main(void)
{
	struct shared shared = { .pv = pv_open() };
	struct kvm_pv_attach attach;
	sigset_t interrupt, before;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	vm_must(!sigprocmask(SIG_BLOCK, &interrupt, &before) &&
		signal(SIGINT, on_interrupt) != SIG_ERR, "SIGINT");

	vm_create(&shared.vm);
	attach = shared_attachment(&shared, NULL, KVM_PV_RECORD);
	attach.telemetry = KVM_PV_TELEMETRY_COUNTERS;
	shared_attach_as(&shared, &attach);
	puts("the host counts the exits of this VM");
	fflush(stdout);

	sigsuspend(&before);
	shared_destroy(&shared);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A process that has a VM, and sleeps: what pvhost.sh attaches to.
 */
#include "vm.h"

int main(void)
{
	struct vm vm;

	vm_create(&vm);
	for (;;)
		pause();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A process with a VM that sleeps; pvhost.sh and others attach it.
 */
#include "vm.h"

int main(void)
{
	struct vm vm;

	vm_create(&vm);
	for (;;)
		pause();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A process with a VM that sleeps; pvhost.sh and others attach it.  With VMM_SLOTS in the
 * environment it uses so many slot ids of KVM from the highest one down.
 */
#include "vm.h"

static void use_slots(struct vm *vm, unsigned int nr)
{
	__u32 slot = vm_top_slot(vm);
	unsigned int i;

	for (i = 0; i < nr; i++)
		vm_map(vm, slot - i, 0, VM_MEM_BASE + 0x200000ULL + i * VM_PAGE, vm->mem, VM_PAGE);
}

int main(void)
{
	const char *slots = getenv("VMM_SLOTS");
	struct vm vm;

	vm_create(&vm);
	if (slots)
		use_slots(&vm, atoi(slots));
	for (;;)
		pause();
}

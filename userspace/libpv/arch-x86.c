// SPDX-License-Identifier: GPL-2.0
/*
 * x86: the hypercalls of KVM, their results, and the CPUID instruction.
 *
 * The calls are those of Documentation/virt/kvm/x86/hypercalls.rst, without those of other
 * architectures, and without MMU_OP, which is deprecated and refused.  The result is RAX, a value
 * or a negative KVM_E* of linux/kvm_para.h.  Every process may execute CPUID.
 */
#include <cpuid.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <asm/kvm_para.h>
#include <linux/kvm_para.h>
#include <pv/hypercall.h>

#include "libpv.h"
#include "drivers/hypervisor/detect.h"

static const struct pv_call kvm_calls[] = {
	{ KVM_HC_VAPIC_POLL_IRQ, "KVM_HC_VAPIC_POLL_IRQ", PV_CALL_UNANNOUNCED,
	  { "vapic_poll_irq" } },
	{ KVM_HC_KICK_CPU, "KVM_HC_KICK_CPU", KVM_FEATURE_PV_UNHALT,
	  { "kick_cpu" } },
	{ KVM_HC_CLOCK_PAIRING, "KVM_HC_CLOCK_PAIRING", PV_CALL_UNANNOUNCED,
	  { "clock_pairing" } },
	{ KVM_HC_SEND_IPI, "KVM_HC_SEND_IPI", KVM_FEATURE_PV_SEND_IPI,
	  { "send_ipi" } },
	{ KVM_HC_SCHED_YIELD, "KVM_HC_SCHED_YIELD", KVM_FEATURE_PV_SCHED_YIELD,
	  { "sched_yield" } },
	{ KVM_HC_MAP_GPA_RANGE, "KVM_HC_MAP_GPA_RANGE", KVM_FEATURE_HC_MAP_GPA_RANGE,
	  { "map_gpa_range" } },
};

/**
 * pv_calls_kvm - the hypercalls of KVM
 * @nr: out: how many
 *
 * Return: the table, in the order of the numbers.
 */
const struct pv_call *pv_calls_kvm(size_t *nr)
{
	*nr = ARRAY_SIZE(kvm_calls);
	return kvm_calls;
}

/**
 * pv_calls_standard - the calls that a standard assigns, whatever the hypervisor
 * @nr: out: how many
 *
 * Return: the table: none on x86.
 */
const struct pv_call *pv_calls_standard(size_t *nr)
{
	*nr = 0;
	return NULL;
}

/**
 * pv_calls_feature - name of a KVM feature bit of this architecture
 * @bit: any
 *
 * Return: the name, or NULL where the bit has none.
 */
const char *pv_calls_feature(unsigned int bit)
{
	return pv_kvm_feature_x86(bit);
}

const unsigned int pv_answer_registers = 1;

static const struct pv_refusal refusals[] = {
	{ -KVM_ENOSYS, "KVM_ENOSYS", "no such call" },
	{ -KVM_EPERM, "KVM_EPERM", "not allowed" },
	{ -PV_ENOENT, "PV_ENOENT", "no such vCPU" },
	{ -KVM_E2BIG, "KVM_E2BIG", "an argument is too big" },
	{ -KVM_EFAULT, "KVM_EFAULT", "no address of writable memory" },
	{ -KVM_EINVAL, "KVM_EINVAL", "an argument is not valid" },
	{ -KVM_EOPNOTSUPP, "KVM_EOPNOTSUPP", "not supported on this host" },
};

/* In the order of their encoding; RSP has a place of its own. */
static const char * const register_names[] = {
	"rax", "rcx", "rdx", "rbx", NULL, "rbp", "rsi", "rdi",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

/**
 * pv_answer_refusals - the ways to say no to a call
 * @nr: number of the call: they are the same for all here
 * @nr_refusals: out: how many
 *
 * Return: the table.
 */
const struct pv_refusal *pv_answer_refusals(__u64 nr, size_t *nr_refusals)
{
	*nr_refusals = ARRAY_SIZE(refusals);
	return refusals;
}

/**
 * pv_answer_status - the first register as a signed number
 * @nr: number of the call
 * @result: the register
 *
 * Return: the number.
 */
__s64 pv_answer_status(__u64 nr, __u64 result)
{
	return result;
}

/**
 * pv_answer_register - name of a register
 * @n: as in regs[] of struct pv_hypercall_vcpu_info; an answer begins with 0
 *
 * Return: the name, or NULL if register @n has no name.
 */
const char *pv_answer_register(unsigned int n)
{
	return n < ARRAY_SIZE(register_names) ? register_names[n] : NULL;
}

static void read_native(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	__cpuid_count(leaf, subleaf, regs->eax, regs->ebx, regs->ecx, regs->edx);
}

/**
 * pv_cpuid_native - detect the hypervisor of this machine from user space
 * @d: out: the result
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native(struct pv_detected *d)
{
	pv_cpuid_detect(read_native, NULL, d);
	return true;
}

/**
 * pv_cpuid_native_dump - read all leaves of this CPU
 * @dump: out: the leaves
 *
 * Return: true; false if the architecture has no CPUID instruction.
 */
bool pv_cpuid_native_dump(struct pv_cpuid_dump *dump)
{
	pv_cpuid_dump_make(read_native, NULL, dump);
	return true;
}

static sigjmp_buf no_xen;

static void on_sigill(int sig)
{
	siglongjmp(no_xen, 1);
}

/*
 * UD2 and "xen": Xen executes the CPUID instruction after this prefix for a PV domain.
 * On other machines UD2 raises SIGILL (xen/include/public/arch-x86/xen.h,
 * XEN_EMULATE_PREFIX).
 */
static void read_xen(void *ctx, __u32 leaf, __u32 subleaf, struct pv_cpuid_regs *regs)
{
	asm volatile(".byte 0x0f, 0x0b, 0x78, 0x65, 0x6e\n\tcpuid"
		     : "=a" (regs->eax), "=b" (regs->ebx), "=c" (regs->ecx), "=d" (regs->edx)
		     : "0" (leaf), "2" (subleaf));
}

/* Calls @use with @out unless this machine is not a Xen PV domain. */
static bool use_xen(void (*use)(void *out), void *out)
{
	struct sigaction action = { .sa_handler = on_sigill }, old;

	if (sigaction(SIGILL, &action, &old))
		return false;
	if (sigsetjmp(no_xen, 1)) {
		sigaction(SIGILL, &old, NULL);
		return false;
	}
	use(out);
	sigaction(SIGILL, &old, NULL);
	return true;
}

static void detect_xen(void *out)
{
	pv_cpuid_detect(read_xen, NULL, out);
}

static void dump_xen(void *out)
{
	pv_cpuid_dump_make(read_xen, NULL, out);
}

/**
 * pv_cpuid_xen - detect the hypervisor of a Xen PV domain, by Xen's own CPUID
 * @d: out: the result
 *
 * Only for programs with one thread: it replaces the handler of SIGILL temporarily.
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen(struct pv_detected *d)
{
	return use_xen(detect_xen, d);
}

/**
 * pv_cpuid_xen_dump - read all leaves that Xen provides to a PV domain
 * @dump: out: the leaves
 *
 * Only for programs with one thread: it replaces the handler of SIGILL temporarily.
 *
 * Return: true; false if this machine is not a Xen PV domain.
 */
bool pv_cpuid_xen_dump(struct pv_cpuid_dump *dump)
{
	return use_xen(dump_xen, dump);
}

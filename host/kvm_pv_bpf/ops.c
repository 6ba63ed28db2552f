// SPDX-License-Identifier: GPL-2.0
/*
 * The struct_ops type kvm_pv_mmio_ops, see mmio.h.
 *
 * The core serialises reg, update and unreg of a link; what they are given is the kernel's
 * copy of the struct, in which functions are trampolines and data is what we have put there.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/capability.h>
#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "kvm_pv_bpf.h"

/* BTF of this module; NULL: it has none that the kernel takes */
static struct btf *kvm_pv_bpf_btf;

/* Members that are no functions, by their offsets */
static const u32 kvm_pv_bpf_data[] = {
	[offsetof(struct kvm_pv_mmio_ops, vm_fd)] = sizeof(s32),
	[offsetof(struct kvm_pv_mmio_ops, irq)] = sizeof(u32),
	[offsetof(struct kvm_pv_mmio_ops, base)] = sizeof(u64),
	[offsetof(struct kvm_pv_mmio_ops, size)] = sizeof(u64),
	[offsetof(struct kvm_pv_mmio_ops, name)] = sizeof_field(struct kvm_pv_mmio_ops, name),
};

static int kvm_pv_bpf_btf_init(struct btf *btf)
{
	kvm_pv_bpf_btf = btf;
	return 0;
}

/* Is it a program for one of our devices? */
bool kvm_pv_bpf_ops_own(const struct bpf_prog *prog)
{
	return prog->type == BPF_PROG_TYPE_STRUCT_OPS && prog->aux->attach_btf == kvm_pv_bpf_btf;
}

static int kvm_pv_bpf_init_member(const struct btf_type *t, const struct btf_member *member,
				  void *kdata, const void *udata)
{
	u32 offset = __btf_member_bit_offset(t, member) / BITS_PER_BYTE;

	if (offset >= ARRAY_SIZE(kvm_pv_bpf_data) || !kvm_pv_bpf_data[offset])
		return 0;

	memcpy(kdata + offset, udata + offset, kvm_pv_bpf_data[offset]);
	return 1;
}

static bool kvm_pv_bpf_name_valid(const char *name, size_t size)
{
	size_t len = strnlen(name, size);

	if (!len || len == size)
		return false;
	while (len--) {
		if (!isgraph(name[len]))
			return false;
	}

	return true;
}

static int kvm_pv_bpf_validate(void *kdata)
{
	const struct kvm_pv_mmio_ops *ops = kdata;

	if (!kvm_pv_bpf_name_valid(ops->name, sizeof(ops->name))) {
		pr_info_ratelimited("a device needs a name of 1 to %zu visible characters\n",
				    sizeof(ops->name) - 1);
		return -EINVAL;
	}
	if (!ops->read || !ops->write) {
		pr_info_ratelimited("%s: a device needs both read and write\n", ops->name);
		return -EINVAL;
	}
	/* The bus counts by int. */
	if (!ops->size || ops->size > INT_MAX || !IS_ALIGNED(ops->size, SZ_4K) ||
	    !IS_ALIGNED(ops->base, SZ_4K) || ops->base > U64_MAX - ops->size) {
		pr_info_ratelimited("%s: base %#llx, size %#llx: take multiples of 4096\n",
				    ops->name, ops->base, ops->size);
		return -EINVAL;
	}

	return 0;
}

static int kvm_pv_bpf_reg(void *kdata, struct bpf_link *link)
{
	const struct kvm_pv_mmio_ops *ops = kdata;

	if (!link) {
		pr_info_ratelimited("%s: a device comes by a link: BPF_F_LINK, .struct_ops.link\n",
				    ops->name);
		return -EOPNOTSUPP;
	}
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	return kvm_pv_bpf_device_add(ops, link);
}

static int kvm_pv_bpf_update(void *kdata, void *old_kdata, struct bpf_link *link)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	return kvm_pv_bpf_device_replace(kdata, link);
}

static void kvm_pv_bpf_unreg(void *kdata, struct bpf_link *link)
{
	if (link)
		kvm_pv_bpf_device_remove(kdata, link);
}

/* The arguments are read by 8 bytes, and nothing is written. */
static bool kvm_pv_bpf_is_valid_access(int off, int size, enum bpf_access_type type,
				       const struct bpf_prog *prog,
				       struct bpf_insn_access_aux *info)
{
	if (off < 0 || off >= sizeof(u64) * MAX_BPF_FUNC_ARGS)
		return false;
	if (type != BPF_READ || off % size)
		return false;

	return btf_ctx_access(off, size, type, prog, info);
}

static const struct bpf_verifier_ops kvm_pv_bpf_verifier_ops = {
	.get_func_proto		= bpf_base_func_proto,
	.is_valid_access	= kvm_pv_bpf_is_valid_access,
};

/* Of each member that a program may implement: its type, for control-flow integrity. */
static int kvm_pv_bpf_stub_init(u32 device)
{
	return 0;
}

static u64 kvm_pv_bpf_stub_read(struct kvm_pv_mmio *mmio)
{
	return 0;
}

static void kvm_pv_bpf_stub_write(struct kvm_pv_mmio *mmio)
{
}

static void kvm_pv_bpf_stub_exit(u32 device)
{
}

static struct kvm_pv_mmio_ops kvm_pv_bpf_stubs = {
	.init	= kvm_pv_bpf_stub_init,
	.read	= kvm_pv_bpf_stub_read,
	.write	= kvm_pv_bpf_stub_write,
	.exit	= kvm_pv_bpf_stub_exit,
};

/* Without a check_member any member may be sleepable. */
static struct bpf_struct_ops kvm_pv_bpf_ops = {
	.verifier_ops	= &kvm_pv_bpf_verifier_ops,
	.init		= kvm_pv_bpf_btf_init,
	.init_member	= kvm_pv_bpf_init_member,
	.validate	= kvm_pv_bpf_validate,
	.reg		= kvm_pv_bpf_reg,
	.unreg		= kvm_pv_bpf_unreg,
	.update		= kvm_pv_bpf_update,
	.cfi_stubs	= &kvm_pv_bpf_stubs,
	.owner		= THIS_MODULE,
	.name		= "kvm_pv_mmio_ops",
};

/*
 * Where a module has no BTF, or one that the kernel does not take, the registration says
 * that all is well and does nothing.
 */
int __init kvm_pv_bpf_ops_init(void)
{
	int err;

	err = register_bpf_struct_ops(&kvm_pv_bpf_ops, kvm_pv_mmio_ops);
	if (err)
		return err;
	if (!kvm_pv_bpf_btf) {
		pr_err("this module has no BTF that the kernel takes: build it with pahole and the vmlinux of this kernel\n");
		return -ENOENT;
	}

	return 0;
}

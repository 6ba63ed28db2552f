// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a VM: invalid arguments of save, and states that attach rejects.
 *
 * needs: host check
 */
#include "shared.h"

#define NR_TESTS	20
#define BAD_POINTER	0x10

static const __u32 one_domain[VM_NR_VCPUS] = { 0, 0 };

static void test_save_refused(void)
{
	struct {
		struct kvm_pv_state state;
		__u64 more;
	} larger[VM_NR_VCPUS];
	struct kvm_pv_save save = { };
	struct shared shared;

	shared_create(&shared, NULL);
	save.id = 77;
	ksft_test_result(pv_save(shared.pv, &save, NULL, 0) == ENOENT,
			 "save rejects an unknown id\n");
	save.id = shared.id;
	save.flags = 1;
	ksft_test_result(pv_save(shared.pv, &save, NULL, 0) == EINVAL,
			 "save rejects an unknown flag\n");
	save.flags = 0;
	save.reserved = 1;
	ksft_test_result(pv_save(shared.pv, &save, NULL, 0) == EINVAL,
			 "save rejects a reserved member that is not 0\n");
	save.reserved = 0;
	ksft_test_result(pv_save(shared.pv, &save, (void *)BAD_POINTER, 1) == EFAULT,
			 "save rejects an invalid address\n");
	ksft_test_result(!pv_save(shared.pv, &save, NULL, 0) && save.nr == VM_NR_VCPUS,
			 "save without states returns the number of CPUs\n");

	save.nr = 1;
	save.states = PTR(larger);
	save.state_size = sizeof(larger[0].state) - 1;
	ksft_test_result(ioctl(shared.pv, KVM_PV_SAVE, &save) && errno == EINVAL,
			 "save rejects a state size below the first version's\n");
	save.state_size = 1 << 30;
	ksft_test_result(ioctl(shared.pv, KVM_PV_SAVE, &save) && errno == E2BIG,
			 "save rejects a state size of 1 GiB\n");
	save.state_size = sizeof(larger[0]);
	memset(larger, 0xff, sizeof(larger));
	ksft_test_result(!ioctl(shared.pv, KVM_PV_SAVE, &save) && !larger[0].state.sel &&
			 !larger[0].more && larger[1].more == ~0ULL,
			 "save clears members that a newer program knows\n");
	shared_destroy(&shared);
}

/* One member of a valid attachment, or of a valid state, is replaced. */
static void refused(struct shared *shared, const struct kvm_pv_attach *attach, int err,
		    const char *name)
{
	struct kvm_pv_attach copy = *attach;
	int is = pv_attach(shared->pv, &copy);

	if (is != err)
		ksft_print_msg("%s, not %s\n", strerror(is), strerror(err));
	ksft_test_result(is == err && !pv_nr_attached(shared->pv), "%s\n", name);
}

static void test_refused(void)
{
	struct kvm_pv_attach good, bad;
	struct shared_saved saved, kept;
	struct shared shared;
	struct {
		struct kvm_pv_state state;
		__u64 more;
	} larger[VM_NR_VCPUS] = { };

	shared_create(&shared, one_domain);
	shared_on(&shared, 0);
	shared_on(&shared, 1);
	shared_save(&shared, &saved);
	pv_detach(shared.pv, shared.id);
	kept = saved;
	good = shared_attachment(&shared, one_domain, KVM_PV_RECORD);
	good.states = PTR(saved.states);
	good.state_size = sizeof(saved.states[0]);

	bad = good;
	bad.reserved = 1;
	refused(&shared, &bad, EINVAL, "attach rejects a reserved member that is not 0");
	bad = good;
	bad.states = BAD_POINTER;
	refused(&shared, &bad, EFAULT, "attach rejects states at an invalid address");
	bad.states = 0;
	refused(&shared, &bad, EINVAL, "attach rejects a state size without states");
	bad = good;
	bad.state_size--;
	refused(&shared, &bad, EINVAL, "attach rejects a state size below the first version's");
	bad.state_size = 1 << 30;
	refused(&shared, &bad, E2BIG, "attach rejects a state size of 1 GiB");
	bad.states = PTR(larger);
	bad.state_size = sizeof(larger[0]);
	larger[1].more = 1;
	refused(&shared, &bad, E2BIG, "attach rejects states with members of a newer kernel");
	bad = good;
	bad.ceiling = MAX + 1;
	refused(&shared, &bad, ERANGE, "attach rejects a cap beyond the table");

	saved.states[1].record += 4;
	refused(&shared, &good, EINVAL, "attach rejects a record that is not aligned");
	saved = kept;
	saved.states[1].record_vcpu_id = 0;
	refused(&shared, &good, EINVAL, "attach rejects two records of one vCPU");
	saved = kept;
	saved.states[1].request = MID;
	refused(&shared, &good, EINVAL, "attach rejects two requests of one domain");
	saved = kept;
	saved.states[1].vcpu_id = 1;
	refused(&shared, &good, EINVAL,
		"attach rejects two vCPUs with the last request of one domain");
	saved = kept;
	ksft_test_result(!pv_attach(shared.pv, &good), "attach accepts the unmodified state\n");
	shared.id = good.id;
	shared_destroy(&shared);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(NR_TESTS);

	test_save_refused();
	test_refused();

	ksft_finished();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Parameter enabled of kvm_pv: what is inert while it is off, and what is restored, on a host with
 * a cpufreq driver that is a test double.
 *
 * needs: host check each-kernel
 */
#include <pthread.h>

#include "driver.h"
#include "pin.h"
#include "shared.h"

#define NR_TESTS	33
#define NR_TOGGLES	20

static const __u32 one_domain[VM_NR_VCPUS] = { 3, 3 };
static atomic_bool stop;
static atomic_bool failed;
static atomic_uint nr_attached;

/* Returns 0, or an errno. */
static char enabled(void)
{
	int fd = open(PV_ENABLED, O_RDONLY | O_CLOEXEC);
	char value;

	vm_must(fd >= 0 && read(fd, &value, 1) == 1, PV_ENABLED);
	close(fd);
	return value;
}

static bool function_is_hooked(const char *name)
{
	FILE *functions = fopen("/sys/kernel/tracing/enabled_functions", "re");
	char line[256];
	bool found = false;

	vm_must(functions, "enabled_functions of tracefs");
	while (!found && fgets(line, sizeof(line), functions))
		found = !strncmp(line, name, strlen(name)) && line[strlen(name)] == ' ';
	fclose(functions);
	return found;
}

static bool handler_is_hooked(void)
{
	return function_is_hooked("kvm_emulate_hypercall") ||
	       function_is_hooked("kvm_smccc_call_handler") ||
	       function_is_hooked("kvm_hvc_call_handler");
}

static bool vcpus_are_hooked(void)
{
	return function_is_hooked("kvm_arch_vcpu_load") && function_is_hooked("kvm_arch_vcpu_put");
}

static bool host_answers(struct shared *shared)
{
	struct vm_step step = { .op = VM_CALL, .value = PV_HC_NOP };

	vm_do(&shared->vm, 0, &step);
	return step.value == 0;
}

static void create(struct shared *shared, const __u32 *domains, __u32 backend)
{
	shared->pv = pv_open();
	shared_await_no_hooks(shared->pv);
	vm_create(&shared->vm);
	shared_attach_to(shared, domains, backend);
}

static void test_disable(struct shared *shared)
{
	ksft_test_result(enabled() == 'Y', "kvm_pv is enabled by default\n");
	vm_must(shared_hooked(shared) && driver_soon(0, MID), "a request that is applied");
	shared_request(shared, 0, MID);
	vm_must(vcpus_are_hooked() && handler_is_hooked() && host_answers(shared), "hooks");
	ksft_test_result(pv_set_enabled("x") == EINVAL && enabled() == 'Y' && vcpus_are_hooked(),
			 "an invalid value is rejected and changes nothing\n");

	ksft_test_result(!pv_set_enabled("0") && enabled() == 'N', "kvm_pv can be disabled\n");
	ksft_test_result(driver_soon(0, MIN), "disable removes the constraint\n");
	ksft_test_result(!shared_has_hooks(), "disable removes the hooks of vCPUs\n");
	ksft_test_result(!handler_is_hooked(), "disable removes the hook of hypercalls\n");
	ksft_test_result(!host_answers(shared), "KVM answers hypercalls while disabled\n");
	ksft_test_result(pv_nr_attached(shared->pv) == 1 &&
			 shared_listed(shared).flags & KVM_PV_HYPERCALLS,
			 "a VM stays attached with its options while disabled\n");
	ksft_test_result(!pv_set_enabled("0") && enabled() == 'N', "disable can be repeated\n");
}

static void test_disabled(struct shared *shared)
{
	struct kvm_pv_cpu before = shared_stats(shared, 0), after;

	shared_request(shared, 0, MAX);
	after = shared_stats(shared, 0);
	ksft_test_result(after.requests == before.requests + 1 && after.request == MAX,
			 "a request is accepted and stored while disabled\n");
	ksft_test_result(shared_is(shared, 0, MID, MAX) && shared_is(shared, 1, MID, MAX),
			 "a request is not written to the records while disabled\n");
	ksft_test_result(shared_read(shared, 0, PV_FREQ_PERFTBL_LEN) == 3 &&
			 shared_read(shared, 0, PV_FREQ_PERF_DOMAIN) == one_domain[0],
			 "registers answer reads while disabled\n");
	ksft_test_result(!pv_cap(shared->pv, shared->id, MID) &&
			 shared_listed(shared).cap == MID && shared_is(shared, 0, MID, MAX),
			 "a cap is stored and not written to the records while disabled\n");
	ksft_test_result(driver_stays(0, MIN) &&
			 shared_stats(shared, 0).applied == before.applied,
			 "no request is applied while disabled\n");
	ksft_test_result(!vcpus_are_hooked(), "a request sets no hook while disabled\n");
}

static void test_enable(struct shared *shared)
{
	ksft_test_result(!pv_set_enabled("1") && enabled() == 'Y', "kvm_pv can be enabled\n");
	ksft_test_result(shared_is(shared, 0, MID, MID) && shared_is(shared, 1, MID, MID),
			 "enable writes the last request and cap to all records\n");
	ksft_test_result(driver_soon(0, MID),
			 "enable applies the last request up to the last cap\n");
	ksft_test_result(vcpus_are_hooked() && handler_is_hooked(), "enable restores the hooks\n");
	ksft_test_result(host_answers(shared), "enable restores the answers of hypercalls\n");

	vm_must(!pv_cap(shared->pv, shared->id, MAX) && driver_soon(0, MAX), "the highest cap");
	vm_must(!pv_set_enabled("0"), "disable");
	shared_post(shared, 0, MID);
	shared_run(shared, 0);
	ksft_test_result(shared_stats(shared, 0).request == MAX,
			 "a request in the record is not accepted while disabled\n");
	ksft_test_result(!pv_set_enabled("1") && shared_is(shared, 0, MID, MAX) &&
			 driver_soon(0, MID),
			 "enable applies the last request in the record\n");
	shared_post(shared, 0, MAX);
	shared_run(shared, 0);
	ksft_test_result(driver_soon(0, MAX), "requests in the record are accepted after enable\n");
}

/* A VM without a constraint, next to the first VM */
static void test_attach(struct shared *shared)
{
	struct shared other;

	vm_must(!pv_set_enabled("0"), "disable");
	other.pv = pv_open();
	vm_create(&other.vm);
	shared_attach_to(&other, one_domain, KVM_PV_FREQ_QOS);
	shared_request(&other, 0, MAX);
	ksft_test_result(shared_is(&other, 0, MAX, MAX) && driver_stays(0, MIN) &&
			 !host_answers(&other),
			 "a VM that is attached while disabled is inert\n");
	shared_detach(shared);
	ksft_test_result(pv_nr_attached(other.pv) == 1, "a VM is detached while disabled\n");
	ksft_test_result(!pv_set_enabled("1") && driver_soon(0, MAX) && host_answers(&other) &&
			 vcpus_are_hooked(),
			 "enable applies the requests of a VM that was attached while disabled\n");
	shared_destroy(&other);
	vm_must(driver_soon(0, MIN), "end of the other VM");
	shared_attach_to(shared, one_domain, KVM_PV_FREQ_QOS);
}

/* Sends requests by the register and by the record; an access must not exit to the VMM. */
static void *sender(void *arg)
{
	struct shared *shared = arg;
	int i;

	for (i = 0; !stop; i++) {
		struct vm_step step = {
			.op = VM_WRITE32, .value = MIN + i % (MAX - MIN),
			.addr = VM_DEVICE + i % 2 * PV_FREQ_STRIDE + PV_FREQ_SET_PERF,
		};

		shared_post(shared, 0, step.value);
		if (!vm_do(&shared->vm, 1, &step))
			failed = true;
		shared_run(shared, 1);
	}

	return NULL;
}

static void *attacher(void *unused)
{
	while (!stop) {
		struct shared other = { .pv = pv_open() };
		struct kvm_pv_attach attach;

		vm_create(&other.vm);
		attach = shared_attachment(&other, one_domain, KVM_PV_FREQ_QOS);
		vm_must(!pv_attach(other.pv, &attach), "KVM_PV_ATTACH under load");
		other.id = attach.id;
		shared_write(&other, 0, PV_FREQ_SET_PERF, MAX);
		/* Every second VM ends while it is attached. */
		if (nr_attached++ % 2)
			shared_detach(&other);
		vm_destroy(&other.vm);
		close(other.pv);
	}

	return NULL;
}

static bool soon_alone(struct shared *shared)
{
	int i;

	for (i = 0; i < 500 && pv_nr_attached(shared->pv) > 1; i++)
		usleep(10000);
	return pv_nr_attached(shared->pv) == 1;
}

static void test_load(struct shared *shared)
{
	pthread_t threads[2];
	bool toggled = true;
	int i;

	vm_must(!pthread_create(&threads[0], NULL, sender, shared) &&
		!pthread_create(&threads[1], NULL, attacher, NULL), "threads");
	for (i = 0; i < NR_TOGGLES || nr_attached < 10; i++) {
		toggled &= !pv_set_enabled(i % 2 ? "1" : "0");
		usleep(i % 7 * 1000);
	}
	toggled &= !pv_set_enabled("0");
	ksft_test_result(toggled, "kvm_pv can be enabled and disabled under load\n");
	ksft_test_result(!shared_has_hooks() && !handler_is_hooked() && driver_stays(0, MIN),
			 "nothing is applied and no hook is set under load while disabled\n");
	stop = true;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	ksft_print_msg("%u VMs were attached\n", nr_attached);
	ksft_test_result(!failed && soon_alone(shared),
			 "no access of a guest has failed under load\n");

	shared_request_from(shared, 1, 0, MID);
	ksft_test_result(!pv_set_enabled("1") && shared_is(shared, 0, MID, MAX) &&
			 shared_is(shared, 1, MID, MAX) && driver_soon(0, MID),
			 "enable after load applies the last request\n");
}

static void test_reload(void)
{
	struct shared shared;

	vm_must(!pv_set_enabled("0"), "disable");
	ksft_test_result(pv_unloads(), "rmmod succeeds while disabled\n");

	vm_must(!pv_load_with("enabled=0"), "insmod kvm_pv enabled=0");
	create(&shared, one_domain, KVM_PV_FREQ_QOS);
	shared_request(&shared, 0, MAX);
	ksft_test_result(enabled() == 'N' && driver_stays(0, MIN) && !host_answers(&shared) &&
			 !shared_has_hooks(), "the module can be loaded disabled\n");
	ksft_test_result(!pv_set_enabled("1") && driver_soon(0, MAX) && host_answers(&shared),
			 "a module that was loaded disabled is enabled\n");
	shared_destroy(&shared);
	vm_must(pv_unloads(), "rmmod");
}

int main(void)
{
	struct shared shared;

	ksft_print_header();
	if (driver_policy(0, "min"))
		ksft_exit_skip("this host has a cpufreq driver already\n");
	ksft_set_plan(NR_TESTS);

	/* Threads inherit this: only the policy of CPU 0 gets constraints. */
	pin(0, 0);
	create(&shared, one_domain, KVM_PV_RECORD);
	shared_detach(&shared);
	vm_must(driver_load(""), DRIVER ".ko");
	shared_attach_to(&shared, one_domain, KVM_PV_FREQ_QOS);
	test_disable(&shared);
	test_disabled(&shared);
	test_enable(&shared);
	test_attach(&shared);
	test_load(&shared);
	shared_destroy(&shared);
	test_reload();
	vm_must(driver_unload(), "rmmod " DRIVER);

	ksft_finished();
}

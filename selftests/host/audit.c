// SPDX-License-Identifier: GPL-2.0
/*
 * Audit records of attach, detach, caps, levels of telemetry and of the end of a VM, which the test
 * receives as a reader of the kernel's audit log.
 *
 * needs: host full each-kernel
 */
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include "shared.h"

#define NR_TESTS	13
#define TIMEOUT_MS	5000

static int control, reader;

static int audit_socket(__u32 groups)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd < 0)
		return -1;
	vm_must(!bind(fd, (struct sockaddr *)&addr, sizeof(addr)), "bind of an audit socket");
	return fd;
}

static void audit_enable(__u32 on)
{
	struct {
		struct nlmsghdr header;
		struct audit_status status;
	} message = {
		.header = {
			.nlmsg_len = sizeof(message), .nlmsg_type = AUDIT_SET,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.status = { .mask = AUDIT_STATUS_ENABLED, .enabled = on },
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} reply = { };

	vm_must(send(control, &message, sizeof(message), 0) == sizeof(message) &&
		recv(control, &reply, sizeof(reply), 0) >= (ssize_t)sizeof(reply) &&
		reply.header.nlmsg_type == NLMSG_ERROR && !reply.error.error, "AUDIT_SET");
}

/* Returns the text of the next record of kvm_pv, or NULL after @timeout_ms. */
static const char *next_record(int timeout_ms)
{
	static char buffer[8192];
	struct pollfd wait = { .fd = reader, .events = POLLIN };
	char *text;
	ssize_t len;

	while (poll(&wait, 1, timeout_ms) == 1) {
		len = recv(reader, buffer, sizeof(buffer) - 1, 0);
		if (len < (ssize_t)NLMSG_HDRLEN)
			continue;
		buffer[len] = '\0';
		text = strstr(buffer + NLMSG_HDRLEN, "op=kvm_pv_");
		if (((struct nlmsghdr *)buffer)->nlmsg_type == AUDIT_KERNEL && text)
			return text;
	}
	return NULL;
}

/* Whether the next record has this text, the task of this process, and a result */
static bool records(const char *text, int res)
{
	const char *record = next_record(TIMEOUT_MS);
	char task[64], result[16];

	snprintf(task, sizeof(task), " pid=%d uid=%u auid=", getpid(), getuid());
	snprintf(result, sizeof(result), " res=%d", res);
	if (record && !strncmp(record, text, strlen(text)) && strstr(record, task) &&
	    strstr(record, result))
		return true;

	ksft_print_msg("%s, not %s%s...%s\n", record ? record : "no record", text, task, result);
	return false;
}

/* @vm: 0: the VM is not attached */
static bool records_attach(__u32 vm, __u32 level, int res)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "op=kvm_pv_attach vm=%u vm_pid=%d cpus=%d base=%#llx backend=0 flags=%#x cap=%d level=%u ",
		 vm, getpid(), VM_NR_VCPUS, (unsigned long long)VM_DEVICE, KVM_PV_HYPERCALLS, MAX,
		 level);
	return records(text, res);
}

static bool records_vm(const char *op, const struct shared *shared, const char *rest, int res)
{
	char text[128];

	snprintf(text, sizeof(text), "op=kvm_pv_%s vm=%u vm_pid=%d%s ", op, shared->id, getpid(),
		 rest);
	return records(text, res);
}

static void test_audit(struct shared *shared)
{
	struct kvm_pv_attach attach;

	shared_attach(shared, NULL);
	ksft_test_result(records_attach(shared->id, KVM_PV_TELEMETRY_OFF, 1),
			 "an attach is recorded\n");
	attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	vm_must(pv_attach(shared->pv, &attach) == EEXIST, "second attach");
	ksft_test_result(records_attach(0, KVM_PV_TELEMETRY_OFF, 0),
			 "an attach that fails is recorded\n");

	vm_must(!pv_cap(shared->pv, shared->id, MID), "KVM_PV_CAP");
	ksft_test_result(records_vm("cap", shared, " cap=1200000", 1), "a cap is recorded\n");
	vm_must(pv_cap(shared->pv, shared->id, 1) == ERANGE, "KVM_PV_CAP");
	ksft_test_result(records_vm("cap", shared, " cap=1", 0),
			 "a cap that is rejected is recorded\n");

	vm_must(pv_telemetry(shared->pv, shared->id, KVM_PV_TELEMETRY_COUNTERS) == EOPNOTSUPP,
		"KVM_PV_TELEMETRY");
	ksft_test_result(records_vm("telemetry", shared, " level=1", 0),
			 "a level of telemetry that is rejected is recorded\n");

	vm_must(!pv_set_enabled("0"), "enabled");
	ksft_test_result(records("op=kvm_pv_disable ", 1), "a disable is recorded\n");
	vm_must(!pv_set_enabled("1"), "enabled");
	ksft_test_result(records("op=kvm_pv_enable ", 1), "an enable is recorded\n");

	vm_must(!shared_detach(shared), "KVM_PV_DETACH");
	ksft_test_result(records_vm("detach", shared, "", 1), "a detach is recorded\n");
	ksft_test_result(!next_record(1000), "a detach is recorded once\n");

	attach = shared_attachment(shared, NULL, KVM_PV_RECORD);
	attach.telemetry = KVM_PV_TELEMETRY_EVENTS;
	shared_attach_as(shared, &attach);
	ksft_test_result(records_attach(shared->id, KVM_PV_TELEMETRY_EVENTS, 1),
			 "the level of telemetry of an attach is recorded\n");
	vm_must(!pv_telemetry(shared->pv, shared->id, KVM_PV_TELEMETRY_COUNTERS),
		"KVM_PV_TELEMETRY");
	ksft_test_result(records_vm("telemetry", shared, " level=1", 1),
			 "a level of telemetry is recorded\n");
	vm_destroy(&shared->vm);
	ksft_test_result(records_vm("end", shared, "", 1), "the end of a VM is recorded\n");
}

int main(void)
{
	struct shared shared;

	ksft_print_header();
	control = audit_socket(0);
	if (control < 0)
		ksft_exit_skip("this kernel has no audit: %s\n", strerror(errno));
	reader = audit_socket(1U << (AUDIT_NLGRP_READLOG - 1));
	vm_must(reader >= 0, "audit socket");
	ksft_set_plan(NR_TESTS);

	shared.pv = pv_open();
	shared_await_no_hooks(shared.pv);
	vm_create(&shared.vm);
	audit_enable(1);
	test_audit(&shared);

	audit_enable(0);
	vm_create(&shared.vm);
	shared_attach(&shared, NULL);
	shared_destroy(&shared);
	ksft_test_result(!next_record(1000), "nothing is recorded while audit is disabled\n");

	ksft_finished();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * pvhost run: which machines of QEMU get the description of the device to their guests.  The
 * answers of QEMU are written down here, and those of the QEMU of this system, if it is
 * installed, come from a stopped machine that TCG emulates.
 *
 * needs: native unit
 */
#include <signal.h>
#include <sys/socket.h>

#include "host/pvhost/machine.c"
#include "host/pvhost/spawn.c"
#include "kselftest.h"

#define GREETING	"{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\n"
#define EVENT		"{\"timestamp\": {\"seconds\": 1}, \"event\": \"RESUME\"}\n"
#define NOTHING		"{\"return\": {}}\n"
#define ABSENT		"{\"error\": {\"class\": \"GenericError\", \"desc\": \"Property not found\"}}\n"
#define VALUE(json)	"{\"return\": " json "}\n"
#define PC(nr)		VALUE("\"pc-" nr "-machine\"")
#define LINK		VALUE("\"/machine/unattached/device[3]/pm\"")
#define AUTO		VALUE("\"auto\"")
#define OFF		VALUE("\"off\"")
#define EMPTY		VALUE("\"\"")

/* Exit status of the process that checks a machine; EXIT_FAILURE: refused */
#define ACCEPTED	EXIT_SUCCESS
#define ENDED		2

typedef void (*check_machine)(const struct pvhost_machine *machine);

/* Texts of refusals */
#define NO_TABLE	"use -M q35 or -M pc"
#define NO_ACPI		"remove acpi=off"
#define NO_VIRT		"use -M virt"
#define NO_TREE		"add -M acpi=off"

/*
 * Answers: to qmp_capabilities, then type, acpi, acpi-device, firmware and pflash0.  QEMU ends
 * where they end.
 */
static const struct {
	const char *name;
	check_machine check;
	const char *answers[6];
	int status;
	const char *text;
} recorded[] = {
	{ "q35 is accepted", pvhost_machine_check_acpi,
	  { NOTHING, PC("q35-7.2"), AUTO, LINK, VALUE("\"bios-256k.bin\""), EMPTY }, ACCEPTED, "" },
	{ "pc with acpi=on is accepted", pvhost_machine_check_acpi,
	  { NOTHING, PC("i440fx-10.0"), VALUE("\"on\""), LINK, EMPTY, EMPTY }, ACCEPTED, "" },
	{ "a PC of a later version with another name is accepted", pvhost_machine_check_acpi,
	  { NOTHING, VALUE("\"q90-machine\""), AUTO, LINK, EMPTY, EMPTY }, ACCEPTED, "" },
	{ "a PC whose acpi is true is accepted", pvhost_machine_check_acpi,
	  { NOTHING, PC("q35-4.0"), VALUE("true"), LINK, EMPTY, ABSENT }, ACCEPTED, "" },
	{ "events and invalid lines between the answers are ignored", pvhost_machine_check_acpi,
	  { NOTHING, EVENT PC("q35-7.2"), "\n" AUTO, "{\n" LINK, "[1]\n" EVENT EMPTY, EMPTY },
	  ACCEPTED, "" },
	{ "q35 with acpi=off is refused", pvhost_machine_check_acpi,
	  { NOTHING, PC("q35-7.2"), OFF, LINK, EMPTY, EMPTY },
	  EXIT_FAILURE, "machine pc-q35-7.2: the guest would not find the device without ACPI" },
	{ "a PC whose acpi is false is refused", pvhost_machine_check_acpi,
	  { NOTHING, PC("q35-4.0"), VALUE("false"), LINK, EMPTY, ABSENT }, EXIT_FAILURE, NO_ACPI },
	{ "microvm is refused", pvhost_machine_check_acpi,
	  { NOTHING, VALUE("\"microvm-machine\""), AUTO, ABSENT, EMPTY, ABSENT },
	  EXIT_FAILURE, "machine microvm: the guest would not find the device" },
	{ "isapc is refused", pvhost_machine_check_acpi,
	  { NOTHING, VALUE("\"isapc-machine\""), AUTO, ABSENT, EMPTY, EMPTY },
	  EXIT_FAILURE, NO_TABLE },
	{ "an unknown machine without a controller of ACPI is refused", pvhost_machine_check_acpi,
	  { NOTHING, VALUE("\"fly\""), AUTO, ABSENT, ABSENT, ABSENT },
	  EXIT_FAILURE, "machine fly: " },
	{ "a machine with an empty link to that controller is refused", pvhost_machine_check_acpi,
	  { NOTHING, PC("i440fx-7.2"), AUTO, EMPTY, EMPTY, EMPTY }, EXIT_FAILURE, NO_TABLE },
	{ "virt is accepted", pvhost_machine_check_dt,
	  { NOTHING, VALUE("\"virt-7.2-machine\""), AUTO, ABSENT, EMPTY, EMPTY }, ACCEPTED, "" },
	{ "virt with firmware and acpi=off is accepted", pvhost_machine_check_dt,
	  { NOTHING, VALUE("\"virt-7.2-machine\""), OFF, ABSENT, VALUE("\"efi.fd\""), EMPTY },
	  ACCEPTED, "" },
	{ "virt with firmware and ACPI is refused", pvhost_machine_check_dt,
	  { NOTHING, VALUE("\"virt-7.2-machine\""), AUTO, ABSENT, VALUE("\"efi.fd\""), EMPTY },
	  EXIT_FAILURE, NO_TREE },
	{ "virt with firmware in flash and ACPI is refused", pvhost_machine_check_dt,
	  { NOTHING, VALUE("\"virt-7.2-machine\""), AUTO, ABSENT, EMPTY, VALUE("\"pflash0\"") },
	  EXIT_FAILURE, NO_TREE },
	{ "an unknown machine on arm64 is refused", pvhost_machine_check_dt,
	  { NOTHING, VALUE("\"fly-machine\""), ABSENT, ABSENT, EMPTY, ABSENT },
	  EXIT_FAILURE, "machine fly: " },
	{ "a QEMU without a type of its machine is refused", pvhost_machine_check_acpi,
	  { NOTHING, ABSENT, AUTO, LINK, EMPTY, EMPTY },
	  EXIT_FAILURE, "does not report its machine" },
	{ "a QEMU whose machine has the type null is refused", pvhost_machine_check_acpi,
	  { NOTHING, VALUE("null"), AUTO, LINK, EMPTY, EMPTY },
	  EXIT_FAILURE, "does not report its machine" },
	{ "a QEMU that ends before it has a machine is no error", pvhost_machine_check_acpi,
	  { }, ENDED, "" },
	{ "a QEMU that ends between two answers is no error", pvhost_machine_check_acpi,
	  { NOTHING, PC("q35-7.2"), AUTO }, ENDED, "" },
};

#define X86	"qemu-system-x86_64"
#define ARM	"qemu-system-aarch64"

/* The guest does not run, so any file is a kernel or a firmware. */
#define FILE_OF_TEST	"../ktap_helpers.sh"

static const struct {
	check_machine check;
	const char *program;
	const char *options[4];
	int status;
	const char *text;
} real[] = {
	{ pvhost_machine_check_acpi, X86, { "-M", "q35" }, ACCEPTED, "" },
	{ pvhost_machine_check_acpi, X86, { "-M", "pc" }, ACCEPTED, "" },
	{ pvhost_machine_check_acpi, X86, { "-M", "q35,acpi=off" }, EXIT_FAILURE, NO_ACPI },
	{ pvhost_machine_check_acpi, X86, { "-M", "pc,acpi=off" }, EXIT_FAILURE, NO_ACPI },
	{ pvhost_machine_check_acpi, X86, { "-M", "microvm" }, EXIT_FAILURE, NO_TABLE },
	{ pvhost_machine_check_acpi, X86, { "-M", "microvm,acpi=on" }, EXIT_FAILURE, NO_TABLE },
	{ pvhost_machine_check_acpi, X86, { "-M", "isapc" }, EXIT_FAILURE, NO_TABLE },
	{ pvhost_machine_check_acpi, X86, { "-M", "none" }, EXIT_FAILURE, NO_TABLE },
	{ pvhost_machine_check_dt, ARM, { "-M", "virt" }, ACCEPTED, "" },
	{ pvhost_machine_check_dt, ARM, { "-M", "virt", "-kernel", FILE_OF_TEST }, ACCEPTED, "" },
	{ pvhost_machine_check_dt, ARM, { "-M", "virt,acpi=off", "-bios", FILE_OF_TEST },
	  ACCEPTED, "" },
	{ pvhost_machine_check_dt, ARM, { "-M", "virt", "-bios", FILE_OF_TEST },
	  EXIT_FAILURE, NO_TREE },
	{ pvhost_machine_check_dt, ARM, { "-M", "none" }, EXIT_FAILURE, NO_VIRT },
};

/* What the process that checks has written */
static char output[4096];

/* Checks the machine of a QEMU in another process, whose exit status is returned. */
static int status_of(check_machine check, int connection)
{
	struct pvhost_machine machine;
	int status, ends[2];
	ssize_t more;
	size_t len;
	FILE *qmp;
	pid_t pid;

	if (pipe(ends))
		ksft_exit_fail_msg("pipe: %m\n");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDERR_FILENO);
		qmp = pvhost_machine_open(connection);
		if (!qmp || !pvhost_machine_read(&machine, qmp))
			_exit(ENDED);
		check(&machine);
		_exit(ACCEPTED);
	}
	close(ends[1]);
	close(connection);
	for (len = 0; len < sizeof(output) - 1; len += more) {
		more = read(ends[0], output + len, sizeof(output) - 1 - len);
		if (more <= 0)
			break;
	}
	output[len] = '\0';
	close(ends[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void result(const char *name, int status, int expected, const char *text)
{
	if (status != expected)
		ksft_print_msg("%s: exit status %d, not %d: %s\n", name, status, expected, output);
	else if (!strstr(output, text))
		ksft_print_msg("%s: \"%s\" does not contain \"%s\"\n", name, output, text);
	else if (!*text && *output)
		ksft_print_msg("%s: there is a message: %s\n", name, output);
	ksft_test_result(status == expected && strstr(output, text) && (*text || !*output),
			 "%s\n", name);
}

static void connect_ends(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		ksft_exit_fail_msg("socketpair: %m\n");
	fflush(stdout);
}

/* Answers each command with the next text, as long as there are some. */
static void __noreturn answer(int fd, const char * const *answers, size_t nr)
{
	FILE *in = fdopen(fd, "r");
	char line[512];
	size_t i;

	dprintf(fd, GREETING);
	for (i = 0; i < nr && answers[i] && fgets(line, sizeof(line), in); i++)
		dprintf(fd, "%s", answers[i]);
	_exit(EXIT_SUCCESS);
}

static void test_recorded(size_t i)
{
	int ends[2];
	pid_t pid;

	connect_ends(ends);
	pid = fork();
	if (!pid) {
		close(ends[0]);
		answer(ends[1], recorded[i].answers, ARRAY_SIZE(recorded[i].answers));
	}
	close(ends[1]);
	result(recorded[i].name, status_of(recorded[i].check, ends[0]), recorded[i].status,
	       recorded[i].text);
	waitpid(pid, NULL, 0);
}

static void __noreturn become_qemu(size_t i, int fd)
{
	const char *argv[20] = {
		real[i].program, "-nodefaults", "-display", "none", "-accel", "tcg", "-S",
		"-mon", "chardev=qmp,mode=control", "-chardev",
		pvhost_text("socket,id=qmp,fd=%d", fd),
	};
	size_t nr = 11, j;

	for (j = 0; j < ARRAY_SIZE(real[i].options) && real[i].options[j]; j++)
		argv[nr++] = real[i].options[j];

	/* That is for the programs of this tree. */
	unsetenv("LD_LIBRARY_PATH");
	fcntl(fd, F_SETFD, 0);
	execvp(argv[0], (char **)argv);
	err(127, "%s", argv[0]);
}

static void test_real(size_t i)
{
	const char *option = real[i].options[2];
	char *name = pvhost_text("%s -M %s%s%s is %s", real[i].program, real[i].options[1],
				 option ? " " : "", option ? : "",
				 real[i].status ? "refused" : "accepted");
	int ends[2];
	pid_t pid;

	if (!pvhost_have_program(real[i].program)) {
		ksft_test_result_skip("%s: it is not installed\n", name);
		free(name);
		return;
	}

	connect_ends(ends);
	pid = fork();
	if (!pid)
		become_qemu(i, ends[1]);
	close(ends[1]);
	result(name, status_of(real[i].check, ends[0]), real[i].status, real[i].text);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	free(name);
}

int main(void)
{
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(recorded) + ARRAY_SIZE(real));

	for (i = 0; i < ARRAY_SIZE(recorded); i++)
		test_recorded(i);
	for (i = 0; i < ARRAY_SIZE(real); i++)
		test_real(i);

	ksft_finished();
}

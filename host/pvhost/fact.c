// SPDX-License-Identifier: GPL-2.0
/*
 * Properties of the host that kvm_pv and its backends depend on, read from files.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "doctor.h"

#define SYSCTL		PVHOST_PROC "/sys/kernel"
#define SECURITY	"/sys/kernel/security"
#define KVM_PV_DEV	"/sys/class/misc/kvm_pv/dev"

/* Distributions install the configuration of the kernel in one of these folders. */
static const char * const config_paths[] = {
	"/boot/config-%s",
	"/lib/modules/%s/config",
	"/lib/modules/%s/build/.config",
};

/* Reads plain text as well; NULL: the file cannot be opened. */
static gzFile open_gz(const struct pv_sysfs *sysfs, const char *path)
{
	int fd = pv_sysfs_fd(sysfs, path);
	gzFile file;

	if (fd < 0)
		return NULL;

	file = gzdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

static gzFile open_config(const struct pv_sysfs *sysfs)
{
	char *release = pv_sysfs_text(sysfs, PVHOST_PROC "/sys/kernel/osrelease"), *path;
	gzFile file = open_gz(sysfs, PVHOST_PROC "/config.gz");
	size_t i;

	for (i = 0; !file && release && i < ARRAY_SIZE(config_paths); i++) {
		path = pvhost_text(config_paths[i], release);
		file = open_gz(sysfs, path);
		free(path);
	}

	free(release);
	return file;
}

/* Whether the kernel has an option, as "CONFIG_KPROBES" */
static enum pvhost_found find_option(const struct pv_sysfs *sysfs, const char *option)
{
	enum pvhost_found found = PVHOST_UNKNOWN;
	gzFile file = open_config(sysfs);
	size_t len = strlen(option);
	char line[256];

	if (!file)
		return PVHOST_UNKNOWN;

	while (found != PVHOST_FOUND && gzgets(file, line, sizeof(line))) {
		/* The file is a configuration: so the option is missing if no line has it. */
		if (!strncmp(line, "CONFIG_", strlen("CONFIG_")))
			found = PVHOST_MISSING;
		if (!strncmp(line, option, len) &&
		    (!strncmp(line + len, "=y", 2) || !strncmp(line + len, "=m", 2)))
			found = PVHOST_FOUND;
	}

	gzclose(file);
	return found;
}

static bool have_dir(const struct pv_sysfs *sysfs, const char *path)
{
	DIR *dir = pv_sysfs_dir(sysfs, path);

	if (dir)
		closedir(dir);
	return dir;
}

/* A file that does not exist in a folder that does is missing. */
static enum pvhost_found find_file(const struct pv_sysfs *sysfs, const char *file,
				   const char *folder)
{
	int fd = pv_sysfs_fd(sysfs, file);

	if (fd >= 0) {
		close(fd);
		return PVHOST_FOUND;
	}

	return errno == ENOENT && have_dir(sysfs, folder) ? PVHOST_MISSING : PVHOST_UNKNOWN;
}

static void set_value(struct pvhost_fact *fact, const char *value)
{
	snprintf(fact->value, sizeof(fact->value), "%.90s", value);
}

/* Returns whether the release of the kernel is known. */
static bool read_release(const struct pv_sysfs *sysfs, struct pvhost_fact *fact,
			 unsigned int *version)
{
	char *release = pv_sysfs_text(sysfs, SYSCTL "/osrelease");
	unsigned int major, minor;
	bool ok;

	ok = release && sscanf(release, "%u.%u", &major, &minor) == 2;
	if (ok) {
		set_value(fact, release);
		*version = major << 16 | minor;
	}

	free(release);
	return ok;
}

static void check_release(const struct pv_sysfs *sysfs, struct pvhost_fact *fact,
			  unsigned int major, unsigned int minor)
{
	unsigned int version;

	if (read_release(sysfs, fact, &version))
		fact->found = version >= (major << 16 | minor) ? PVHOST_FOUND : PVHOST_MISSING;
}

void pvhost_fact_kernel(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	check_release(sysfs, fact, 6, 1);
}

void pvhost_fact_kvm(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	static const char * const modules[] = { "kvm_intel", "kvm_amd" };
	size_t i;

	fact->found = find_file(sysfs, "/sys/class/misc/kvm/dev", "/sys/class/misc");
	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		char *path = pvhost_text("/sys/module/%s", modules[i]);

		if (have_dir(sysfs, path))
			set_value(fact, modules[i]);
		free(path);
	}
}

/* kvm_pv does not load without kprobes. */
void pvhost_fact_kprobes(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	fact->found = find_file(sysfs, KVM_PV_DEV, "/sys/class/misc");
	if (fact->found != PVHOST_FOUND)
		fact->found = find_option(sysfs, "CONFIG_KPROBES");
}

void pvhost_fact_kvm_pv(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	char *version = pv_sysfs_text(sysfs, "/sys/module/kvm_pv/version");

	fact->found = find_file(sysfs, KVM_PV_DEV, "/sys/class/misc");
	if (version)
		set_value(fact, version);
	free(version);
}

/* The initial user namespace maps all ids. */
static bool in_namespace(const struct pv_sysfs *sysfs)
{
	char *map = pv_sysfs_text(sysfs, PVHOST_PROC "/self/uid_map");
	unsigned int inside, outside, nr;
	bool is;

	is = map && (sscanf(map, "%u %u %u", &inside, &outside, &nr) != 3 || inside || outside ||
		     nr != UINT32_MAX);
	free(map);
	return is;
}

/* The capabilities of this process */
void pvhost_fact_privileges(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	/* pv_sysfs_text() returns '.' for the tab that follows. */
	static const char key[] = "\nCapEff:.";
	char *status = pv_sysfs_text(sysfs, PVHOST_PROC "/self/status");
	const char *text = status ? strstr(status, key) : NULL;
	unsigned long long caps;

	if (text && sscanf(text + strlen(key), "%llx", &caps) == 1) {
		bool admin = caps >> CAP_SYS_ADMIN & 1, ptrace = caps >> CAP_SYS_PTRACE & 1;

		fact->found = admin && ptrace ? PVHOST_FOUND : PVHOST_MISSING;
		if (!admin || !ptrace)
			snprintf(fact->value, sizeof(fact->value), "no%s%s",
				 admin ? "" : " CAP_SYS_ADMIN", ptrace ? "" : " CAP_SYS_PTRACE");
		if (in_namespace(sysfs)) {
			set_value(fact, "in a user namespace");
			fact->found = PVHOST_MISSING;
		}
	}

	free(status);
}

/* The active mode is in brackets: "none [integrity] confidentiality". */
void pvhost_fact_lockdown(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	char *modes = pv_sysfs_text(sysfs, SECURITY "/lockdown");
	char *mode = modes ? strchr(modes, '[') : NULL;
	char *end = mode ? strchr(mode, ']') : NULL;

	if (end) {
		*end = '\0';
		set_value(fact, mode + 1);
		fact->found = strcmp(mode + 1, "none") ? PVHOST_MISSING : PVHOST_FOUND;
	} else if (find_file(sysfs, SECURITY "/lockdown", SECURITY) == PVHOST_MISSING &&
		   find_file(sysfs, SECURITY "/lsm", SECURITY) == PVHOST_FOUND) {
		set_value(fact, "not in the kernel");
		fact->found = PVHOST_FOUND;
	}

	free(modes);
}

void pvhost_fact_signatures(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	char *enforce = pv_sysfs_text(sysfs, "/sys/module/module/parameters/sig_enforce");

	if (enforce) {
		set_value(fact, *enforce == 'Y' ? "required" : "not required");
		fact->found = *enforce == 'Y' ? PVHOST_MISSING : PVHOST_FOUND;
	} else if (find_option(sysfs, "CONFIG_MODULE_SIG") == PVHOST_MISSING) {
		set_value(fact, "not in the kernel");
		fact->found = PVHOST_FOUND;
	}
	free(enforce);
}

void pvhost_fact_ftrace(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	enum pvhost_found args = find_option(sysfs, "CONFIG_DYNAMIC_FTRACE_WITH_ARGS");
	enum pvhost_found regs = find_option(sysfs, "CONFIG_DYNAMIC_FTRACE_WITH_REGS");
	char *enabled = pv_sysfs_text(sysfs, SYSCTL "/ftrace_enabled");

	fact->found = args == PVHOST_FOUND ? args : regs;
	if (enabled && strcmp(enabled, "1")) {
		set_value(fact, "kernel.ftrace_enabled=0");
		fact->found = PVHOST_MISSING;
	} else if (fact->found == PVHOST_MISSING) {
		set_value(fact, "not in the kernel");
	}
	free(enabled);
}

/* Whether a folder /sys/kernel/livepatch/PATCH/OBJECT has one of KVM's handlers of hypercalls. */
static bool patches_handler(const struct pv_sysfs *sysfs, const char *patch, const char *object)
{
	static const char * const handlers[] = {
		"kvm_emulate_hypercall,", "kvm_smccc_call_handler,", "kvm_hvc_call_handler,",
	};
	char *path = pvhost_text("/sys/kernel/livepatch/%s/%s", patch, object);
	DIR *dir = pv_sysfs_dir(sysfs, path);
	struct dirent *entry;
	bool found = false;
	size_t i;

	free(path);
	while (dir && (entry = readdir(dir))) {
		for (i = 0; i < ARRAY_SIZE(handlers); i++)
			found |= !strncmp(entry->d_name, handlers[i], strlen(handlers[i]));
	}
	if (dir)
		closedir(dir);

	return found;
}

/* KVM is a module on x86, and in the kernel on arm64. */
void pvhost_fact_livepatch(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	DIR *dir = pv_sysfs_dir(sysfs, "/sys/kernel/livepatch");
	struct dirent *entry;

	if (dir || (errno == ENOENT && have_dir(sysfs, "/sys/kernel")))
		fact->found = PVHOST_FOUND;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		if (patches_handler(sysfs, entry->d_name, "kvm") ||
		    patches_handler(sysfs, entry->d_name, "vmlinux")) {
			set_value(fact, entry->d_name);
			fact->found = PVHOST_MISSING;
		}
	}
	if (dir)
		closedir(dir);
}

void pvhost_fact_uclamp(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	fact->found = find_file(sysfs, SYSCTL "/sched_util_clamp_min", SYSCTL);
}

void pvhost_fact_cpufreq(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	struct pvhost_policies policies;

	pvhost_policies_read(sysfs, &policies);
	fact->found = policies.found;
	if (policies.found == PVHOST_FOUND)
		snprintf(fact->value, sizeof(fact->value), "%s, %zu %s",
			 *policies.driver ? policies.driver : "unknown driver", policies.nr,
			 policies.nr == 1 ? "policy" : "policies");
	pvhost_policies_free(&policies);
}

void pvhost_fact_schedutil(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	struct pvhost_policies policies;

	pvhost_policies_read(sysfs, &policies);
	if (policies.found != PVHOST_FOUND)
		fact->found = policies.found;
	else if (policies.nr_schedutil == policies.nr)
		fact->found = PVHOST_FOUND;
	else if (*policies.governor)
		fact->found = PVHOST_MISSING;
	set_value(fact, policies.governor);
	pvhost_policies_free(&policies);
}

void pvhost_fact_btf(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	fact->found = find_file(sysfs, "/sys/kernel/btf/vmlinux", "/sys/kernel");
}

/* kvm_pv_bpf requires links to struct_ops of modules (6.11), which the JIT compiles. */
void pvhost_fact_struct_ops(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	enum pvhost_found jit = find_option(sysfs, "CONFIG_BPF_JIT");

	check_release(sysfs, fact, 6, 11);
	if (fact->found != PVHOST_FOUND || jit == PVHOST_FOUND)
		return;

	fact->found = jit;
	set_value(fact, jit == PVHOST_MISSING ? "no CONFIG_BPF_JIT" : "");
}

void pvhost_fact_kvm_pv_bpf(const struct pv_sysfs *sysfs, struct pvhost_fact *fact)
{
	fact->found = find_file(sysfs, "/sys/kernel/btf/kvm_pv_bpf", "/sys/kernel");
	if (fact->found == PVHOST_MISSING && have_dir(sysfs, "/sys/module/kvm_pv_bpf"))
		set_value(fact, "loaded without BTF");
}

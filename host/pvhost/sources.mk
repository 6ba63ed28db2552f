# SPDX-License-Identifier: GPL-2.0

PVHOST_SOURCES := \
	host/pvhost/attach.c \
	host/pvhost/backend.c \
	host/pvhost/bpf.c \
	host/pvhost/cmdline.c \
	host/pvhost/command.c \
	host/pvhost/describe.c \
	host/pvhost/description.c \
	host/pvhost/device.c \
	host/pvhost/doctor.c \
	host/pvhost/document.c \
	host/pvhost/fact.c \
	host/pvhost/fdt.c \
	host/pvhost/image.c \
	host/pvhost/machine.c \
	host/pvhost/metrics.c \
	host/pvhost/name.c \
	host/pvhost/number.c \
	host/pvhost/options.c \
	host/pvhost/policy.c \
	host/pvhost/print.c \
	host/pvhost/pvhost.c \
	host/pvhost/qemu.c \
	host/pvhost/query.c \
	host/pvhost/run.c \
	host/pvhost/select.c \
	host/pvhost/serve.c \
	host/pvhost/spawn.c \
	host/pvhost/ssdt.c \
	host/pvhost/stay.c \
	host/pvhost/sync.c \
	host/pvhost/table.c \
	host/pvhost/trust.c \
	host/pvhost/user.c \
	host/pvhost/vmm.c \
	host/pvhost/watch.c \


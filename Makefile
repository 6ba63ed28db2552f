# SPDX-License-Identifier: GPL-2.0
#
# pvguest: paravirtual drivers for Linux guests, and the host's half of them.
#
#   make run      boot a host and a guest on it, load everything, show what is seen
#   make check    run all tests
#   make machines boot every kind of machine, and ask all detectors what it is
#   make bench    count what exits and calls cost
#   make burst    count the exits of a bursty load, with shared memory and without
#   make endure   load, unload and hotplug for long
#   make hostile  a guest that means harm, and another beside it
#   make killed   many VMs that are killed, and what is left of them
#   make loop     a guest that sets its host's frequency: a plot
#   make help     the rest

ARCH	?= x86_64
KERNEL	?= 6.12
V	?= 0

ARCHS	:= x86_64 arm64
KERNELS	:= 6.1 6.12
# Built from source, see selftests/rig/kernel.sh
RIG_KERNELS := $(filter-out base $(ARCHS),$(basename $(notdir $(wildcard selftests/rig/kernel/*.config))))

ifeq ($(filter $(ARCH),$(ARCHS)),)
$(error ARCH=$(ARCH): choose one of $(ARCHS))
endif
ifeq ($(filter $(KERNEL),$(KERNELS) $(RIG_KERNELS)),)
$(error KERNEL=$(KERNEL): choose one of $(KERNELS) $(RIG_KERNELS))
endif

# A kernel build sets these for itself; ours must not reach it by the environment.
unexport ARCH KERNEL

TOP	:= $(CURDIR)
BUILD	?= $(TOP)/build
export BUILD

include build.mk

.PHONY: all run check machines bench kselftest-cpufreq endure burst hostile killed loop rig-kernel \
	style packages modules tools check-lists clean distclean help
.DEFAULT_GOAL := all

all: modules tools

run: packages
	$(Q)selftests/rig/run $(ARCH) $(KERNEL)

check:
	$(Q)selftests/rig/packages check
	$(Q)selftests/rig/check

PAGE := Documentation/detection-machines.rst

machines: packages
	$(Q)selftests/rig/survey
	$(Q)selftests/rig/page > $(BUILD)/page && mv $(BUILD)/page $(PAGE)
	@echo $(PAGE)

bench: packages
	$(Q)selftests/bench/run $(ARCH) $(KERNEL)

kselftest-cpufreq: packages
	$(Q)selftests/rig/long suite $(ARCH) $(KERNEL)

endure: packages
	$(Q)selftests/rig/long endure $(ARCH) $(KERNEL)

burst: packages
	$(Q)selftests/rig/long burst $(ARCH) $(KERNEL)

hostile: packages
	$(Q)selftests/rig/long hostile $(ARCH) $(KERNEL)

killed: packages
	$(Q)selftests/rig/long killed $(ARCH) $(KERNEL)

# Clamps want a kernel that has them.
loop:
	$(Q)selftests/rig/packages loop
	$(Q)selftests/rig/loop $(ARCH) $(if $(filter file,$(origin KERNEL)),uclamp,$(KERNEL))

rig-kernel: packages
	$(if $(filter $(KERNEL),$(RIG_KERNELS)),,$(error KERNEL=$(KERNEL): choose one of $(RIG_KERNELS)))
	$(Q)selftests/rig/rig prepare --arch $(ARCH) --kernel $(KERNEL)

style: packages
	$(Q)selftests/rig/style

packages:
	$(Q)selftests/rig/packages

clean:
	$(Q)rm -rf $(BUILD)/x86_64* $(BUILD)/arm64* $(BUILD)/image $(BUILD)/run $(BUILD)/check \
		$(BUILD)/survey $(BUILD)/bench

distclean:
	$(Q)rm -rf $(BUILD)

help:
	@echo 'run [ARCH=] [KERNEL=]      boot host and guest, load all, print vcpuinfo --all'
	@echo 'check                      all tests, both architectures, both kernels'
	@echo 'machines                   boot all machines of selftests/detect/machines: a page'
	@echo 'bench [ARCH=] [KERNEL=]    instructions of exits and calls, build/bench/ARCH-KERNEL.json'
	@echo 'kselftest-cpufreq [ARCH=] [KERNEL=]  the cpufreq suite of the kernel, uncut'
	@echo 'endure [ARCH=] [KERNEL=]   1000 reloads of the driver, 200 hotplugs of the CPUs, under load'
	@echo 'burst [ARCH=] [KERNEL=]    a bursty load of 60 s: exits per decision of the governor'
	@echo 'hostile [ARCH=] [KERNEL=] [OPS=] [SEED=]  10,000,000 operations of a guest that means harm'
	@echo 'killed [ARCH=] [KERNEL=] [VMS=] [SEED=]   500 VMs are killed: nothing is left of them'
	@echo 'loop [ARCH=]               a guest that sets its host'"'"'s frequency: a plot, build/loop'
	@echo 'rig-kernel KERNEL=uclamp|debug [ARCH=]  build a kernel that Debian has none of'
	@echo 'style                      checkpatch --strict, sparse, W=1, shellcheck: silent'
	@echo 'modules [ARCH=] [KERNEL=]  the kernel modules, into build/ARCH-KERNEL/modules'
	@echo 'tools [ARCH=]              vcpuinfo, pvhost and the tests, into build/ARCH/tools'
	@echo 'packages                   install the Debian packages that all this needs'
	@echo 'clean, distclean           built files; built and extracted files'
	@echo
	@echo 'ARCH: $(ARCHS) (now $(ARCH)); KERNEL: $(KERNELS) $(RIG_KERNELS) (now $(KERNEL)); V=1 shows commands'

# SPDX-License-Identifier: GPL-2.0
#
# The build of the modules for one architecture and kernel, and of the programs,
# BPF objects and tests for one architecture.  Both use the compiler as a cross
# compiler, for the build machine's own architecture as well: headers and
# libraries come from $(SYSROOT), not from the build machine.
#
# Source lists are in sources.mk next to the sources, those of modules in Kbuild.

Q		:= $(if $(filter 1,$(V)),,@)
# say WHAT, TEXT: without a process
say		= $(info $(empty)  $(1)	$(2))
# need PROGRAM, PACKAGE: report a missing program before the commands that use it fail
need		= @PATH=$$PATH:/usr/sbin command -v $(1) > /dev/null || \
		  { echo "$(1) not found: install the package $(2), or run make packages" >&2; exit 1; }

# Modules, programs and the DKMS package have one version.
include meta.mk
VERSION		:= $(call pv-meta,Version)
$(if $(VERSION),,$(error META has no Version))

TRIPLET_x86_64	:= x86_64-linux-gnu
TRIPLET_arm64	:= aarch64-linux-gnu
SRCARCH_x86_64	:= x86
SRCARCH_arm64	:= arm64
OTHER_x86_64	:= arm64
OTHER_arm64	:= x86

TRIPLET		:= $(TRIPLET_$(ARCH))
SRCARCH		:= $(SRCARCH_$(ARCH))
CROSS		:= $(if $(filter $(TRIPLET),$(shell gcc -dumpmachine 2>/dev/null)),,$(TRIPLET)-)

KDIR		:= $(BUILD)/kernel/$(ARCH)-$(KERNEL)
SYSROOT		:= $(BUILD)/sysroot/$(ARCH)
# A file of the package that was added last: an older $(SYSROOT) lacks it.
SYSROOT_NEWEST	:= $(SYSROOT)/usr/include/features.h
LIBBPF		:= $(BUILD)/libbpf/$(ARCH)
SOURCE		:= $(BUILD)/source
MODULES		:= $(BUILD)/$(ARCH)-$(KERNEL)/modules
MIRROR		:= $(BUILD)/$(ARCH)-$(KERNEL)/src
TOOLS		:= $(BUILD)/$(ARCH)/tools
OBJ		:= $(BUILD)/$(ARCH)/obj

# Objects depend on these makefiles and not on the lists below, so that a new
# source does not rebuild the others.
RULES		:= $(MAKEFILE_LIST)

include host/devices/sources.mk
include host/hypertrace/sources.mk
include host/pvhost/sources.mk
include selftests/sources.mk
include userspace/libpv/sources.mk
include userspace/vcpuinfo/sources.mk

.DELETE_ON_ERROR:

# The rig looks for a newer kernel.
$(KDIR)/release: $(if $(filter newest%,$(KERNEL)),FORCE)
	$(Q)selftests/rig/rig prepare --arch $(ARCH) --kernel $(KERNEL)

FORCE:
.PHONY: FORCE

$(SYSROOT_NEWEST) $(SOURCE) $(LIBBPF) &:
	$(Q)selftests/rig/rig prepare --arch $(ARCH)

# --- modules -----------------------------------------------------------------

# The folders of the modules are those in Kbuild.
CONFIG_PV_SELFTESTS := m
CONFIG_KVM_PV	:= m
include Kbuild
MODULE_DIRS	:= $(patsubst %/,%,$(obj-y) $(obj-m))

# Kbuild writes next to the sources, so each kernel has a mirror of links.
MODULE_TREES	:= Kbuild META meta.mk drivers/compat.h drivers/shared.h selftests/host/kvm_symbol.h include $(MODULE_DIRS)
MODULE_FILES	:= $(shell find $(MODULE_TREES) -type f)
# Debian's headers for 6.1 lack the vmlinux that BTF of modules is based on.
MODULE_BTF	= $(if $(wildcard $(KDIR)/usr/src/linux-headers-*/vmlinux),,CONFIG_DEBUG_INFO_BTF_MODULES=)
MODULE_CONFIG	:= CONFIG_PV_HYPERVISOR=m CONFIG_PV_HYPERCALL=m CONFIG_PV_VCPUFREQ=m CONFIG_PV_EXITS=m CONFIG_PV_SELFTESTS=m
# The host modules support 6.1 and later.
MODULE_CONFIG	+= $(if $(filter-out $(GUEST_KERNELS),$(KERNEL)),CONFIG_KVM_PV=m)
# kvm_pv_bpf needs struct_ops of modules (6.9) with links (6.11).
MODULE_CONFIG	+= $(if $(filter-out $(GUEST_KERNELS) 6.1 6.1-%,$(KERNEL)),CONFIG_KVM_PV_BPF=m)

modules: $(MODULES)/.stamp

# modules.order names the .ko files up to 6.1, and the .o files since.  Since 6.13 the paths are
# relative.
$(MODULES)/.stamp: $(MODULE_FILES) $(RULES) $(KDIR)/release
	$(call need,pahole,pahole)
	$(call say,MODULES,$(ARCH) $(KERNEL)$(if $(filter newest%,$(KERNEL)), ($(shell cat $(KDIR)/release))))
	$(Q)mkdir -p $(MODULES) $(addprefix $(MIRROR)/,$(dir $(MODULE_TREES)))
	$(Q)find $(MIRROR) -type l -delete
	$(Q)for tree in $(MODULE_TREES); do \
	  cp -rsT $(TOP)/$$tree $(MIRROR)/$$tree || exit; \
	done
	$(Q)release=$$(cat $(KDIR)/release) && \
	  selftests/rig/inside $(KERNEL) $(MAKE) -s --no-print-directory -C $(KDIR)/usr/src/linux-headers-$$release \
		M=$(MIRROR) PVDIR=$(MIRROR) CROSS_COMPILE=$(CROSS) $(if $(filter-out 0,$(V)),KBUILD_VERBOSE=$(V)) \
		$(MODULE_CONFIG) $(MODULE_BTF) $(KBUILD_EXTRA) modules
	$(Q)rm -f $(MODULES)/*.ko
	$(Q)cd $(MIRROR) && sed 's/\.o$$/.ko/' modules.order | xargs cp -t $(MODULES)
	$(Q)touch $@

# --- programs ----------------------------------------------------------------

CC_USER		:= $(CROSS)gcc
# Counters for make coverage
GCOV_FLAGS	:= $(if $(GCOV),--coverage)
GCOV_LINK	:= $(if $(GCOV),$(GCOV_FLAGS) -Xlinker --wrap=_exit)
AR_USER		:= $(CROSS)ar
# The machines have the C library of $(SYSROOT), which the build machine's can be newer than.  A
# cross compiler looks into a folder outside --sysroot as well, so the paths come first.
CFLAGS_USER	:= -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wstrict-prototypes \
		   -Wno-unused-parameter -Wno-sign-compare -D_GNU_SOURCE -DPV_VERSION='"$(VERSION)"' \
		   -I$(TOP) -I$(TOP)/include -I$(TOP)/include/uapi --sysroot=$(SYSROOT) \
		   -isystem $(SYSROOT)/usr/include/libsmartcols -isystem $(SYSROOT)/usr/include/json-c \
		   -isystem $(SOURCE)/tools/testing/selftests -isystem $(LIBBPF)/include \
		   -isystem $(SYSROOT)/usr/include/$(TRIPLET) -isystem $(SYSROOT)/usr/include \
		   -I$(OBJ) -MMD -MP $(GCOV_FLAGS) $(EXTRA_CFLAGS)
LDFLAGS_USER	:= --sysroot=$(SYSROOT) -B$(SYSROOT)/usr/lib/$(TRIPLET) \
		   -L$(SYSROOT)/usr/lib/$(TRIPLET) -Wl,-rpath-link,$(SYSROOT)/usr/lib/$(TRIPLET) \
		   -Wl,-rpath-link,$(SYSROOT)/lib/$(TRIPLET) $(GCOV_LINK) $(EXTRA_LDFLAGS)
LIBS_USER	:= -lsmartcols -ljson-c -lpthread
LIBS_BPF	:= $(LIBBPF)/libbpf.a -lelf -lz

# mine SOURCES: without those of the other architecture
mine		= $(filter-out %-$(OTHER_$(ARCH)).c,$(1))
# objs SOURCES: their objects
objs		= $(patsubst %.c,$(OBJ)/%.o,$(call mine,$(1)))
# tests FILES: where files of selftests are installed
tests		= $(patsubst selftests/%,$(TOOLS)/selftests/%,$(1))

OBJECTS		:= $(sort $(call objs,$(LIBPV_SOURCES) $(VCPUINFO_SOURCES) $(PVHOST_SOURCES) \
		     $(HYPERTRACE_SOURCES) $(TEST_SOURCES) $(GCOV_SOURCES)))
BPF_SOURCES	:= $(HYPERTRACE_BPF) $(DEVICE_BPF) $(TEST_BPF)
PROGRAMS	:= $(TOOLS)/vcpuinfo $(TOOLS)/pvhost $(TOOLS)/hypertrace
TEST_BIN	:= $(patsubst %.c,%,$(call tests,$(call mine,$(TEST_SOURCES))))
# image_ours() in selftests/rig/image.sh moves these to where pvhost finds them.
DEVICE_OBJ	:= $(patsubst host/devices/%.c,$(TOOLS)/bpf/%.o,$(DEVICE_BPF))
TEST_OBJ	:= $(patsubst %.c,%.o,$(call tests,$(TEST_BPF)))
SKELETONS	:= $(patsubst %.bpf.c,$(OBJ)/%.skel.h,$(HYPERTRACE_BPF))

# The folders are dependencies as well: they change when a file is removed.
TEST_DATA_FILES	:= $(shell find $(TEST_DATA) -type f)
TEST_DATA_DIRS	:= $(shell find $(TEST_DATA) -type d)
# Files from outside selftests: ktap_helpers.sh from the kernel's source, libvirt's
# hook and the units of systemd, which are tested with pvhost, and the files with the version of the
# package.
KTAP_HELPERS	:= $(SOURCE)/tools/testing/selftests/kselftest/ktap_helpers.sh
HOOK		:= host/libvirt/pvhost
include host/systemd/sources.mk

INSTALLED	:= $(TOOLS)/.stamp $(PROGRAMS) $(DEVICE_OBJ) $(TEST_OBJ) $(TEST_BIN) \
		   $(call tests,$(TEST_SCRIPTS) $(TEST_DATA_FILES)) \
		   $(addprefix $(TOOLS)/selftests/,META dkms.conf host/libvirt-hook ktap_helpers.sh) \
		   $(patsubst host/systemd/%,$(TOOLS)/selftests/host/units/%,$(SYSTEMD_UNITS))
# Created once, not by each rule
DIRS		:= $(sort $(dir $(INSTALLED) $(SKELETONS) $(OBJECTS) $(addprefix $(OBJ)/,$(BPF_SOURCES))))
REMOVED		= $(filter-out $(INSTALLED),$(shell find $(TOOLS) -type f))

tools: $(TOOLS)/.stamp

$(DIRS):
	$(Q)mkdir -p $@

$(TOOLS)/.stamp: $(PROGRAMS) $(DEVICE_OBJ) $(TEST_OBJ) $(TEST_BIN) $(TEST_SCRIPTS) $(TEST_DATA_FILES) \
		 $(TEST_DATA_DIRS) $(HOOK) $(SYSTEMD_UNITS) META dkms.conf selftests/sources.mk $(RULES) | $(SYSROOT_NEWEST) $(SOURCE)
	$(Q)rm -f $(REMOVED)
	$(Q)cd selftests && cp --parents $(patsubst selftests/%,%,$(TEST_SCRIPTS) $(TEST_DATA_FILES)) \
	  $(TOOLS)/selftests/
	$(Q)cp $(KTAP_HELPERS) META dkms.conf $(TOOLS)/selftests/
	$(Q)cp $(HOOK) $(TOOLS)/selftests/host/libvirt-hook
	$(Q)mkdir -p $(TOOLS)/selftests/host/units
	$(Q)cp $(SYSTEMD_UNITS) $(TOOLS)/selftests/host/units/
	$(Q)touch $@

# BTF has the lines that the verifier prints.  DWARF would be 30 times as large.
define bpf_object
	$(call need,clang,clang)
	$(call need,llvm-strip,llvm)
	$(call say,BPF,$(ARCH) $<)
	$(Q)clang -g -O2 -mcpu=v3 -target bpf -Wall -Wextra -Wno-unused-parameter \
	  -Wno-missing-field-initializers -D__TARGET_ARCH_$(SRCARCH) \
	  -I$(TOP) -I$(TOP)/include -I$(LIBBPF)/include -idirafter $(SYSROOT)/usr/include \
	  -idirafter $(SYSROOT)/usr/include/$(TRIPLET) -MMD -MP -MT $@ -MF $(OBJ)/$<.d $(EXTRA_CLANG) \
	  -c -o $@ $<
	$(Q)llvm-strip -g $@
endef

$(TOOLS)/bpf/%.bpf.o: host/devices/%.bpf.c $(RULES) | $(SYSROOT_NEWEST) $(LIBBPF) $(DIRS)
	$(bpf_object)

$(TOOLS)/selftests/%.bpf.o: selftests/%.bpf.c $(RULES) | $(SYSROOT_NEWEST) $(LIBBPF) $(DIRS)
	$(bpf_object)

$(OBJ)/%.bpf.o: %.bpf.c $(RULES) | $(SYSROOT_NEWEST) $(LIBBPF) $(DIRS)
	$(bpf_object)

$(OBJ)/%.skel.h: $(OBJ)/%.bpf.o
	$(call need,bpftool,bpftool)
	$(call say,SKEL,$(ARCH) $(notdir $@))
	$(Q)PATH=$$PATH:/usr/sbin bpftool gen skeleton $< name $(notdir $*)_bpf > $@.part
	$(Q)mv $@.part $@

# In the first build no .d file says which of them include a skeleton.
$(filter $(OBJ)/host/hypertrace/%,$(call objs,$(HYPERTRACE_SOURCES))): | $(SKELETONS)
.SECONDARY: $(SKELETONS:.skel.h=.bpf.o)

$(OBJ)/%.o: %.c $(RULES) | $(SYSROOT_NEWEST) $(SOURCE) $(LIBBPF) $(DIRS)
	$(call say,CC,$(ARCH) $<)
	$(if $(GCOV),$(Q)rm -f $(@:.o=.gcda))
	$(Q)$(CC_USER) $(CFLAGS_USER) -c -o $@ $<

# These print PV_VERSION.
$(call objs,host/pvhost/command.c userspace/vcpuinfo/options.c userspace/vcpuinfo/record.c): META

$(OBJ)/libpv.a: $(call objs,$(LIBPV_SOURCES)) userspace/libpv/sources.mk
	$(call say,AR,$(ARCH) libpv.a)
	$(Q)rm -f $@ && $(AR_USER) rcs $@ $(filter %.o,$^)

$(TOOLS)/vcpuinfo: $(call objs,$(VCPUINFO_SOURCES)) $(OBJ)/libpv.a userspace/vcpuinfo/sources.mk
$(TOOLS)/pvhost: $(call objs,$(PVHOST_SOURCES)) $(OBJ)/libpv.a host/pvhost/sources.mk
$(TOOLS)/pvhost: LIBS_USER := -lfdt $(LIBS_BPF) $(LIBS_USER)
$(TOOLS)/hypertrace: $(call objs,$(HYPERTRACE_SOURCES)) $(OBJ)/libpv.a host/hypertrace/sources.mk
$(TOOLS)/hypertrace: LIBS_USER := $(LIBS_BPF) $(LIBS_USER)
$(TEST_BIN): $(TOOLS)/selftests/%: $(OBJ)/selftests/%.o $(OBJ)/libpv.a

$(PROGRAMS) $(TEST_BIN): $(if $(GCOV),$(call objs,$(GCOV_SOURCES))) | $(DIRS)
	$(call say,LD,$(ARCH) $(notdir $@))
	$(Q)$(CC_USER) $(LDFLAGS_USER) -o $@ $(filter %.o %.a,$^) $(LIBS_USER)

# For static analysis
print-sources:
	@printf '%s\n' $(call mine,$(LIBPV_SOURCES) $(VCPUINFO_SOURCES) $(PVHOST_SOURCES) $(HYPERTRACE_SOURCES))

print-test-sources:
	@printf '%s\n' $(call mine,$(TEST_SOURCES))

# For a list such as VCPUINFO
print-objects-%:
	@printf '%s\n' $(call objs,$($*_SOURCES))

print-cflags:
	@printf '%s\n' $(filter-out -MMD -MP,$(CFLAGS_USER))

-include $(wildcard $(OBJECTS:.o=.d) $(patsubst %,$(OBJ)/%.d,$(BPF_SOURCES)))

# --- lists -------------------------------------------------------------------

# Kbuild also names the .o of a module with several sources, which has no .c.
kbuild_sources	= $(wildcard $(addprefix $(1)/,$(patsubst %.o,%.c,$(filter %.o,$(shell cat $(1)/Kbuild)))))

LISTED		:= $(LIBPV_SOURCES) $(VCPUINFO_SOURCES) $(PVHOST_SOURCES) $(HYPERTRACE_SOURCES) \
		   $(HYPERTRACE_BPF) $(DEVICE_BPF) $(TEST_SOURCES) $(GCOV_SOURCES) $(TEST_BPF) $(TEST_SCRIPTS)
LISTED_ALL	= $(LISTED) $(foreach dir,$(MODULE_DIRS),$(call kbuild_sources,$(dir)))
PRESENT		= $(shell find drivers host userspace selftests \( -path selftests/rig -o -path selftests/fuzz \) -prune -o \
		    -type f \( -name '*.c' -o -name '*.sh' \) -print)
UNLISTED	= $(sort $(filter-out $(LISTED_ALL),$(PRESENT)))
ABSENT		= $(sort $(filter-out $(PRESENT),$(LISTED)))

# Every .c and .sh file is in a list, and every listed one exists.  selftests/rig builds nothing,
# selftests/fuzz has a Makefile of its own.
check-lists:
	@$(if $(UNLISTED),printf '%s: not in any sources.mk or Kbuild\n' $(UNLISTED) >&2;) \
	 $(if $(ABSENT),printf '%s: listed but does not exist\n' $(ABSENT) >&2;) \
	 $(if $(UNLISTED)$(ABSENT),exit 1,:)

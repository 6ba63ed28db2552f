# SPDX-License-Identifier: GPL-2.0
#
# How our code is built for one architecture (programs) and one kernel (modules).
# Both are cross builds in form, the machine's own architecture included: what a
# machine happens to have installed does not get in.

Q		:= $(if $(filter 1,$(V)),,@)
say		= @printf '  %-7s %s\n' $(1) $(2)
# need PROGRAM, PACKAGE: before a compiler's cause is lost in what follows from it
need		= @PATH=$$PATH:/usr/sbin command -v $(1) > /dev/null || \
		  { echo "there is no $(1): install the package $(2), or run make packages" >&2; exit 1; }

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
# What the list of its packages got last: an older folder lacks it.
SYSROOT_NEWEST	:= $(SYSROOT)/usr/include/gelf.h
LIBBPF		:= $(BUILD)/libbpf/$(ARCH)
SOURCE		:= $(BUILD)/source
MODULES		:= $(BUILD)/$(ARCH)-$(KERNEL)/modules
MIRROR		:= $(BUILD)/$(ARCH)-$(KERNEL)/src
TOOLS		:= $(BUILD)/$(ARCH)/tools
OBJ		:= $(BUILD)/$(ARCH)/obj

$(KDIR):
	$(Q)selftests/rig/rig prepare --arch $(ARCH) --kernel $(KERNEL)

$(SYSROOT_NEWEST) $(SOURCE) $(LIBBPF):
	$(Q)selftests/rig/rig prepare --arch $(ARCH)

# --- modules -----------------------------------------------------------------

# Kbuild writes beside the sources, so each kernel gets a mirror of links.
MODULE_DIRS	:= include drivers host/kvm_pv host/kvm_pv_bpf selftests/cpufreq/fake selftests/host/fake \
		   selftests/host/hostile selftests/bench/module selftests/bench/floor
MODULE_SRC	:= $(shell find $(MODULE_DIRS) -type f 2>/dev/null) ./Kbuild
# 6.1's headers bring no vmlinux to make BTF from.
MODULE_BTF	= $(if $(wildcard $(KDIR)/usr/src/linux-headers-*/vmlinux),,CONFIG_DEBUG_INFO_BTF_MODULES=)
MODULE_CONFIG	:= CONFIG_PV_HYPERVISOR=m CONFIG_PV_HYPERCALL=m CONFIG_PV_VCPUFREQ=m CONFIG_KVM_PV=m \
		   CONFIG_PV_SELFTESTS=m
# struct_ops of modules came with 6.9, and what a link has to do with them with 6.11.
MODULE_CONFIG	+= $(if $(filter-out 6.1,$(KERNEL)),CONFIG_KVM_PV_BPF=m)

modules: $(MODULES)/.stamp

$(MODULES)/.stamp: $(MODULE_SRC) | $(KDIR)
	$(call need,pahole,pahole)
	$(call say,MODULES,"$(ARCH) $(KERNEL)")
	$(Q)mkdir -p $(MIRROR) $(MODULES)
	$(Q)find $(MIRROR) -type l -delete
	$(Q)for file in $(MODULE_SRC); do \
	  mkdir -p $(MIRROR)/$${file%/*} 2>/dev/null; ln -sfn $(TOP)/$$file $(MIRROR)/$$file; \
	done
	$(Q)release=$$(cat $(KDIR)/release) && \
	  $(MAKE) -s --no-print-directory -C $(KDIR)/usr/src/linux-headers-$$release \
		M=$(MIRROR) PVDIR=$(MIRROR) CROSS_COMPILE=$(CROSS) KBUILD_VERBOSE=$(V) \
		$(MODULE_CONFIG) $(MODULE_BTF) $(KBUILD_EXTRA) modules
	$(Q)rm -f $(MODULES)/*.ko
	$(Q)find $(MIRROR) -name '*.ko' -exec cp -t $(MODULES) {} +
	$(Q)touch $@

# --- programs ----------------------------------------------------------------

CC_USER		:= $(CROSS)gcc
AR_USER		:= $(CROSS)ar
CFLAGS_USER	:= -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wstrict-prototypes \
		   -Wno-unused-parameter -Wno-sign-compare -D_GNU_SOURCE -DPV_VERSION='"$(VERSION)"' \
		   -I$(TOP) -I$(TOP)/include -I$(TOP)/include/uapi -idirafter $(SYSROOT)/usr/include \
		   -isystem $(SYSROOT)/usr/include/libsmartcols -isystem $(SYSROOT)/usr/include/json-c \
		   -isystem $(SOURCE)/tools/testing/selftests -isystem $(LIBBPF)/include \
		   -I$(OBJ) -MMD -MP $(EXTRA_CFLAGS)
LDFLAGS_USER	:= -L$(SYSROOT)/usr/lib/$(TRIPLET) -Wl,-rpath-link,$(SYSROOT)/usr/lib/$(TRIPLET) \
		   -Wl,-rpath-link,$(SYSROOT)/lib/$(TRIPLET) $(EXTRA_LDFLAGS)
LIBS_USER	:= -lsmartcols -ljson-c -lpthread
LIBS_BPF	:= $(LIBBPF)/libbpf.a -lelf -lz
VERSION		:= 0.1

mine		= $(filter-out %-$(OTHER_$(ARCH)).c,$(1))

LIBPV_SRC	:= $(call mine,$(wildcard userspace/libpv/*.c)) \
		   $(wildcard $(addprefix drivers/hypervisor/,signature.c cpuid.c hyperv.c xen.c \
		     confidential.c nesting.c uid.c feature.c detect.c))
VCPUINFO_SRC	:= $(call mine,$(wildcard userspace/vcpuinfo/*.c))
PVHOST_SRC	:= $(call mine,$(wildcard host/pvhost/*.c))
HYPERTRACE_SRC	:= $(call mine,$(filter-out %.bpf.c,$(wildcard host/hypertrace/*.c))) \
		   $(addprefix host/pvhost/,command.c name.c number.c print.c spawn.c)
HYPERTRACE_BPF	:= $(wildcard host/hypertrace/*.bpf.c)
TEST_PARTS	:= hypervisor hypercall cpufreq vcpuinfo detect host nokvm bench bpf hypertrace
TEST_SRC	:= $(call mine,$(wildcard $(patsubst %,selftests/%/*.c,$(TEST_PARTS))))
TEST_DATA	:= $(shell find $(patsubst %,selftests/%,$(TEST_PARTS)) -type f ! -name '*.[ch]' \
		     ! -path '*/fake/*' ! -path '*/hostile/*' ! -path '*/module/*' ! -path '*/floor/*' \
		     ! -path '*/baseline/*' ! -path '*/fuzz/*' ! -name config 2>/dev/null)
# Devices in BPF, those of tests among them
DEVICE_BPF	:= $(wildcard host/devices/*.bpf.c)
TEST_BPF	:= $(wildcard selftests/bpf/*/*.bpf.c)
# Of no part of ours, and tested with the host's
HOOK		:= host/libvirt/pvhost

objs		= $(patsubst %.c,$(OBJ)/%.o,$(1))
TEST_BIN	:= $(patsubst selftests/%.c,$(TOOLS)/selftests/%,$(TEST_SRC))
SKELETONS	:= $(patsubst %.bpf.c,$(OBJ)/%.skel.h,$(HYPERTRACE_BPF))
# Which image_ours() puts where they belong
DEVICE_OBJ	:= $(patsubst host/devices/%.c,$(TOOLS)/bpf/%.o,$(DEVICE_BPF))
TEST_OBJ	:= $(patsubst selftests/%.c,$(TOOLS)/selftests/%.o,$(TEST_BPF))

tools: $(TOOLS)/.stamp

$(TOOLS)/.stamp: $(if $(VCPUINFO_SRC),$(TOOLS)/vcpuinfo) $(if $(PVHOST_SRC),$(TOOLS)/pvhost) \
		 $(if $(HYPERTRACE_SRC),$(TOOLS)/hypertrace) $(DEVICE_OBJ) $(TEST_OBJ) \
		 $(TEST_BIN) $(TEST_DATA) $(HOOK) selftests/lib.sh | $(SYSROOT_NEWEST) $(SOURCE)
	$(Q)for test in $(patsubst selftests/%.c,%,$(TEST_SRC)); do \
	  sed -n 's/.*needs: \([a-z-]*\).*/\1/p;20q' selftests/$$test.c > $(TOOLS)/selftests/$$test.needs; \
	done
	$(Q)cd selftests && cp -r --parents $(patsubst selftests/%,%,$(TEST_DATA)) $(TOOLS)/selftests/
	$(Q)cp $(SOURCE)/tools/testing/selftests/kselftest/ktap_helpers.sh selftests/lib.sh \
	  $(TOOLS)/selftests/
	$(Q)cp $(HOOK) $(TOOLS)/selftests/host/libvirt-hook
	$(Q)touch $@

# What the compiler says of lines by BTF is enough: DWARF is 30 times as much.
define bpf_object
	$(call need,clang,clang)
	$(call need,llvm-strip,llvm)
	$(call say,BPF,"$(ARCH) $<")
	$(Q)mkdir -p $(@D) $(dir $(OBJ)/$<)
	$(Q)clang -g -O2 -mcpu=v3 -target bpf -Wall -Wextra -Wno-unused-parameter \
	  -Wno-missing-field-initializers -D__TARGET_ARCH_$(SRCARCH) \
	  -I$(TOP) -I$(TOP)/include -I$(LIBBPF)/include -idirafter $(SYSROOT)/usr/include \
	  -idirafter $(SYSROOT)/usr/include/$(TRIPLET) -MMD -MP -MT $@ -MF $(OBJ)/$<.d $(EXTRA_CLANG) \
	  -c -o $@ $<
	$(Q)llvm-strip -g $@
endef

$(TOOLS)/bpf/%.bpf.o: host/devices/%.bpf.c $(MAKEFILE_LIST) | $(SYSROOT_NEWEST) $(LIBBPF)
	$(bpf_object)

$(TOOLS)/selftests/%.bpf.o: selftests/%.bpf.c $(MAKEFILE_LIST) | $(SYSROOT_NEWEST) $(LIBBPF)
	$(bpf_object)

$(OBJ)/%.bpf.o: %.bpf.c $(MAKEFILE_LIST) | $(SYSROOT_NEWEST) $(LIBBPF)
	$(bpf_object)

$(OBJ)/%.skel.h: $(OBJ)/%.bpf.o
	$(call need,bpftool,bpftool)
	$(call say,SKEL,"$(ARCH) $(notdir $@)")
	$(Q)PATH=$$PATH:/usr/sbin bpftool gen skeleton $< name $(notdir $*)_bpf > $@.part
	$(Q)mv $@.part $@

$(call objs,$(HYPERTRACE_SRC)): $(SKELETONS)
.SECONDARY: $(SKELETONS:.skel.h=.bpf.o)

$(OBJ)/%.o: %.c $(MAKEFILE_LIST) | $(SYSROOT_NEWEST) $(SOURCE) $(LIBBPF)
	$(call say,CC,"$(ARCH) $<")
	$(Q)mkdir -p $(@D)
	$(Q)$(CC_USER) $(CFLAGS_USER) -c -o $@ $<

$(OBJ)/libpv.a: $(call objs,$(LIBPV_SRC))
	$(call say,AR,"$(ARCH) libpv.a")
	$(Q)rm -f $@ && $(AR_USER) rcs $@ $^

$(TOOLS)/vcpuinfo: $(call objs,$(VCPUINFO_SRC)) $(OBJ)/libpv.a
$(TOOLS)/pvhost: $(call objs,$(PVHOST_SRC)) $(OBJ)/libpv.a
$(TOOLS)/pvhost: LIBS_USER := -lfdt $(LIBS_BPF) $(LIBS_USER)
$(TOOLS)/hypertrace: $(call objs,$(HYPERTRACE_SRC)) $(OBJ)/libpv.a
$(TOOLS)/hypertrace: LIBS_USER := $(LIBS_BPF) $(LIBS_USER)
$(TEST_BIN): $(TOOLS)/selftests/%: $(OBJ)/selftests/%.o $(OBJ)/libpv.a

$(TOOLS)/vcpuinfo $(TOOLS)/pvhost $(TOOLS)/hypertrace $(TEST_BIN):
	$(call say,LD,"$(ARCH) $(notdir $@)")
	$(Q)mkdir -p $(@D)
	$(Q)$(CC_USER) $(LDFLAGS_USER) -o $@ $^ $(LIBS_USER)

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)

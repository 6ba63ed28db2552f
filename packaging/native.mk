# SPDX-License-Identifier: GPL-2.0
#
# The build of the programs, the BPF objects and the modules for this machine, with its compiler,
# libraries and kernel headers.  Nothing is downloaded.  The results are in build/native; install.mk
# installs them.  build.mk has the build for the test machines, and includes the source lists.
#
# CC, CPPFLAGS, CFLAGS, LDFLAGS and PKG_CONFIG have their usual meaning.  CC can be a cross
# compiler.

PKG_CONFIG	?= pkg-config
CFLAGS		?= -O2 -g
CLANG		?= clang
LLVM_STRIP	?= llvm-strip
BPFTOOL		?= bpftool

NATIVE		:= $(BUILD)/native
NATIVE_OBJ	:= $(NATIVE)/obj
NATIVE_LIB	:= $(NATIVE)/lib/pvguest

# The kernel whose modules are built: KVER selects another release, KSRC other headers
KVER		?= $(shell uname -r)
KSRC		?= /lib/modules/$(KVER)/build

# once NAME, VALUE: the value, computed when the variable NAME is used first
once		= $(eval $(1) := $(2))$($(1))

NATIVE_ARCH_x86_64	:= x86_64
NATIVE_ARCH_i686	:= x86_64
NATIVE_ARCH_aarch64	:= arm64
NATIVE_TRIPLET	:= $(shell $(CC) -dumpmachine 2> /dev/null)
NATIVE_CPU	:= $(firstword $(subst -, ,$(NATIVE_TRIPLET)))
NATIVE_ARCH	:= $(NATIVE_ARCH_$(NATIVE_CPU))

native_objs	= $(patsubst %.c,$(NATIVE_OBJ)/%.o,$(filter-out %-$(OTHER_$(NATIVE_ARCH)).c,$(1)))
# present PROGRAM...: "y" if all of them exist.  Debian's bpftool is in /usr/sbin.
present		= $(shell PATH=$$PATH:/usr/sbin; for p in $(1); do command -v $$p > /dev/null || exit; done; echo y)

# Libraries of each program, as the linker names them
NATIVE_LIBS_vcpuinfo	:= smartcols json-c
NATIVE_LIBS_pvhost	:= smartcols json-c fdt bpf elf z
NATIVE_LIBS_hypertrace	:= smartcols json-c bpf elf z
NATIVE_PROGRAMS	:= vcpuinfo pvhost hypertrace

# pkg-config is optional: without it, the headers and libraries must be where the compiler looks.
# libfdt of some releases has no .pc file.
native_pkg	= $(call once,native_pkg,$(shell for l in smartcols json-c libfdt libbpf libelf; do \
		    $(PKG_CONFIG) --cflags-only-I $$l; done 2> /dev/null))
native_pkg_l	= $(call once,native_pkg_l,$(shell for l in smartcols json-c libfdt libbpf libelf; do \
		    $(PKG_CONFIG) --libs-only-L $$l; done 2> /dev/null))

NATIVE_CFLAGS	= -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
		  -Wno-missing-field-initializers -D_GNU_SOURCE -DPV_VERSION='"$(VERSION)"' \
		  -I. -Iinclude -Iinclude/uapi -I$(NATIVE_OBJ) -MMD -MP $(native_pkg)

# hypertrace includes its BPF objects.
NATIVE_BPF	= $(call present,$(CLANG) $(LLVM_STRIP) $(BPFTOOL))

.PHONY: native native-modules libraries vcpuinfo pvhost hypertrace devices

# All missing libraries are reported before the first object is compiled.
native: libraries
	$(Q)$(MAKE) --no-print-directory vcpuinfo pvhost $(if $(NATIVE_BPF),hypertrace devices)
	$(if $(NATIVE_BPF),,$(Q)packaging/need --note 'hypertrace and the BPF devices' \
	  $(CLANG) $(LLVM_STRIP) $(BPFTOOL))
	$(Q)if [ -e '$(KSRC)/Makefile' ]; then $(MAKE) --no-print-directory native-modules; else \
	  KVER='$(KVER)' packaging/need --note 'the modules for Linux $(KVER)' headers; fi

need_library	= $(Q)CC='$(CC)' FLAGS='$(native_pkg) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(native_pkg_l)' \
		  packaging/need $(1)

libraries:
	$(if $(NATIVE_ARCH),,$(error $(CC) compiles for $(or $(NATIVE_CPU),an unknown processor): \
	  pvguest supports x86_64 and aarch64))
	$(call need_library,$(addprefix -l,$(sort $(foreach p,$(NATIVE_PROGRAMS),$(NATIVE_LIBS_$(p))))))

$(NATIVE_PROGRAMS): %: $(NATIVE)/bin/%

# Objects depend on the flags, so that "make CC=clang" after "make" compiles again.
$(NATIVE)/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(NATIVE_CFLAGS))' > $@.new
	$(Q)if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(NATIVE)/need-%: $(NATIVE)/flags
	$(call need_library,$(addprefix -l,$(NATIVE_LIBS_$*)))
	$(Q)touch $@

$(NATIVE_OBJ)/%.o: %.c $(NATIVE)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(NATIVE_CFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# native_program NAME, SOURCES
define native_program
NATIVE_OBJS_$(1) := $(call native_objs,$(2) $(LIBPV_SOURCES))
$(call native_objs,$(2)): | $$(NATIVE)/need-$(1)
$$(NATIVE)/bin/$(1): $$(NATIVE_OBJS_$(1))
	$$(call say,LD,$(1))
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) $$(native_pkg_l) -o $$@ $$(NATIVE_OBJS_$(1)) \
	  $$(addprefix -l,$$(NATIVE_LIBS_$(1))) -lpthread
-include $$(wildcard $$(NATIVE_OBJS_$(1):.o=.d))
endef
$(eval $(call native_program,vcpuinfo,$(VCPUINFO_SOURCES)))
$(eval $(call native_program,pvhost,$(PVHOST_SOURCES)))
$(eval $(call native_program,hypertrace,$(HYPERTRACE_SOURCES)))

# --- BPF ---------------------------------------------------------------------

NATIVE_DEVICES	:= $(patsubst host/devices/%.c,$(NATIVE_LIB)/%.o,$(DEVICE_BPF))
NATIVE_SKELS	:= $(patsubst %.bpf.c,$(NATIVE_OBJ)/%.skel.h,$(HYPERTRACE_BPF))

devices: $(NATIVE_DEVICES)
	@:

define native_bpf
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) -g -O2 -mcpu=v3 -target bpf -Wall -Wextra -Wno-unused-parameter \
	  -Wno-missing-field-initializers -D__TARGET_ARCH_$(SRCARCH_$(NATIVE_ARCH)) -I. -Iinclude \
	  $(native_pkg) -idirafter /usr/include -idirafter /usr/include/$(NATIVE_TRIPLET) -MMD -MP -c -o $@ $<
	$(Q)$(LLVM_STRIP) -g $@
endef

$(NATIVE)/need-bpf:
	$(Q)PATH=$$PATH:/usr/sbin packaging/need $(CLANG) $(LLVM_STRIP) $(BPFTOOL)
	$(Q)mkdir -p $(@D) && touch $@

$(NATIVE_LIB)/%.bpf.o: host/devices/%.bpf.c | $(NATIVE)/need-bpf
	$(native_bpf)

$(NATIVE_OBJ)/%.bpf.o: %.bpf.c | $(NATIVE)/need-bpf $(NATIVE)/need-hypertrace
	$(native_bpf)

$(NATIVE_OBJ)/%.skel.h: $(NATIVE_OBJ)/%.bpf.o
	$(Q)PATH=$$PATH:/usr/sbin $(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf > $@.part
	$(Q)mv $@.part $@

# In the first build no .d file says which of them include a skeleton.
$(filter $(NATIVE_OBJ)/host/hypertrace/%,$(NATIVE_OBJS_hypertrace)): | $(NATIVE_SKELS)
.SECONDARY: $(NATIVE_SKELS:.skel.h=.bpf.o) $(NATIVE_SKELS)
-include $(wildcard $(NATIVE_DEVICES:.o=.d) $(NATIVE_SKELS:.skel.h=.bpf.d))

# --- modules -----------------------------------------------------------------

# Kbuild writes next to the sources, so the modules are built in a folder of links.  dkms.conf
# selects the modules for this kernel.
NATIVE_MODULES	:= $(NATIVE)/modules
NATIVE_TREES	:= Kbuild META meta.mk drivers host/kvm_pv host/kvm_pv_bpf include
native_release	= $(or $(if $(filter-out file,$(origin KSRC)),$(shell cat $(KSRC)/include/config/kernel.release \
		    2> /dev/null)),$(KVER))
native_config	= $(shell kernelver='$(native_release)' kernel_source_dir='$(KSRC)' bash -c \
		    '. ./dkms.conf && echo "$$MAKE"' | grep -o 'CONFIG_[A-Z_]*=m')
native_kbuild	= +$(Q)$(MAKE) --no-print-directory -s -C $(KSRC) M=$(NATIVE_MODULES) PVDIR=$(NATIVE_MODULES) \
		  $(native_config)

native-modules:
	$(Q)[ -e '$(KSRC)/Makefile' ] || KVER='$(KVER)' packaging/need headers
	$(call say,MODULES,$(native_release))
	$(Q)mkdir -p $(addprefix $(NATIVE_MODULES)/,$(dir $(NATIVE_TREES)))
	$(Q)find $(NATIVE_MODULES) -type l -delete
	$(Q)for tree in $(NATIVE_TREES); do cp -rsT $(TOP)/$$tree $(NATIVE_MODULES)/$$tree || exit; done
	$(native_kbuild) modules

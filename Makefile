# SPDX-License-Identifier: GPL-2.0
#
# pvguest: paravirtual drivers for Linux guests, and the host side.
#
#   make             build programs and modules for this machine
#   make install     install them
#   make run         boot a host and a guest, load all modules, print what the guest sees
#   make unit        tests that need no machine
#   make kunit       KUnit tests of the drivers, without a machine
#   make check       unit, and the essential tests on four machines
#   make check-full  check, and the rest of the matrix
#   make check-long  stress tests
#   make check-debug tests and stress tests on the debug kernel
#   make coverage    the lines that tests of check-debug execute
#   make bench       count the instructions of exits, hypercalls and ioctls
#   make gdb         debug a guest
#   make help        all targets and variables

# Tests run on all architectures and kernels unless the user chooses one.
CHOSEN_NAMES := $(foreach v,ARCH KERNEL,$(if $(filter command environment,$(word 1,$(origin $(v)))),$(v)))
CHOSEN	= $(foreach v,$(CHOSEN_NAMES),$(v)=$($(v)))

# Default: the architecture of this machine.  The names of uname(1) and dpkg(1) are valid, too.
ARCH	?= $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
override ARCH := $(patsubst aarch64,arm64,$(patsubst amd64,x86_64,$(ARCH)))
KERNEL	?= 6.12
V	?= 0

ARCHS	:= x86_64 arm64
KERNELS	:= 5.10 6.1 6.12 newest
# Suites with headers that modules are only built for
HEADERS	:= trixie sid
# Flavours of all these kernels, as suffixes: see selftests/rig/common.sh
FLAVOURS := cloud rt
WITH_FLAVOURS := $(foreach k,$(KERNELS) $(HEADERS),$(k) $(addprefix $(k)-,$(FLAVOURS)))
# Kernels that are supported as guests only
GUEST_KERNELS := 5.10 5.10-%
# Built from source, see selftests/rig/kernel.sh
RIG_KERNELS := $(filter-out base $(ARCHS),$(basename $(notdir $(wildcard selftests/rig/kernel/*.config))))

ifeq ($(filter $(ARCH),$(ARCHS)),)
$(error ARCH=$(ARCH): choose one of $(ARCHS))
endif
ifeq ($(filter $(KERNEL),$(WITH_FLAVOURS) $(RIG_KERNELS)),)
$(error KERNEL=$(KERNEL): choose one of $(WITH_FLAVOURS) $(RIG_KERNELS))
endif

# Kbuild has variables with these names; the environment must not override them.
unexport ARCH KERNEL

TOP	:= $(CURDIR)
BUILD	?= $(TOP)/build
export BUILD

include build.mk
include packaging/native.mk
include packaging/install.mk
include packaging/deb.mk

.PHONY: all run unit kunit check check-full check-long check-debug coverage detection-page \
	compatibility-page bench gdb golden rig-kernel style packages modules tools check-lists html \
	clean distclean help
.DEFAULT_GOAL := all

all: native

run: packages
	$(Q)selftests/rig/run $(ARCH) $(KERNEL)

CHECK	= $(Q)selftests/rig/packages check && \
	  env $(CHOSEN) TESTS='$(TESTS)' MACHINES='$(MACHINES)' LIST='$(LIST)' LIMIT='$(LIMIT)' \
	  selftests/rig/check

unit:
	$(CHECK) unit

kunit: packages
	$(Q)selftests/rig/kunit

check:
	$(CHECK) check

check-full:
	$(CHECK) full

check-long:
	$(CHECK) long

check-debug:
	$(CHECK) debug

COVERAGE := $(BUILD)/coverage

# Programs with counters have a build folder of their own.  A test that fails counts, too.
coverage: packages
	-$(Q)MACHINES="$${MACHINES:-$$(selftests/rig/coverage machines)}" $(MAKE) --no-print-directory check-debug \
	  BUILD=$(COVERAGE) GCOV=1
	$(Q)BUILD=$(COVERAGE) selftests/rig/coverage read
	$(Q)BUILD=$(COVERAGE) selftests/rig/coverage lines > $(COVERAGE)/missing
	$(Q)BUILD=$(COVERAGE) selftests/rig/coverage table
	@echo "lines that were not executed: $(COVERAGE)/missing"

PAGE := Documentation/detection-machines.rst

detection-page: packages
	$(Q)MACHINES="$$(selftests/rig/detection machines)" selftests/rig/check full
	$(Q)selftests/rig/detection page > $(BUILD)/page && mv $(BUILD)/page $(PAGE)
	@echo $(PAGE)

KERNELS_PAGE := Documentation/compatibility-kernels.rst

compatibility-page: packages
	$(Q)selftests/rig/compatibility run
	$(Q)selftests/rig/compatibility page > $(BUILD)/page && mv $(BUILD)/page $(KERNELS_PAGE)
	@echo $(KERNELS_PAGE)

bench: packages
	$(Q)selftests/rig/bench $(ARCH) $(KERNEL)

gdb:
	$(Q)selftests/rig/packages gdb
	$(Q)BREAK='$(BREAK)' selftests/rig/gdb $(ARCH) $(KERNEL)

rig-kernel: packages
	$(if $(filter $(KERNEL),$(RIG_KERNELS)),,$(error KERNEL=$(KERNEL): choose one of $(RIG_KERNELS)))
	$(Q)selftests/rig/rig prepare --arch $(ARCH) --kernel $(KERNEL)

style:
	$(Q)selftests/rig/packages style
	$(Q)selftests/rig/style

# The golden files are outputs of programs that run on this machine.
golden: packages
	$(Q)$(MAKE) --no-print-directory tools ARCH=$(if $(filter aarch64,$(shell uname -m)),arm64,x86_64)
	$(Q)selftests/golden

packages:
	$(Q)selftests/rig/packages

HTML	:= $(BUILD)/html

html:
	$(call need,sphinx-build,python3-sphinx)
	$(Q)sphinx-build -q -W -n --keep-going -b html -c packaging/sphinx Documentation $(HTML)
	@echo $(HTML)/index.html

clean:
	$(Q)rm -rf $(HTML) $(BUILD)/deb $(BUILD)/packages $(BUILD)/intree $(BUILD)/x86_64* $(BUILD)/arm64* $(BUILD)/image $(BUILD)/run $(BUILD)/check \
		$(BUILD)/rig $(BUILD)/native $(BUILD)/bench $(BUILD)/fuzz

distclean:
	$(Q)rm -rf $(BUILD)

help:
	@echo 'For this machine, see Documentation/install.rst:'
	@echo 'all (default)              programs, and modules if the kernel headers are installed: build/native'
	@echo '  CC= CFLAGS= KVER= KSRC=  compiler; release of the kernel, folder with its headers'
	@echo 'vcpuinfo, pvhost, hypertrace, devices, native-modules  a part of it'
	@echo 'install [PREFIX=] [DESTDIR=]   install what is built; uninstall removes it'
	@echo 'modules_install [DESTDIR=] build and install the modules'
	@echo 'intree KSRC=               add the drivers to a kernel source: drivers/virt/pvguest'
	@echo 'dist, deb                  a tarball; Debian packages: build/deb'
	@echo 'html                       the documentation as web pages: build/html'
	@echo 'clean, distclean           remove build results; remove all of build/'
	@echo
	@echo 'For test machines, which the rig downloads, see Documentation/testing.rst:'
	@echo 'run [ARCH=] [KERNEL=]      boot a host and a guest, load all modules, print vcpuinfo --all'
	@echo
	@echo 'unit                       tests that need no machine; 1 minute after the build'
	@echo 'kunit                      KUnit tests of the drivers on Linux for user mode; the first build takes minutes'
	@echo 'check                      unit and the essential tests on four machines; 12 to 25 minutes'
	@echo 'check-full                 check and the rest of the matrix; 45 to 90 minutes'
	@echo 'check-long                 stress tests; hours'
	@echo 'check-debug                tests and stress tests on the debug kernel; hours'
	@echo 'coverage                   the lines that tests of check-debug execute, as a table; hours'
	@echo '  TESTS="cpufreq/record.sh ..."  only these tests, of any tier; globs are possible'
	@echo '  ARCH= KERNEL=            only machines with this architecture or kernel'
	@echo '  MACHINES="attach-arm64 ..."    only these machines of selftests/rig/machines'
	@echo '  LIST=1                   print machines and tests, run nothing'
	@echo '  LIMIT=SECONDS            start no machine whose budget exceeds the rest of this time'
	@echo '  PV_OPS= PV_SEED= PV_VMS= ...   parameters of tests, see Documentation/testing.rst'
	@echo
	@echo 'gdb [ARCH=] [KERNEL=] [BREAK=function]  debug a guest, stop at the function'
	@echo 'bench [ARCH=] [KERNEL=]    instructions of exits and calls: build/bench/ARCH-KERNEL.json'
	@echo 'golden                     regenerate the expected outputs of native tests'
	@echo 'detection-page             boot the detection machines, write $(PAGE)'
	@echo 'compatibility-page         boot all kernels, write $(KERNELS_PAGE)'
	@echo 'style                      checkpatch --strict, sparse, W=1, shellcheck, cppcheck, clang-tidy, coccinelle; silent if clean'
	@echo 'modules [ARCH=] [KERNEL=]  build the kernel modules: build/ARCH-KERNEL/modules'
	@echo 'tools [ARCH=]              build the programs and tests: build/ARCH/tools'
	@echo 'rig-kernel KERNEL=debug [ARCH=]  build the kernel for debugging'
	@echo 'packages                   install the Debian packages that the build needs'
	@echo
	@echo 'ARCH: $(ARCHS) (now $(ARCH)); KERNEL: $(KERNELS) $(RIG_KERNELS) (now $(KERNEL)); V=1 shows commands'
	@echo 'The suffixes $(addprefix -,$(FLAVOURS)) select a flavour of Debian: KERNEL=6.12-cloud. modules: also KERNEL=$(subst $() ,|,$(HEADERS))'

# SPDX-License-Identifier: GPL-2.0
#
# install, uninstall, modules_install, dist.  "make install" installs what "make" built in
# build/native, so it compiles nothing as root.

PREFIX		?= /usr/local
SYSCONFDIR	?= /etc
BINDIR		?= $(PREFIX)/bin
SBINDIR		?= $(PREFIX)/sbin
LIBDIR		?= $(PREFIX)/lib
MANDIR		?= $(PREFIX)/share/man
BASHDIR		?= $(PREFIX)/share/bash-completion/completions
ZSHDIR		?= $(PREFIX)/share/zsh/site-functions
SCHEMADIR	?= $(PREFIX)/share/pvguest/schema
HOOKDIR		?= $(SYSCONFDIR)/libvirt/hooks/qemu.d

# to DIR, FILES: words MODE:FILE:TARGET.  The text of man pages and units is filtered.
to		= $(foreach file,$(3),$(1):$(file):$(2)/$(notdir $(file)))
man		= $(foreach n,1 4 5 8,$(call to,644,$(MANDIR)/man$(n),$(filter %.$(n),$(1))))

include host/systemd/sources.mk

MAN_PAGES	:= $(wildcard Documentation/man/*.[1-8])
HOST_MAN	:= $(filter %/pvhost.8 %/pvhost.conf.5 %/kvm_pv.4,$(MAN_PAGES))
TRACE_MAN	:= $(filter %/hypertrace.8,$(MAN_PAGES))
SCHEMA		= 644:Documentation/schema/$(1).json:$(SCHEMADIR)/$(1).json
COMPLETION	= 644:packaging/completion.bash:$(BASHDIR)/$(1)

INSTALL_vcpuinfo	= $(call to,755,$(BINDIR),$(NATIVE)/bin/vcpuinfo) \
		   $(call man,$(filter-out $(HOST_MAN) $(TRACE_MAN),$(MAN_PAGES))) \
		   $(call to,644,$(LIBDIR)/udev/rules.d,packaging/70-pvguest.rules) \
		   644:packaging/modules-load.conf:$(LIBDIR)/modules-load.d/pvguest.conf \
		   644:packaging/completion.zsh:$(ZSHDIR)/_pvguest $(call COMPLETION,vcpuinfo) \
		   $(call SCHEMA,vcpuinfo)
INSTALL_pvhost	= $(call to,755,$(SBINDIR),$(NATIVE)/bin/pvhost) $(call man,$(HOST_MAN)) \
		   $(call to,644,$(LIBDIR)/systemd/system,$(SYSTEMD_UNITS)) \
		   755:host/libvirt/pvhost:$(HOOKDIR)/pvhost $(call COMPLETION,pvhost) \
		   $(call SCHEMA,pvhost)
INSTALL_hypertrace	= $(call to,755,$(SBINDIR),$(NATIVE)/bin/hypertrace) $(call man,$(TRACE_MAN)) \
		   $(call COMPLETION,hypertrace) $(call SCHEMA,hypertrace)
INSTALL_devices	= $(call to,644,$(LIBDIR)/pvguest,$(NATIVE_DEVICES))

INSTALLED_ALL	= $(foreach p,$(NATIVE_PROGRAMS) devices,$(INSTALL_$(p)))
# What exists: a guest may have built vcpuinfo alone.
INSTALLED_BUILT	= $(foreach p,$(NATIVE_PROGRAMS),$(if $(wildcard $(NATIVE)/bin/$(p)),$(INSTALL_$(p)))) \
		  $(if $(wildcard $(NATIVE_DEVICES)),$(INSTALL_devices))

.PHONY: install uninstall modules_install dist

# man pages: the date and version of META.  Units and man pages: the folders.
INSTALL_FILTER	= sed -e '/^\.TH/s/"" "pvguest"/"$(call pv-meta,Date)" "pvguest $(VERSION)"/' \
		  -e 's,/usr/sbin/,$(SBINDIR)/,g' -e 's,/usr/lib/pvguest,$(LIBDIR)/pvguest,g'

install:
	$(if $(strip $(INSTALLED_BUILT)),,$(error nothing is built: run make, or make vcpuinfo))
	$(Q)set -e; for entry in $(INSTALLED_BUILT); do \
	  mode=$${entry%%:*} target=$(DESTDIR)$${entry##*:} file=$${entry#*:} file=$${file%:*}; \
	  mkdir -p "$${target%/*}"; \
	  case $$file in \
	  *.[1-8]|*/systemd/*) $(INSTALL_FILTER) "$$file" > "$$target"; chmod "$$mode" "$$target" ;; \
	  *) install -m "$$mode" "$$file" "$$target" ;; \
	  esac; \
	done

# Folders of pvguest alone are removed as well.
uninstall:
	$(Q)rm -f $(foreach entry,$(INSTALLED_ALL),$(DESTDIR)$(lastword $(subst :, ,$(entry))))
	$(Q)rmdir $(DESTDIR)$(LIBDIR)/pvguest $(DESTDIR)$(SCHEMADIR) \
	  $(DESTDIR)$(patsubst %/,%,$(dir $(SCHEMADIR))) 2> /dev/null || :

modules_install: native-modules
	$(native_kbuild) modules_install INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates

DIST		:= $(NATIVE)/pvguest-$(VERSION)

dist:
	$(Q)mkdir -p $(NATIVE)
	$(Q)git archive --prefix=pvguest-$(VERSION)/ -o $(DIST).tar.gz HEAD
	@echo $(DIST).tar.gz

.PHONY: intree

intree:
	$(Q)packaging/intree '$(if $(filter file,$(origin KSRC)),,$(KSRC))'

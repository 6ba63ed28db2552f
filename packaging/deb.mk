# SPDX-License-Identifier: GPL-2.0
#
# Debian packages, and the sources of the DKMS packages.

# DKMS packages by side
DKMS_NAME_guest	:= pvguest
DKMS_NAME_host	:= pvguest-host
DKMS_TREES_guest := META meta.mk include drivers
DKMS_TREES_host	:= META meta.mk include drivers/compat.h host/kvm_pv host/kvm_pv_bpf
# Folders of the other side
DKMS_OTHER_guest := host
DKMS_OTHER_host	:= drivers
SRCDIR		?= /usr/src

.PHONY: deb dkms-tree

# One template for both packages.  dh_dkms reads name and version without a shell.
dkms-tree:
	$(if $(DKMS_NAME_$(SIDE)),,$(error SIDE=$(SIDE): choose guest or host))
	$(Q)set -e; name=$(DKMS_NAME_$(SIDE)); dir=$(DESTDIR)$(SRCDIR)/$$name-$(VERSION); \
	mkdir -p "$$dir"; cp -r --parents $(DKMS_TREES_$(SIDE)) "$$dir"; \
	sed -e '/^obj-.*CONFIG_PV_SELFTESTS/,$$d' \
	    -e '\,^obj-.* += $(DKMS_OTHER_$(SIDE))/,d' Kbuild > "$$dir/Kbuild"; \
	sed -e "s/^PACKAGE_NAME=.*/PACKAGE_NAME=\"$$name\"/" \
	    -e 's/^PACKAGE_VERSION=.*/PACKAGE_VERSION="$(VERSION)"/' \
	    -e 's/^pv_side=.*/pv_side=$(SIDE)/' dkms.conf > "$$dir/dkms.conf"

# debhelper writes next to debian, so it runs in a copy of the files that git knows.
DEB		:= $(BUILD)/deb

deb:
	$(call need,dh,debhelper)
	$(Q)rm -rf $(DEB) && mkdir -p $(DEB)/pvguest-$(VERSION)
	$(Q)if [ -e .git ]; then git ls-files -z -co --exclude-standard; else \
	  find . -path ./build -prune -o -type f -print0; fi | \
	  xargs -0 cp -P --parents -t $(DEB)/pvguest-$(VERSION)
	$(Q)cd $(DEB)/pvguest-$(VERSION) && env -u MAKEFLAGS -u MAKELEVEL -u BUILD \
	  dpkg-buildpackage -us -uc $(DEB_FLAGS)
	@ls $(DEB)/*.deb

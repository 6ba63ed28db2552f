# SPDX-License-Identifier: GPL-2.0
#
# Reads META for the Kbuild files of the modules and for build.mk.  Tests set PV_META to another
# file.

ifndef PV_META
PV_META := $(dir $(lastword $(MAKEFILE_LIST)))META
endif

# pv-meta KEY: the value of a line
pv-meta = $(shell awk -F '[: \t]+' '$$1 == "$(1)" { print $$2 }' $(PV_META))
# pv-code KEY: a line with a kernel version, as a number like LINUX_VERSION_CODE
pv-code = $(shell awk -F '[:. \t]+' '$$1 == "$(1)" { print $$2 * 65536 + $$3 * 256 }' $(PV_META))
# pv-flags SIDE: what fence.h and the modules need
pv-flags = -DPV_VERSION=\"$(call pv-meta,Version)\" \
	   -DPV_OLDEST=$(call pv-code,$(1)-Oldest) -DPV_NEWEST=$(call pv-code,$(1)-Newest)

# SPDX-License-Identifier: GPL-2.0
#
# Units of systemd.  One entry per line, sorted; an empty line ends the list.

SYSTEMD_UNITS := \
	host/systemd/pvhost-bpf@.service \
	host/systemd/pvhost-sync.path \
	host/systemd/pvhost-sync.service \
	host/systemd/pvhost-sync.timer \
	host/systemd/pvhost@.service \


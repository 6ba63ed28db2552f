#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# needs: native unit
#
# --version of each program is the version of the DKMS package.

. ../lib.sh

VERSION=$(sed -n 's/^PACKAGE_VERSION=//p' ../dkms.conf | tr -d '"')

# is_version TEXT: has the form of a version
is_version()
{
	echo "$1" | grep -qxE '[0-9]+(\.[0-9]+)+'
}

ktap_print_header
ktap_set_plan 7

check "dkms.conf has a version of numbers with dots" is_version "$VERSION"
check_is "vcpuinfo --version prints the version of dkms.conf" \
	"$(vcpuinfo --version)" "vcpuinfo from pvguest $VERSION"
check_is "vcpuinfo -V prints the version of dkms.conf" \
	"$(vcpuinfo -V)" "vcpuinfo from pvguest $VERSION"
for program in pvhost hypertrace; do
	for option in --version -V; do
		check_is "$program $option prints the version of dkms.conf" \
			"$($program $option)" "$program $VERSION"
	done
done

ktap_finished

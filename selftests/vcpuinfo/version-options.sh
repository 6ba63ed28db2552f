#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# needs: native unit
#
# Each program and the DKMS package have the version of META.

. ../lib.sh

VERSION=$(sed -n 's/^Version:[[:space:]]*//p' ../META)

# dkms VARIABLE: its value in dkms.conf, which DKMS evaluates with bash
dkms()
{
	# shellcheck disable=SC2016
	kernelver=6.12.5-amd64 bash -c '. ../dkms.conf && echo "${!1}"' bash "$1"
}

# is_version TEXT: has the form of a version
is_version()
{
	echo "$1" | grep -qxE '[0-9]+(\.[0-9]+)+'
}

ktap_print_header
ktap_set_plan 9

check "META has a version of numbers with dots" is_version "$VERSION"
check_is "dkms.conf has the version of META" "$(dkms PACKAGE_VERSION)" "$VERSION"
check_is "dkms.conf has the name of META" "$(dkms PACKAGE_NAME)" pvguest
check_is "vcpuinfo --version prints the version of META" \
	"$(vcpuinfo --version)" "vcpuinfo from pvguest $VERSION"
check_is "vcpuinfo -V prints the version of META" \
	"$(vcpuinfo -V)" "vcpuinfo from pvguest $VERSION"
for program in pvhost hypertrace; do
	for option in --version -V; do
		check_is "$program $option prints the version of META" \
			"$($program $option)" "$program $VERSION"
	done
done

ktap_finished

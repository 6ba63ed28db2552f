# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# vcpuinfo call and latency: what they print, and how they end.

out=/tmp/vcpuinfo.out
err=/tmp/vcpuinfo.err

# status WORD...: exit status of vcpuinfo call
status()
{
	vcpuinfo call "$@" > $out 2> $err
	echo $?
}

# latency COLUMNS OPTION...: rows
latency()
{
	local columns=$1

	shift
	vcpuinfo -p -o "$columns" latency "$@" 2> $err | grep -v '^#'
}

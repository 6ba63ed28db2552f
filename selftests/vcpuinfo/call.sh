# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For tests of vcpuinfo call and latency: output and exit status; after lib.sh.

out=/tmp/vcpuinfo.out
err=/tmp/vcpuinfo.err

# status WORD...: exit status of vcpuinfo call
status()
{
	vcpuinfo call "$@" > $out 2> $err
	echo $?
}

# shown NAME: a field in the last output of status
shown()
{
	sed -n "s/^$1: *//p" $out
}

# field NAME WORD...: a field in the output of vcpuinfo call
field()
{
	local name=$1

	shift
	vcpuinfo call "$@" 2> $err | sed -n "s/^$name: *//p"
}

# first_register WORD...: value of the first register in the output of vcpuinfo call
first_register()
{
	field registers "$@" | sed 's/^[^=]*=\([^,]*\).*/\1/'
}

# fails_with TEXT WORD...: vcpuinfo call fails, prints nothing, and its error has TEXT
fails_with()
{
	local text=$1 rc

	shift
	rc=$(status "$@")
	[ "$rc" = 3 ] && [ ! -s "$out" ] && grep -q -e "$text" "$err" && return
	ktap_print_msg "exit status $rc: $(cat "$err")"
	return 1
}

# latency COLUMNS OPTION...: rows of vcpuinfo latency
latency()
{
	local columns=$1

	shift
	vcpuinfo -p -o "$columns" latency "$@" 2> $err | grep -v '^#'
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Errors of vcpuinfo.  VCPUINFO is the program, tmp a directory for its output.

# refuses NAME TEXT WORD...: vcpuinfo exits with 3, prints nothing, and its error has TEXT
refuses()
{
	local name="$1" text="$2" rc=0

	shift 2
	# shellcheck disable=SC2086 # it can have arguments
	timeout 60 $VCPUINFO "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	if [ $rc -eq 3 ] && [ ! -s "$tmp/out" ] && grep -qF -e "$text" "$tmp/err"; then
		ktap_test_pass "$name"
	else
		ktap_print_msg "exit status $rc"
		sed 's/^/# /' "$tmp/out" "$tmp/err"
		ktap_test_fail "$name"
	fi
}

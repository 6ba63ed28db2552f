#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# needs: native unit
#
# Documentation/troubleshooting.rst quotes messages, each in a line of its own at the left margin,
# with <words> for values.  Each of them is a string of the sources, and the page has each error and
# warning of the modules.  PV_INCLUDE is the folder include of this tree.

. ../lib.sh

TREE=${PV_INCLUDE:-/nonexistent}/..
PAGE=$TREE/Documentation/troubleshooting.rst
MODULES='drivers host/kvm_pv host/kvm_pv_bpf include/kernel'
PROGRAMS='host/pvhost host/hypertrace userspace'

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# joined DIR...: the sources, a file in a line, with neighbouring strings and the string macros of
# paths as one string
joined()
{
	(cd "$TREE" && find "$@" -name '*.[ch]') | LC_ALL=C sort | while read -r file; do
		tr '\n\t' '  ' < "$TREE/$file" |
			sed 's/\\"/\x01/g; s/" *BTF "/\/sys\/kernel\/btf\//g; s/" *LOCKDOWN "/\/sys\/kernel\/security\/lockdown/g; s/" *"//g; s/\x01/\\"/g'
		echo
	done
}

# formats: conversions, those of %p with their suffix, become <>, and escapes characters
formats()
{
	sed 's/\\n//g; s/\\"/"/g; s/%[-#0-9.*]*[hlz]*[a-zA-Z]/<>/g; s/<>[Rra]\b/<>/g'
}

# quoted: messages of the page, with all values as <>
quoted()
{
	# shellcheck disable=SC2016
	sed -n 's/^``\(.*\)``$/\1/p' "$PAGE" | sed 's/<[a-z][a-z0-9-]*>/<>/g'
}

# exists MESSAGE: a string of the sources contains it
exists()
{
	grep -qF -- "$1" "$tmp/strings" && return
	ktap_print_msg "no source has: $1"
	return 1
}

each_exists()
{
	local message status=0

	while read -r message; do
		exists "$message" || status=1
	done < "$tmp/quoted"
	return $status
}

# The longest part of a message between values is on the page.
each_is_quoted()
{
	# shellcheck disable=SC2016
	local message part status=0

	while read -r message; do
		part=$(printf '%s\n' "$message" | sed 's/<>/\n/g' |
			awk 'length > length(best) { best = $0 } END { gsub(/^[ :;,.()]+|[ :;,.()]+$/, "", best); print best }')
		grep -qF -- "$part" "$tmp/quoted" && continue
		ktap_print_msg "troubleshooting.rst lacks: $message"
		status=1
	done < "$tmp/reported"
	return $status
}

has_lines()
{
	ktap_print_msg "$(wc -l < "$1") messages"
	[ "$(wc -l < "$1")" -ge "$2" ]
}

ktap_print_header
[ -f "$PAGE" ] || skip_all "no $PAGE"
ktap_set_plan 4

# shellcheck disable=SC2086
joined $MODULES $PROGRAMS > "$tmp/sources"
grep -oE '"([^"\\]|\\.)*"' "$tmp/sources" | sed 's/^"//; s/"$//' | formats > "$tmp/strings"
# shellcheck disable=SC2086
joined $MODULES | grep -oE '\b(pr|dev)_(err|warn)[a-z_]*\([^;"]*"([^"\\]|\\.)*"' |
	sed 's/^[^"]*"//; s/"$//' | formats | LC_ALL=C sort -u > "$tmp/reported"
quoted > "$tmp/quoted"

check "troubleshooting.rst quotes messages" has_lines "$tmp/quoted" 60
check "The modules have errors and warnings" has_lines "$tmp/reported" 25
check "Each message of troubleshooting.rst is in the sources" each_exists
check "troubleshooting.rst has each error and warning of the modules" each_is_quoted
ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# needs: native unit
#
# Documentation/security.rst and operations.rst name a test below each claim, as "| ``FILE``: NAME".
# Each of them exists, and the rig runs it.  PV_INCLUDE is the folder include of this tree.

. ../lib.sh

TREE=${PV_INCLUDE:-/nonexistent}/..
PAGES="$TREE/Documentation/security.rst $TREE/Documentation/operations.rst"
# Fewer claims than this mean that they are not found.
LEAST=40

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# each FUNCTION: FUNCTION FILE NAME succeeds for each test that the page names
each()
{
	local file name status=0

	while IFS='	' read -r file name; do
		"$1" "$file" "$name" && continue
		ktap_print_msg "$file: $name"
		status=1
	done < "$tmp/tests"
	return $status
}

# runs FILE: a file of the list declares a need in its first lines, or the rig starts it by name
runs()
{
	grep -q "selftests/$1 " "$TREE/selftests/sources.mk" || return
	head -n 20 "$TREE/selftests/$1" | grep -q 'needs: ' ||
		grep -rqF "selftests/${1%.*} " "$TREE/selftests/rig"
}

is_file()
{
	[ -f "$TREE/selftests/$1" ]
}

has_name()
{
	grep -qF -- "$2" "$TREE/selftests/$1"
}

# A claim is a line at the left margin before a line with a test.
claims_have_tests()
{
	local claims tests

	claims=$(grep -B1 '^    | ``' "$tmp/page" | grep -c '^[A-Z]')
	tests=$(wc -l < "$tmp/tests")
	ktap_print_msg "$claims claims, $tests tests"
	[ "$claims" -ge 25 ] && [ "$tests" -ge $LEAST ]
}

ktap_print_header
# Paths without spaces
# shellcheck disable=SC2086
cat $PAGES > "$tmp/page" || skip_all "no pages"
ktap_set_plan 5

# Backquotes of the pages
# shellcheck disable=SC2016
sed -n 's/^    | ``\([^`]*\)``: /\1	/p' "$tmp/page" > "$tmp/tests"
check "The pages have claims with tests" claims_have_tests
check "Each test file of the pages exists" each is_file
check "Each test file of the pages is run by the rig" each runs
check "Each test name of the pages is in its file" each has_name
check "No line of the pages names a test in another form" \
	[ "$(grep -c '^ *| ' "$tmp/page")" = "$(wc -l < "$tmp/tests")" ]
ktap_finished

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# needs: native unit
#
# Sphinx builds the pages of Documentation without a warning, as "make html" does.  PV_INCLUDE is
# the folder include of this tree.

. ../lib.sh

TREE=${PV_INCLUDE:-/nonexistent}/..

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

builds()
{
	PYTHONDONTWRITEBYTECODE=1 sphinx-build -q -W -n --keep-going -b html -d "$tmp/trees" \
		-c "$TREE/packaging/sphinx" "$TREE/Documentation" "$tmp/html" > "$tmp/log" 2>&1 && return
	sed 's/^/# /' "$tmp/log"
	return 1
}

# links_exist: the relative links of the index lead to files
links_exist()
{
	local target status=0 links=0

	grep -o 'href="[^"]*"' "$tmp/html/index.html" | sed 's/^href="//; s/"$//; s/#.*//' |
		grep -v '://' | LC_ALL=C sort -u > "$tmp/targets"
	while read -r target; do
		[ -n "$target" ] || continue
		links=$((links + 1))
		[ -e "$tmp/html/$target" ] && continue
		ktap_print_msg "index.html: $target does not exist"
		status=1
	done < "$tmp/targets"
	[ $links -ge 25 ] && return $status
}

ktap_print_header
[ -d "$TREE/Documentation" ] || skip_all "no $TREE/Documentation"
command -v sphinx-build > /dev/null || skip_all "sphinx-build is not installed"
ktap_set_plan 2

check "Sphinx builds the documentation without a warning" builds
check "Links of the index lead to web pages, manual pages and ABI files" links_exist
ktap_finished

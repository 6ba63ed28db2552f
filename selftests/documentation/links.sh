#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# needs: native unit
#
# Relative links of README.md and of the other pages lead to files of this tree and to their
# headings.  PV_INCLUDE is the folder include of this tree.

. ../lib.sh

TREE=${PV_INCLUDE:-/nonexistent}/..
DOC=$TREE/Documentation

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# markdown_links FILE: the targets of the relative links; a link can continue in the next line
markdown_links()
{
	tr '\n' ' ' < "$1" | grep -oE '\]\([^)]*\)' | sed 's/^](//; s/)$//' | grep -v '://'
}

# rst_links FILE: the targets of links, pictures and included files
# shellcheck disable=SC2016
rst_links()
{
	{
		tr '\n' ' ' < "$1" | grep -oE '`[^`<]* <[^>`]*>`_' | sed 's/.*<//; s/>`_$//'
		sed -n 's/^\.\. \(image\|include\|figure\):: *//p' "$1"
	} | grep -v '://'
}

# mentioned FILE: the pages that the text names as "page.rst" or ``page.rst``
mentioned()
{
	grep -oE '[a-z][a-z0-9-]*\.rst' "$1" | LC_ALL=C sort -u
}

# anchors FILE: the anchors that web pages of repositories give to headings
anchors()
{
	sed -n 's/^##* *//p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}

# leads FOLDER FILE TARGET: the target of a link in FILE exists
leads()
{
	local path=${3%%#*} anchor=

	case $3 in
	*#*)	anchor=${3#*#} ;;
	esac
	path=${path:+$1/$path}
	path=${path:-$2}
	if [ ! -e "$path" ]; then
		ktap_print_msg "${2##*/}: $3 does not exist"
		return 1
	fi
	[ -z "$anchor" ] || anchors "$path" | grep -qx -- "$anchor" || {
		ktap_print_msg "${2##*/}: no heading $anchor"
		return 1
	}
}

# all_lead FOLDER FUNCTION FILE...: all links of the files that FUNCTION prints
all_lead()
{
	local folder=$1 function=$2 file target status=0

	shift 2
	: > "$tmp/links"
	for file; do
		$function "$file" > "$tmp/targets"
		cat "$tmp/targets" >> "$tmp/links"
		while read -r target; do
			leads "$folder" "$file" "$target" || status=1
		done < "$tmp/targets"
	done
	ktap_print_msg "$(wc -l < "$tmp/links") links"
	[ -s "$tmp/links" ] && return $status
}

# The index has a link to each page, and its table of contents names it.
index_is_complete()
{
	local page status=0

	for page in "$DOC"/*.rst; do
		page=${page##*/}
		case $page in
		index.rst|compatibility-kernels.rst)	continue ;;
		esac
		grep -qF "<$page>\`_" "$DOC/index.rst" && grep -qx "   ${page%.rst}" "$DOC/index.rst" &&
			continue
		ktap_print_msg "index.rst lacks $page"
		status=1
	done
	return $status
}

manuals_are_linked()
{
	local page status=0

	for page in "$DOC"/man/*.[1-8]; do
		grep -qF "<man/${page##*/}>" "$DOC/index.rst" && continue
		ktap_print_msg "index.rst lacks ${page##*/}"
		status=1
	done
	return $status
}

ktap_print_header
[ -f "$TREE/README.md" ] || skip_all "no $TREE/README.md"
ktap_set_plan 5

check "Links of README.md and other Markdown pages lead to files and headings" \
	all_lead "$TREE" markdown_links "$TREE"/*.md
check "Links of the pages in Documentation lead to files" all_lead "$DOC" rst_links "$DOC"/*.rst
check "Pages that the text of a page names exist" all_lead "$DOC" mentioned "$DOC"/*.rst
check "The index has all pages" index_is_complete
check "The index has all manual pages" manuals_are_linked
ktap_finished

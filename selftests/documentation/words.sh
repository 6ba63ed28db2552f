#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# needs: native unit
#
# Idioms that texts for users do not use: a standard term is shorter and easier to translate.  The
# word after the colon replaces it.  Manual pages have hyphens that can be copied.  PV_INCLUDE is
# the folder include of this tree.

. ../lib.sh

TREE=${PV_INCLUDE:-/nonexistent}/..

# Lines EXPRESSION: REPLACEMENT
IDIOMS='nobody|somebody|anybody|whoever: name the actor, such as "no task" or "another process"
anew|once more: again
meanwhile: during that time, or nothing
all the same: still
for ever: indefinitely
from (here|then|now) on: afterwards
any more: no longer
there is no|there (are|is) none: X does not exist, X has no Y
(says|does) so: repeat the verb
of (ours|theirs): name the owner
so (many|much) [a-z]+s: N, up to N
(is|are) no [a-z]+: is not a'

# These have the words in another sense.
EXCEPT='(is|are) no (longer|more|less|faster|later)'

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# finds: print lines of stdin with an idiom, as FILE:NUMBER:TEXT; fail if there is one
finds()
{
	local expression replacement status=0

	cat > "$tmp/lines"
	while IFS=: read -r expression replacement; do
		grep -iE "(^|[^a-z])($expression)([^a-z]|\$)" "$tmp/lines" | grep -viE "$EXCEPT" > "$tmp/found" ||
			continue
		sed "s|^|# |; s|\$| (write:$replacement)|" "$tmp/found"
		status=1
	done <<EOT
$IDIOMS
EOT
	return $status
}

# texts FILE...: no file has an idiom
texts()
{
	grep -n '' "$@" /dev/null | finds
}

# sources FILE...: no comment and no string has an idiom
sources()
{
	grep -nE '^[[:space:]]*(/?\*|//)|"|/\*' "$@" /dev/null | finds
}

# A check that finds nothing would not be noticed.
finds_idioms()
{
	local text

	for text in 'Nobody answers.' 'it is no number' 'There is no file' 'Start it anew.' \
		    'from now on' 'a struct of ours' 'so many seconds'; do
		echo "text:1:$text" | finds > "$tmp/out" || continue
		ktap_print_msg "not found: $text"
		return 1
	done
	echo 'text:1:is no longer there, canoe' | finds
}

# An unescaped hyphen in a manual page can be a typographic one, which a shell does not accept.
has_plain_hyphens()
{
	! grep -nE '(^|[ [(])(-|--)[a-zA-Z]' "$@" /dev/null | grep -vE ':(\.\\"|\.TH)' | sed 's/^/# /' |
		grep .
}

manuals_render()
{
	local page status=0

	for page; do
		man --warnings -l "$page" 2>&1 > /dev/null | sed "s,^,# ${page##*/}: ," | grep . && status=1
	done
	return $status
}

ktap_print_header
[ -f "$TREE/README.md" ] || skip_all "no $TREE/README.md"
ktap_set_plan 5

# The pages of vcpuinfo, of the telemetry and of the tests are not in the list.
set --
for page in "$TREE"/*.md "$TREE"/Documentation/*.rst "$TREE"/Documentation/man/*.[1-8]; do
	case ${page##*/} in
	vcpuinfo.*|exits.rst|testing.rst)	;;
	*)	set -- "$@" "$page" ;;
	esac
done

check "The list of idioms finds each of them" finds_idioms
check "README.md and the documentation do not use idioms of the list" texts "$@"
check "Comments and messages of pvhost and hypertrace do not use idioms of the list" \
	sources "$TREE"/host/pvhost/*.[ch] "$TREE"/host/hypertrace/*.[ch]
check "Hyphens of options in manual pages can be copied" has_plain_hyphens "$TREE"/Documentation/man/*.[1-8]
check_with man "Manual pages render without a warning" manuals_render "$TREE"/Documentation/man/*.[1-8]
ktap_finished
